"""Where a learner stands, read from the store: what the next question is chosen by."""

from collections.abc import Mapping
from threading import Lock

from tutor.corpus.load import Corpus
from tutor.learner import history
from tutor.learner.target import Target, topic_weights
from tutor.learner.worth import Standing
from tutor.store.log import EventStore

# The difficulties are estimated anew once the graded answers of all learners grew by this share.
_GROWTH = 1.1


class Difficulties:
    """The re-estimated difficulties of the bank, renewed as answers come in."""

    def __init__(self, corpus: Corpus, store: EventStore) -> None:
        """Nothing is read before the first call."""
        self._corpus, self._store = corpus, store
        self._lock = Lock()
        self._graded, self._items = 0, dict[str, float]()

    def __call__(self) -> Mapping[str, float]:
        """Difficulties in logits by question; a question that nobody answered is not in it."""
        with self._lock:
            graded = self._store.count_graded()
            if not self._graded <= graded <= self._graded * _GROWTH:
                rows = self._store.graded()
                self._items = history.difficulties(rows, self._corpus.questions, self._corpus.topics)
                self._graded = graded
            return self._items


def standing(
    store: EventStore, corpus: Corpus, learner: str, items: Mapping[str, float], target: Target | None
) -> Standing:
    """Abilities, reviews and the weights of the target, from all sessions of the learner."""
    rows = store.attempts(learner)
    return Standing(
        abilities=history.abilities(rows, corpus.questions, corpus.topics, items),
        reviews=history.reviews(rows),
        target=target,
        weights=topic_weights(target, corpus) if target else {},
        items=items,
    )
