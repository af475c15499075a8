"""The passages that a critique shows: retrieved through the index for each criterion, verified to be in the corpus.

Without an index there are none, and a note says so with the remedy; authored citations are never shown in its place, or
a missing index would go unnoticed.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from tutor.corpus.load import Corpus
from tutor.domain import Criterion, Critique, Passage, Question
from tutor.errors import TutorError

PER_CRITERION = 2
_CANDIDATES = 20


class Found(Protocol):
    """A hit, as far as this module looks at it."""

    @property
    def passage(self) -> Passage:
        """The passage that was found."""
        ...


class Searcher(Protocol):
    """What `tutor.corpus.search.Search` does, as far as this module needs it."""

    def search(self, query: str, k: int = 5, topics: Collection[str] | None = None) -> Sequence[Found]:
        """The k passages that answer the query best; raises SearchIndexError when there is no index."""
        ...

    def search_all(
        self, queries: Sequence[str], k: int = 5, topics: Collection[str] | None = None
    ) -> Sequence[Sequence[Found]]:
        """`search` for each query, in one pass of the embedder."""
        ...


def find(search: Searcher, corpus: Corpus, query: str, topics: Collection[str] | None, k: int) -> list[Passage]:
    """The best k passages that the corpus still holds."""
    return [h.passage for h in search.search(query, k=k, topics=topics) if h.passage.id in corpus.passages]


def candidates(question: Question, corpus: Corpus, search: Callable[[], Searcher]) -> Sequence[Sequence[Found]]:
    """What is found in the question's area for each of its criteria; raises TutorError as the search does."""
    area = [t for t in corpus.topics if t.split("/")[0] == question.area]
    return search().search_all([c.text for c in question.rubric.criteria], k=_CANDIDATES, topics=area)


def cite(
    critique: Critique, question: Question, corpus: Corpus, search: Callable[[], Searcher]
) -> tuple[Critique, str | None]:
    """The critique with up to two passages for each criterion, and a note when they could not be looked up."""
    if critique.stopped is not None:
        return critique, None
    criteria = question.rubric.criteria
    try:
        found = candidates(question, corpus, search)
    except TutorError as error:
        bare = tuple(v.model_copy(update={"passages": ()}) for v in critique.verdicts)
        return critique.model_copy(update={"verdicts": bare}), f"No passages are shown with this critique: {error}"
    shown = {c.id: _passages(c, hits, corpus) for c, hits in zip(criteria, found, strict=True)}
    verdicts = tuple(v.model_copy(update={"passages": shown.get(v.criterion, ())}) for v in critique.verdicts)
    return critique.model_copy(update={"verdicts": verdicts}), None


def _passages(criterion: Criterion, hits: Sequence[Found], corpus: Corpus) -> tuple[str, ...]:
    """Of the passages found, those that the author names; where none of these was found, the best of the others."""
    found = [h.passage.id for h in hits if h.passage.id in corpus.passages]
    return tuple(([i for i in found if i in criterion.passages] or found)[:PER_CRITERION])
