"""What can be done with a learner's own material: add, list, read, search, remove. The learner comes first, always.

>>> material = Material(MaterialStore(engine), lambda: load_embedder(settings))          # doctest: +SKIP
>>> material.add("me", "notes.md", b"# Dropout ...").questions                           # doctest: +SKIP
4

The file itself is not kept. Search is exact, over the few hundred vectors that one learner has: no index to build, to
swap or to leak from. Not here: what is asked in a session (`tutor.session.own`).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from tutor.corpus.vectors import embed
from tutor.domain import Passage, Question
from tutor.errors import InputError
from tutor.material.cut import cut
from tutor.material.questions import MAKER, is_intact, make_questions
from tutor.material.sandbox import file_name, read_file
from tutor.models.embedder import Embedder
from tutor.store.material import Document, MaterialStore

MAX_DOCUMENTS = 30
MAX_PASSAGES = 3_000
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class OwnHit:
    """A passage of the learner's that was found, with its cosine to the query in [-1, 1]."""

    passage: Passage
    score: float


class Material:
    """The learners' own files. The embedder is loaded when first needed."""

    def __init__(
        self,
        store: MaterialStore,
        embedder: Callable[[], Embedder],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._clock = clock

    def add(self, learner: str, name: str, content: bytes, progress: Progress | None = None) -> Document:
        """Read a file, cut it, embed it, make questions, keep all that or nothing; the same file again changes nothing.

        `progress` is told what is done, how many of it are done, and of how many. Raises InputError, with what to do
        about it, for a file that cannot be used.
        """
        told = progress or (lambda _what, _done, _total: None)
        name = file_name(name) or "file"
        told(f"Reading {name}", 0, 1)
        kind, pages = read_file(name, content)
        passages = cut(name, pages)
        if not passages:
            raise InputError(f"There is no text to learn from in {name}. Add one with sentences in it.")
        before = self.documents(learner)
        same = next((d for d in before if d.id == passages[0].page), None)
        if same is not None and same.maker == MAKER:
            return same
        self._check_room(before, len(passages))
        embedder = self._embedder()
        texts = [_embedded(p) for p in passages]
        # Not through the shared cache of vectors: what a learner removes must be gone.
        vectors, _ = embed(texts, embedder, None, lambda n, of: told("Embedding passages", n, of))
        made = make_questions(
            passages, lambda said: embed(said, embedder, None, lambda n, of: told("Choosing sentences", n, of))[0]
        )
        document = Document(
            id=passages[0].page,
            name=name,
            title=passages[0].page_title,
            kind=kind,
            words=sum(len(p.text.split()) for p in passages),
            passages=len(passages),
            sentences=made.sentences,
            usable=made.usable,
            questions=len(made.questions),
            maker=MAKER,
            at=self._clock(),
        )
        self._store.add(learner, document, passages, vectors, made.questions, embedder.name)
        return document

    def documents(self, learner: str) -> list[Document]:
        """The learner's files, the newest first."""
        return self._store.documents(learner)

    def passages(self, learner: str, document: str | None = None) -> list[Passage]:
        """The learner's passages, of one file or of all, in order."""
        return self._store.passages(learner, document)

    def questions(self, learner: str, document: str | None = None) -> list[Question]:
        """The questions of one file or of all; one that is not what its id was made of is left out."""
        return [q for q in self._store.questions(learner, document) if is_intact(q)]

    def remove(self, learner: str, document: str) -> bool:
        """Delete a file's passages, vectors and questions; whether the learner had it.

        What was asked in a session stays in that session's log, so that its answers can be judged again.
        """
        return self._store.remove(learner, document)

    def searcher(self, learner: str) -> "OwnSearch":
        """A search of this learner's passages and of nobody else's."""
        return OwnSearch(learner, self._store, self._embedder)

    def _check_room(self, before: Sequence[Document], new: int) -> None:
        held = sum(d.passages for d in before)
        if len(before) >= MAX_DOCUMENTS or held + new > MAX_PASSAGES:
            raise InputError(
                f"There are {len(before)} files with {held:,} passages; the limit is {MAX_DOCUMENTS} files and "
                f"{MAX_PASSAGES:,} passages. Remove one that you no longer need and add this one again."
            )


class OwnSearch:
    """Search of one learner's passages, with the methods of `tutor.corpus.search.Search` that sessions use."""

    def __init__(self, learner: str, store: MaterialStore, embedder: Callable[[], Embedder]) -> None:
        self._learner = learner
        self._store = store
        self._embedder = embedder

    def search(self, query: str, k: int = 5, topics: Collection[str] | None = None) -> list[OwnHit]:
        """The k nearest passages, best first; own passages have no topics, so these choose nothing."""
        return self.search_all([query], k, topics)[0]

    def search_all(
        self, queries: Sequence[str], k: int = 5, topics: Collection[str] | None = None
    ) -> list[list[OwnHit]]:
        """`search` for each query, embedded together."""
        del topics
        embedder = self._embedder()
        self._bring_up_to_date(embedder)
        ids, vectors = self._store.vectors(self._learner, embedder.name)
        if not ids or not queries:
            return [[] for _ in queries]
        passages = {p.id: p for p in self._store.passages(self._learner)}
        rows = embedder.encode(list(queries)) @ vectors.T
        return [_best(row, ids, passages, k) for row in rows]

    def _bring_up_to_date(self, embedder: Embedder) -> None:
        for document in self._store.embedded_by_others(self._learner, embedder.name):
            passages = self._store.passages(self._learner, document)
            vectors, _ = embed([_embedded(p) for p in passages], embedder, None)
            self._store.embed_again(self._learner, document, vectors, embedder.name)


def _best(row: NDArray[np.float32], ids: Sequence[str], passages: dict[str, Passage], k: int) -> list[OwnHit]:
    order = np.argsort(-row, kind="stable")[:k].tolist()
    return [OwnHit(passages[ids[n]], float(row[n])) for n in order if ids[n] in passages]


def _embedded(passage: Passage) -> str:
    return f"{passage.page_title}: {passage.title}\n{passage.text}"
