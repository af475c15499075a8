"""Vectors kept by content hash: the index, `lint`, and the build after one that was killed embed a text only once.

A cache in one SQLite file. It may be deleted at any time; a damaged one is replaced.
"""

import contextlib
import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.models.embedder import Embedder

_KEEP = 20_000
_BATCH = 32
# Enough for the embedder to go over to sentence-transformers (`embedder.BULK`).
_BULK_BATCH = 512
_TABLE = "CREATE TABLE IF NOT EXISTS vectors (digest TEXT PRIMARY KEY, vector BLOB NOT NULL)"

Progress = Callable[[int, int], None]


def digest(model: str, text: str) -> str:
    """What a vector depends on: the model and the text."""
    return hashlib.sha256(f"{model}\n{text}".encode("utf-8", "replace")).hexdigest()


def embed(
    texts: Sequence[str], embedder: Embedder, cache: Path | None, progress: Progress | None = None
) -> tuple[NDArray[np.float32], int]:
    """Unit vectors (n, d) in the order of the texts, and how many had to be computed."""
    keys = [digest(embedder.name, text) for text in texts]
    with _open(cache) as db:
        known = _get(db, set(keys))
        missing = sorted(
            {k: t for k, t in zip(keys, texts, strict=True) if k not in known}.items(), key=lambda i: len(i[1])
        )
        size = _BATCH if len(missing) < _BULK_BATCH else _BULK_BATCH
        for start in range(0, len(missing), size):
            batch = missing[start : start + size]
            vectors = embedder.encode([text for _, text in batch])
            new = {key: vector for (key, _), vector in zip(batch, vectors, strict=True)}
            known |= new
            _put(db, new)
            if progress:
                progress(start + len(batch), len(missing))
        if missing:
            _prune(db)
    rows = [known[key] for key in keys]
    return (np.stack(rows) if rows else np.zeros((0, 0), dtype=np.float32)), len(missing)


@contextlib.contextmanager
def _open(path: Path | None) -> Iterator[sqlite3.Connection | None]:
    """The cache, or None where there is none or the folder cannot be written: then everything is computed."""
    if path is None:
        yield None
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = _connect(path)
    except (OSError, sqlite3.Error):
        yield None
        return
    try:
        yield db
    finally:
        db.close()


def _connect(path: Path) -> sqlite3.Connection:
    for attempt in (1, 2):
        db = sqlite3.connect(path, timeout=30, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute(_TABLE)
            db.execute("SELECT count(*) FROM vectors")
        except sqlite3.DatabaseError:
            db.close()
            if attempt == 2 or not path.exists():
                raise
            path.unlink()
        else:
            return db
    raise AssertionError("unreachable")


def _get(db: sqlite3.Connection | None, keys: set[str]) -> dict[str, NDArray[np.float32]]:
    found: dict[str, NDArray[np.float32]] = {}
    wanted = sorted(keys) if db is not None else []
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        marks = ",".join("?" * len(part))
        with contextlib.suppress(sqlite3.Error):
            assert db is not None
            for key, blob in db.execute(f"SELECT digest, vector FROM vectors WHERE digest IN ({marks})", part):
                found[key] = np.frombuffer(blob, dtype="<f4")
    return found


def _put(db: sqlite3.Connection | None, vectors: dict[str, NDArray[np.float32]]) -> None:
    """Keep the vectors; a full disk costs the cache, not the result."""
    if db is None:
        return
    rows = [(key, vector.astype("<f4").tobytes()) for key, vector in vectors.items()]
    with contextlib.suppress(sqlite3.Error):
        db.execute("BEGIN")
        db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
        db.execute("COMMIT")


def _prune(db: sqlite3.Connection | None) -> None:
    """Forget the oldest vectors beyond `_KEEP` (about 30 MB)."""
    if db is not None:
        with contextlib.suppress(sqlite3.Error):
            db.execute(
                "DELETE FROM vectors WHERE rowid <= (SELECT max(rowid) FROM vectors) - ?",
                (_KEEP,),
            )
