"""The corpus as the last start read it, kept so that the next one need not read some five hundred files of YAML again.

>>> corpus = kept_corpus(Path("knowledge"), corpus_copy(settings().data_dir))           # doctest: +SKIP

The copy is used when every file of the folder, and the code that reads them, is byte for byte what it was; it is read
through the same types, which check every value. A missing, damaged or outdated copy is written anew, and one that
cannot be written costs time, nothing else.
"""

import hashlib
import logging
import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from pydantic import VERSION, BaseModel, ValidationError

from tutor import domain, interviews
from tutor.corpus import load, pages, source
from tutor.corpus.load import AREAS, COMPANIES, GUIDE, NOTES, QUESTIONS, Corpus, assemble, load_corpus
from tutor.domain import Area, Page, Question
from tutor.interviews import Company

log = logging.getLogger(__name__)


class Kept(BaseModel):
    """A corpus and the key of what it was read from."""

    key: str
    fingerprint: str
    areas: tuple[Area, ...]
    pages: tuple[Page, ...]
    questions: tuple[Question, ...]
    companies: tuple[Company, ...]


def corpus_copy(data_dir: Path) -> Path:
    """Where the copy stands."""
    return data_dir / "cache" / "corpus.json"


def kept_corpus(directory: Path, copy: Path) -> Corpus:
    """`load_corpus(directory)` without `sources`, from the copy where it is still true; raises `CorpusError` alike."""
    key = _key(directory)
    kept = _read(copy)
    if kept is not None and kept.key == key:
        return assemble(
            {a.id: a for a in kept.areas},
            {p.slug: p for p in kept.pages},
            {q.id: q for q in kept.questions},
            {c.id: c for c in kept.companies},
            kept.fingerprint,
        )
    corpus = replace(load_corpus(directory), sources=MappingProxyType({}))
    # A file that was saved while it was read would be kept under the key of what it was before.
    if _key(directory) == key:
        _write(copy, key, corpus)
    return corpus


def _key(directory: Path) -> str:
    """SHA-256 over the names and bytes of all files of the corpus, and of the code that makes a corpus of them."""
    digest = hashlib.sha256(VERSION.encode())
    code = [Path(module.__file__ or "") for module in (domain, interviews, load, pages, source)]
    files = [path for pattern in (AREAS, NOTES, GUIDE, QUESTIONS, COMPANIES) for path in directory.glob(pattern)]
    for path in (*code, *sorted(files)):
        try:
            data = path.read_bytes()
        except OSError as error:  # for `load_corpus` to explain
            data = str(error).encode()
        digest.update(f"\n{path}\n{len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()


def _read(copy: Path) -> Kept | None:
    try:
        return Kept.model_validate_json(copy.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        log.info("the kept corpus cannot be used: %s", type(error).__name__)
        return None


def _write(copy: Path, key: str, corpus: Corpus) -> None:
    kept = Kept(
        key=key,
        fingerprint=corpus.fingerprint,
        areas=tuple(corpus.areas.values()),
        pages=tuple(corpus.pages.values()),
        questions=tuple(corpus.questions.values()),
        companies=tuple(corpus.companies.values()),
    )
    unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(kept.model_dump_json().encode())
        unfinished.replace(copy)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        log.info("the corpus was not kept: %s", error)
