"""`tutor doctor`: what is on, what is missing, and how to get it. Changes nothing but an old database schema.

ok      Search index     612 passages, up to date
off     Chat model       none; set TUTOR_CHAT_MODEL=provider:model to turn one on
missing Search index     there is no search index in .tutor yet. Build it: tutor index
"""

import os
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Literal

from tutor.errors import TutorError
from tutor.settings import Settings, settings

if TYPE_CHECKING:
    from packaging.requirements import Requirement

DISTRIBUTION = "mle-interview-tutor"
State = Literal["ok", "off", "missing"]


@dataclass(frozen=True)
class Finding:
    """One line of the report; `missing` means that something the tutor needs does not work."""

    state: State
    what: str
    text: str

    def __str__(self) -> str:
        return f"{self.state:8}{self.what:17}{self.text}"


def run_doctor() -> bool:
    """Print the findings; True when nothing is missing."""
    found = examine(settings())
    for finding in found:
        print(finding)
    return all(f.state != "missing" for f in found)


def examine(knobs: Settings) -> list[Finding]:
    """Every check in turn; one that fails with an error of ours is a finding, not an end."""
    checks: list[tuple[str, Callable[[Settings], Finding]]] = [
        ("Python", _python),
        ("Packages", _packages),
        ("Data folder", _data_folder),
        ("Knowledge", _knowledge),
        ("Embedding model", _embedder),
        ("Search index", _index),
        ("Records", _records),
        ("Grader", _grader),
        ("Chat model", _chat),
    ]
    found = []
    for what, check in checks:
        try:
            found.append(check(knobs))
        except TutorError as error:
            found.append(Finding("missing", what, str(error)))
    return found


def _python(_: Settings) -> Finding:
    cores = os.cpu_count()
    return Finding("ok", "Python", f"{platform.python_version()} at {sys.executable}, {cores} cores")


def _packages(_: Settings) -> Finding:
    from packaging.requirements import Requirement

    try:
        wanted = [Requirement(line) for line in metadata.requires(DISTRIBUTION) or []]
    except metadata.PackageNotFoundError:
        return Finding("missing", "Packages", "the tutor is not installed. Install it: pip install -e .")
    wrong = [r for r in wanted if (r.marker is None or r.marker.evaluate({"extra": ""})) and not _fits(r.name, r)]
    if wrong:
        asked = " ".join(f'"{r.name}{r.specifier}"' for r in wrong)
        return Finding("missing", "Packages", f"absent or of another version. Install them: pip install {asked}")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("chromadb", "streamlit", "langchain"))
    return Finding("ok", "Packages", f"all there; {versions}")


def _fits(name: str, requirement: "Requirement") -> bool:
    try:
        return requirement.specifier.contains(metadata.version(name), prereleases=True)
    except metadata.PackageNotFoundError:
        return False


def _data_folder(knobs: Settings) -> Finding:
    folder = knobs.data_dir
    existing = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        return Finding("missing", "Data folder", f"{folder} cannot be written. Set TUTOR_DATA_DIR to one that can")
    return Finding("ok", "Data folder", str(folder))


def _knowledge(knobs: Settings) -> Finding:
    from tutor.corpus.load import load_corpus

    corpus = load_corpus(knobs.knowledge_dir)
    counts = f"{len(corpus.passages)} passages, {len(corpus.questions)} questions, {len(corpus.companies)} companies"
    return Finding("ok", "Knowledge", f"{counts} in {knobs.knowledge_dir}")


def _embedder(knobs: Settings) -> Finding:
    from tutor.models.embedder import load_embedder

    embedder = load_embedder(knobs)
    dimensions = embedder.encode(["ready?"]).shape[1]
    checked = "" if knobs.embedding_model else ", checksum verified"
    return Finding("ok", "Embedding model", f"{embedder.name}, {dimensions} dimensions{checked}")


def _index(knobs: Settings) -> Finding:
    from tutor.corpus.index import is_current
    from tutor.corpus.load import fingerprint, load_corpus
    from tutor.corpus.search import open_search
    from tutor.models.embedder import load_embedder

    embedder = load_embedder(knobs)
    with open_search(load_corpus(knobs.knowledge_dir), embedder, knobs) as search:
        search.search("ready?", k=1)
        count = search.count()
    place = knobs.chroma_url or "embedded Chroma"
    if not is_current(fingerprint(knobs.knowledge_dir), embedder.name, knobs):
        return Finding("missing", "Search index", f"{count} passages, older than the notes. Update it: tutor index")
    return Finding("ok", "Search index", f"{count} passages, up to date, {place}")


def _records(knobs: Settings) -> Finding:
    from sqlalchemy.engine import make_url

    from tutor.store.log import EventStore

    file = knobs.data_dir / "tutor.db"
    if knobs.database_url is None and not file.exists():
        return Finding("ok", "Records", f"none yet; they will be in {file}")
    EventStore(knobs.sql_url)
    return Finding("ok", "Records", make_url(knobs.sql_url).render_as_string(hide_password=True))


def _grader(knobs: Settings) -> Finding:
    from tutor.grading.load import load_grader

    return Finding("ok", "Grader", load_grader(knobs).name)


def _chat(knobs: Settings) -> Finding:
    if not knobs.chat_model:
        hint = "set TUTOR_CHAT_MODEL=provider:model and install its extra, e.g. pip install -e '.[openai]'"
        return Finding("off", "Chat model", f"none, and none is needed; to turn one on, {hint}")
    from tutor.models.chat import load_chat_model

    load_chat_model(knobs)
    where = f" at {knobs.chat_base_url}" if knobs.chat_base_url else ""
    return Finding("ok", "Chat model", f"{knobs.chat_model}{where} (set up; not called)")
