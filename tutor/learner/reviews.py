"""When a question should come again: each practised question is a card of FSRS (py-fsrs, Ye 2022), rated by its credit.

>>> from datetime import UTC
>>> monday = datetime(2026, 1, 5, tzinfo=UTC)
>>> card = schedule([("q", monday, 0.9)])["q"]
>>> card.due - monday
datetime.timedelta(days=8)

Deterministic: no fuzz, and no steps of minutes, as nobody learns a rubric by heart within a session. Answers that were
not graded rate nothing; they rest for a day.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from tutor.domain import Band
from tutor.grading.score import band

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

RETENTION = 0.9
LONGEST_DAYS = 180
_RATINGS = {Band.VERY_WEAK: 1, Band.WEAK: 2, Band.STRONG: 3, Band.VERY_STRONG: 4}


class Review(NamedTuple):
    """A question that was answered: when last, with what credit, when it is due, and its stability.

    `stability` is the number of days after which recall is down to 90%.
    """

    at: datetime
    credit: float | None
    due: datetime
    stability: float

    def recall(self, now: datetime) -> float:
        """The probability in (0, 1] that it is still known; FSRS's power curve."""
        days = max((now - self.at).total_seconds() / 86_400, 0.0)
        decay = -_scheduler().parameters[20]
        return float((1 + (0.9 ** (1 / decay) - 1) * days / self.stability) ** decay)


def rating(credit: float) -> int:
    """FSRS's rating (1 again, 2 hard, 3 good, 4 easy) of a credit: the bands of the score."""
    return _RATINGS[band(credit)]


def schedule(answers: Iterable[tuple[str, datetime, float | None]]) -> dict[str, Review]:
    """The reviews of all answered questions; `answers` (question, time, credit) come oldest first."""
    cards: dict[str, Card] = {}
    found: dict[str, Review] = {}
    for question, at, credit in answers:
        card = cards.get(question)
        if credit is not None:
            card = cards[question] = _review(card, credit, at.astimezone(UTC))
        due = card.due if card and credit is not None else at + timedelta(days=1)
        found[question] = Review(at, credit, due, (card.stability if card else None) or 1.0)
    return found


def _review(card: "Card | None", credit: float, at: datetime) -> "Card":
    from fsrs import Card, Rating

    # An id and a due time of our own: by default the library reads the clock and sleeps.
    card = card or Card(card_id=0, due=at)
    return _scheduler().review_card(card, Rating(rating(credit)), at)[0]


@cache
def _scheduler() -> "Scheduler":
    from fsrs import Scheduler

    return Scheduler(
        desired_retention=RETENTION,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=LONGEST_DAYS,
        enable_fuzzing=False,
    )
