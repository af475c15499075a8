"""Hybrid search over the passages: nearest vectors and BM25, fused by reciprocal rank.

>>> search = open_search(corpus, load_embedder(settings), settings)
>>> [hit.passage.id for hit in search.search("why divide by sqrt(d_k)?", k=1)]
['attention#why-the-scores-are-divided-by-the-square-root-of-d-k']

A build is read-only. Before each search one `stat` tells whether `tutor index` has put another into use; if so, it is
opened.
"""

import sqlite3
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Literal

from tutor.corpus import builds
from tutor.corpus.builds import REBUILD, Build
from tutor.corpus.index import CHUNKING
from tutor.corpus.load import Corpus
from tutor.domain import PageKind, Passage
from tutor.errors import SearchIndexError
from tutor.models.embedder import Embedder
from tutor.settings import Settings

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection as ChromaCollection

Mode = Literal["fused", "dense", "bm25"]
# Reciprocal-rank fusion is Cormack, Clarke and Buettcher's (2009). Their 60 is for long lists; on 268 passages of ours
# 10 found a cited one among five for .945 of 577 criteria and .887 of 239 prompts and misconceptions (60: .922, .879).
_RRF = 10
_DEPTH = 50
_QUERIES = 64  # searches whose vectors are kept, about 8 kB each
Ranking = list[tuple[str, float]]


@dataclass(frozen=True)
class Hit:
    """A passage found. `score`: reciprocal ranks scaled to (0, 1] (fused), cosine in [-1, 1] (dense), or BM25."""

    passage: Passage
    score: float
    dense_rank: int | None
    bm25_rank: int | None


@dataclass(frozen=True)
class _Wanted:
    limit: int
    topics: Collection[str] | None
    kinds: Collection[PageKind] | None


@dataclass(frozen=True)
class _Opened:
    build: Build
    stamp: tuple[int, int] | None
    held: IO[bytes]
    client: "Client"
    collection: "ChromaCollection"

    def close(self) -> None:
        from tutor.corpus.chroma import close_client

        close_client(self.client)
        self.held.close()


def open_search(corpus: Corpus, embedder: Embedder, settings: Settings) -> "Search":
    """Open the index; raises `SearchIndexError` when it is missing, damaged, outdated, or its server is down."""
    search = Search(corpus, embedder, settings)
    search.refresh()
    return search


class Search:
    """An open index. Safe to share by threads; a context manager that closes it."""

    def __init__(self, corpus: Corpus, embedder: Embedder, settings: Settings) -> None:
        """Nothing is opened yet: use `open_search`."""
        self._corpus = corpus
        self._embedder = embedder
        # The same criteria are looked up when a question is asked and at each answer to it.
        self._encode = lru_cache(_QUERIES)(lambda queries: embedder.encode(list(queries)))
        self._settings = settings
        self._lock = threading.Lock()
        self._opened: _Opened | None = None
        self._retired: _Opened | None = None

    def search(
        self,
        query: str,
        k: int = 5,
        topics: Collection[str] | None = None,
        kinds: Collection[PageKind] | None = None,
        mode: Mode = "fused",
    ) -> list[Hit]:
        """The `k` best passages, best first, of the given topics and kinds (None: any; empty: none).

        Raises `SearchIndexError` when the index has gone or cannot be read.
        """
        return self.search_all([query], k, topics, kinds, mode)[0]

    def search_all(
        self,
        queries: Sequence[str],
        k: int = 5,
        topics: Collection[str] | None = None,
        kinds: Collection[PageKind] | None = None,
        mode: Mode = "fused",
    ) -> list[list[Hit]]:
        """`search` for each query; they are embedded together, which is several times faster than one by one."""
        opened = self.refresh()
        nothing = k < 1 or not all(f is None or f for f in (topics, kinds))
        asked = [] if nothing else [q for q in dict.fromkeys(queries) if q.strip()]
        wanted = _Wanted(min(max(_DEPTH, 2 * k), len(opened.build.manifest.passages)), topics, kinds)
        dense = self._dense(opened, [] if mode == "bm25" else asked, wanted)
        words = self._words(opened, [] if mode == "dense" else asked, wanted)
        hits = {q: self._hits(dense.get(q, []), words.get(q, []), mode)[:k] for q in asked}
        return [hits.get(q, []) for q in queries]

    def count(self) -> int:
        """Passages in the index."""
        return len(self.refresh().build.manifest.passages)

    def refresh(self) -> _Opened:
        """Open the build in use, unless it is open."""
        with self._lock:
            stamp = builds.pointer_stamp(self._settings.data_dir)
            if self._opened is None or self._opened.stamp != stamp:
                opened = self._open()
                # Another thread may be in the middle of a search: what was in use is closed at the next swap.
                if self._retired:
                    self._retired.close()
                self._retired, self._opened = self._opened, opened
            return self._opened

    def close(self) -> None:
        """Let the build go."""
        with self._lock:
            for opened in (self._retired, self._opened):
                if opened:
                    opened.close()
            self._retired = self._opened = None

    def __enter__(self) -> "Search":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> _Opened:
        for _ in range(5):
            stamp = builds.pointer_stamp(self._settings.data_dir)
            build = builds.current_build(self._settings.data_dir)
            try:
                held = builds.hold(build)
            except FileNotFoundError:
                continue  # replaced and removed since the pointer was read
            try:
                client, collection = self._open_collection(build)
            except BaseException:
                held.close()
                raise
            return _Opened(build, stamp, held, client, collection)
        raise SearchIndexError(
            f"The search index in {self._settings.data_dir} points to a build that is gone. {REBUILD}"
        )

    def _open_collection(self, build: Build) -> "tuple[Client, ChromaCollection]":
        self._check(build)
        from tutor.corpus.chroma import close_client, open_client, reading

        with reading(build, self._settings):
            client = open_client(build.chroma, self._settings)
            try:
                collection = client.get_collection(build.manifest.collection, embedding_function=None)
                if (count := collection.count()) != len(build.manifest.passages):
                    raise ValueError(f"it holds {count} passages instead of {len(build.manifest.passages)}")
            except BaseException:
                close_client(client)
                raise
        return client, collection

    def _check(self, build: Build) -> None:
        manifest = build.manifest
        if manifest.model != self._embedder.name:
            raise SearchIndexError(
                f"The search index was built with {manifest.model}, but the embedding model is "
                f"{self._embedder.name}. {REBUILD}"
            )
        if manifest.server is None and manifest.chroma != builds.chroma_version():
            raise SearchIndexError(
                f"The search index was built by Chroma {manifest.chroma}, but {builds.chroma_version()} is installed. "
                f"{REBUILD}"
            )
        if manifest.chunking != CHUNKING or manifest.server != self._settings.chroma_url:
            raise SearchIndexError(f"The search index was built with other settings. {REBUILD}")
        if not build.whole():
            raise SearchIndexError(f"The search index {build.folder} is damaged. {REBUILD}")

    def _dense(self, opened: _Opened, queries: list[str], wanted: _Wanted) -> dict[str, Ranking]:
        from tutor.corpus.chroma import nearest, reading

        if not queries or not wanted.limit:
            return {}
        vectors = self._encode(tuple(queries))
        with reading(opened.build, self._settings):
            rankings = nearest(opened.collection, vectors, wanted.limit, wanted.topics, wanted.kinds)
        return dict(zip(queries, rankings, strict=True))

    def _words(self, opened: _Opened, queries: list[str], wanted: _Wanted) -> dict[str, Ranking]:
        from tutor.corpus.words import search_words

        try:
            return {q: search_words(opened.build.words, q, wanted.limit, wanted.topics, wanted.kinds) for q in queries}
        except sqlite3.Error as error:
            opened.build.mark_damaged()
            raise SearchIndexError(f"The search index {opened.build.folder} is damaged ({error}). {REBUILD}") from error

    def _hits(self, dense: Ranking, words: Ranking, mode: Mode) -> list[Hit]:
        """Hits for the ids that the corpus still has."""
        dense_rank = {key: rank for rank, (key, _) in enumerate(dense, 1)}
        bm25_rank = {key: rank for rank, (key, _) in enumerate(words, 1)}
        return [
            Hit(self._corpus.passages[key], score, dense_rank.get(key), bm25_rank.get(key))
            for key, score in (fuse([dense, words]) if mode == "fused" else dense or words)
            if key in self._corpus.passages
        ]


def fuse(rankings: Sequence[Ranking]) -> Ranking:
    """Reciprocal-rank fusion: the sum of 1 / (10 + rank), scaled so that first in every list is 1; ties by id."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, (key, _) in enumerate(ranking, 1):
            scores[key] = scores.get(key, 0.0) + (_RRF + 1) / (_RRF + rank) / len(rankings)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))
