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
_CANDIDATES = 6


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


def find(search: Searcher, corpus: Corpus, query: str, topics: Collection[str] | None, k: int) -> list[Passage]:
    """The best k passages that the corpus still holds."""
    return [h.passage for h in search.search(query, k=k, topics=topics) if h.passage.id in corpus.passages]


def cite(
    critique: Critique, question: Question, corpus: Corpus, search: Callable[[], Searcher]
) -> tuple[Critique, str | None]:
    """The critique with up to two passages for each criterion, and a note when they could not be looked up."""
    if critique.stopped is not None:
        return critique, None
    criteria = {c.id: c for c in question.rubric.criteria}
    try:
        index = search()
        verdicts = tuple(
            v.model_copy(update={"passages": _passages(criteria[v.criterion], question, corpus, index)})
            if v.criterion in criteria
            else v
            for v in critique.verdicts
        )
    except TutorError as error:
        bare = tuple(v.model_copy(update={"passages": ()}) for v in critique.verdicts)
        return critique.model_copy(update={"verdicts": bare}), f"No passages are shown with this critique: {error}"
    return critique.model_copy(update={"verdicts": verdicts}), None


def _passages(criterion: Criterion, question: Question, corpus: Corpus, index: Searcher) -> tuple[str, ...]:
    """Passages of the question's area first, then any; of those found, the ones that the author names come first."""
    area = [t for t in corpus.topics if t.split("/")[0] == question.area]
    found = [p.id for p in find(index, corpus, criterion.text, area, _CANDIDATES)]
    if len(found) < PER_CRITERION:
        found += [p.id for p in find(index, corpus, criterion.text, None, PER_CRITERION)]
    ranked = sorted(dict.fromkeys(found), key=lambda i: i not in criterion.passages)
    return tuple(ranked[:PER_CRITERION])
