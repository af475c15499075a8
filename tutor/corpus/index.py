"""Bring the search index up to date: build beside the one in use, then swap. What did not change is not embedded again.

>>> report = build_index(corpus, load_embedder(settings), settings)
>>> print(report)
2 added, 1 re-embedded, 0 removed, 97 kept in 1.2 s
"""

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.corpus import builds
from tutor.corpus.builds import Build, Manifest
from tutor.corpus.load import Corpus
from tutor.corpus.vectors import Progress, digest, embed
from tutor.domain import Passage
from tutor.errors import SearchIndexError
from tutor.models.embedder import Embedder
from tutor.settings import Settings

CHUNKING = "one passage per ## section, with titles; 1"


@dataclass(frozen=True)
class IndexReport:
    """What a build did, in passages. `rebuilt_because` says why nothing of the old index could be used as it was."""

    added: int
    kept: int
    removed: int
    re_embedded: int
    rebuilt_because: str | None
    seconds: float

    @property
    def changed(self) -> bool:
        """Whether a new build was written."""
        return bool(self.added or self.removed or self.re_embedded or self.rebuilt_because)

    def __str__(self) -> str:
        why = f"Rebuilt, because {self.rebuilt_because}: " if self.rebuilt_because else ""
        counts = f"{self.added} added, {self.re_embedded} re-embedded, {self.removed} removed, {self.kept} kept"
        return f"{why}{counts} in {self.seconds:.1f} s"


def embedded_text(passage: Passage) -> str:
    """What is embedded: the titles give the section its context."""
    return f"{passage.page_title}: {passage.title}\n{passage.text}"


def vector_cache(data_dir: Path) -> Path:
    """The file that keeps vectors by content hash."""
    return data_dir / "cache" / "vectors.db"


def is_current(fingerprint: str, model: str, settings: Settings) -> bool:
    """Whether the index was built from these page files; looks at files only, imports nothing heavy, never raises."""
    try:
        build = builds.current_build(settings.data_dir)
    except SearchIndexError:
        return False
    return build.manifest.fingerprint == fingerprint and _stale_because(build, model, settings) is None


def build_index(
    corpus: Corpus, embedder: Embedder, settings: Settings, progress: Progress | None = None, rebuild: bool = False
) -> IndexReport:
    """Build if anything changed (or `rebuild`), swap, remove old builds.

    `progress` is called with (done, total) passages to embed. A second builder waits for the first. Raises
    `SearchIndexError` when the folder or the server cannot be used; the index in use then stays as it was.
    """
    start = time.monotonic()
    with _writing(settings.data_dir), builds.building(settings.data_dir):
        old, because = _previous(embedder.name, settings, rebuild)
        passages = [corpus.passages[key] for key in sorted(corpus.passages)]
        digests = {p.id: digest(embedder.name + CHUNKING, embedded_text(p)) for p in passages}
        key = _key(passages, digests, embedder.name, settings)
        report = _compare(old, digests)
        if old is None or because or old.manifest.key != key or old.manifest.fingerprint != corpus.fingerprint:
            manifest = Manifest(
                format=builds.FORMAT,
                key=key,
                model=embedder.name,
                chunking=CHUNKING,
                chroma=builds.chroma_version(),
                server=settings.chroma_url,
                collection=f"tutor-{key[:16]}",
                fingerprint=corpus.fingerprint,
                passages=digests,
            )
            _build(passages, embedder, manifest, settings, progress)
        _clean(old, settings)
    return IndexReport(*report, because, time.monotonic() - start)


def _previous(model: str, settings: Settings, rebuild: bool) -> tuple[Build | None, str | None]:
    """The build in use, if it can be read, and why it cannot be kept, if so."""
    if builds.pointer_stamp(settings.data_dir) is None:
        return None, None
    try:
        build = builds.current_build(settings.data_dir)
    except SearchIndexError:
        return None, "the old index was damaged or of another version"
    return build, "you asked for it" if rebuild else _stale_because(build, model, settings)


def _stale_because(build: Build, model: str, settings: Settings) -> str | None:
    old = build.manifest
    if old.model != model:
        return f"the embedding model changed from {old.model} to {model}"
    if old.chunking != CHUNKING:
        return "the way pages are cut into passages changed"
    if old.server != settings.chroma_url:
        return f"the vectors moved from {old.server or 'the data folder'} to {settings.chroma_url or 'the data folder'}"
    if old.server is None and old.chroma != builds.chroma_version():
        return f"Chroma changed from {old.chroma} to {builds.chroma_version()}"
    return None if build.whole() else "the old index was damaged"


def _compare(old: Build | None, new: dict[str, str]) -> tuple[int, int, int, int]:
    """Passages added, kept, removed, re-embedded."""
    before = old.manifest.passages if old else {}
    kept = sum(before.get(i) == d for i, d in new.items())
    added = len(new.keys() - before.keys())
    return added, kept, len(before.keys() - new.keys()), len(new) - kept - added


def _key(passages: list[Passage], digests: dict[str, str], model: str, settings: Settings) -> str:
    """Hash of everything that the build depends on."""
    parts = [str(builds.FORMAT), CHUNKING, model, builds.chroma_version(), settings.chroma_url or ""]
    parts += [f"{p.id} {digests[p.id]} {p.topic} {p.page_kind}" for p in passages]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _build(
    passages: list[Passage], embedder: Embedder, manifest: Manifest, settings: Settings, progress: Progress | None
) -> None:
    """Embed what the cache does not have, write the build, put it into use."""
    vectors, _ = embed([embedded_text(p) for p in passages], embedder, vector_cache(settings.data_dir), progress)
    folder = builds.new_folder(settings.data_dir, manifest.key)
    build = Build(folder, manifest)
    try:
        _write_vectors(build, passages, vectors, settings)
        from tutor.corpus.words import write_words

        write_words(build.words, passages)
        builds.publish(settings.data_dir, folder, manifest)
    except BaseException:
        builds.remove(folder)
        raise


def _write_vectors(build: Build, passages: list[Passage], vectors: NDArray[np.float32], settings: Settings) -> None:
    from tutor.corpus.chroma import close_client, open_client, server_errors, write_vectors

    client = open_client(build.chroma, settings)
    try:
        if settings.chroma_url:
            with server_errors(settings.chroma_url):
                write_vectors(client, build.manifest.collection, passages, vectors)
        else:
            write_vectors(client, build.manifest.collection, passages, vectors)
    finally:
        close_client(client)


def _clean(old: Build | None, settings: Settings) -> None:
    """Remove builds that nobody reads; on a server other replicas may read the previous one, so it stays a round."""
    current = builds.current_build(settings.data_dir)
    keep = {current.folder.name}
    if settings.chroma_url and old:
        keep.add(old.folder.name)
    kept_collections = {current.manifest.collection, *([old.manifest.collection] if old else [])}
    builds.remove_old(settings.data_dir, keep, lambda folder: _drop_collection(folder, kept_collections, settings))


def _drop_collection(folder: Path, kept: set[str], settings: Settings) -> None:
    """Remove the collection of an old build from the server, unless a kept build uses it."""
    if settings.chroma_url is None:
        return
    from tutor.corpus.chroma import drop_collection

    try:
        manifest = builds.read_build(folder).manifest
    except SearchIndexError:
        return
    if manifest.server == settings.chroma_url and manifest.collection not in kept:
        drop_collection(manifest.collection, settings)


@contextmanager
def _writing(data_dir: Path) -> Iterator[None]:
    """Whatever goes wrong while writing, as a `SearchIndexError` with the remedy."""
    try:
        yield
    except (SearchIndexError, KeyboardInterrupt, SystemExit):
        raise
    except (OSError, sqlite3.Error) as error:
        raise SearchIndexError(_cannot_write(data_dir, error)) from error
    except BaseException as error:  # a panic of Chroma's Rust core is no Exception
        if not type(error).__module__.startswith(("chromadb", "pyo3")):
            raise
        raise SearchIndexError(_cannot_write(data_dir, error)) from error


def _cannot_write(data_dir: Path, error: BaseException) -> str:
    return (
        f"The search index cannot be written in {data_dir} ({str(error)[:160] or type(error).__name__}). "
        "Free some space there, or set TUTOR_DATA_DIR to a folder that can be written, then run `tutor index`. "
        "The index in use is unchanged."
    )
