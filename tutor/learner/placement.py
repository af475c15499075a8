"""A short placement: a few questions that tell most about the learner, each from another area, then what they tell.

The next question is the one that is expected to lower the variance of the overall ability most (`worth.information`).
It stops when that ability's standard deviation is at most `ENOUGH`, or after `MOST` questions.

>>> from tutor.learner.ability import Abilities
>>> enough(Standing(Abilities.prior(["a/x"])))
False
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tutor.domain import Kind, Question
from tutor.learner.worth import Standing, information

ENOUGH = 0.55
MOST = 8
_LONGEST_MINUTES = 8
_QUICK = (Kind.CONCEPT, Kind.DERIVATION, Kind.CODING, Kind.DISCUSSION)


class Level(NamedTuple):
    """A level on the scale of questions (1 to 5, not clipped), its standard deviation, and the answers behind it."""

    name: str
    level: float
    sd: float
    answers: int

    @property
    def interval(self) -> tuple[float, float]:
        """The middle 95%, within the scale."""
        return clip(self.level - 1.96 * self.sd), clip(self.level + 1.96 * self.sd)


def enough(standing: Standing) -> bool:
    """Whether the overall ability is known well enough to stop."""
    return standing.abilities.overall(standing.weights or None).sd <= ENOUGH


def next_question(bank: Sequence[Question], standing: Standing, asked: Sequence[str]) -> Question | None:
    """The question that tells most; None when it is known enough, `MOST` were asked, or none is left.

    `asked` are those of this placement. New and quick questions of areas not asked yet come first.
    """
    if len(asked) >= MOST or enough(standing):
        return None
    areas = {q.area for q in bank if q.id in asked}
    free = sorted((q for q in bank if q.id not in asked), key=lambda q: q.id)
    new = [q for q in free if q.id not in standing.reviews] or free
    quick = [q for q in new if q.minutes <= _LONGEST_MINUTES and q.kind in _QUICK] or new
    pool = [q for q in quick if q.area not in areas] or quick
    return pool[int(np.argmax(information(pool, standing)))] if pool else None


def overall(standing: Standing) -> Level:
    """The level over all topics, weighted for the target."""
    found = standing.abilities.overall(standing.weights or None)
    return Level("overall", 3 + found.mean, found.sd, found.answers)


def areas(standing: Standing) -> list[Level]:
    """The levels of the areas that were answered in, the strongest first."""
    abilities = standing.abilities
    found = []
    for area in sorted({topic.split("/")[0] for topic in abilities}):
        inside = {t: 1.0 for t in abilities if t.split("/")[0] == area}
        answers = sum(abilities[t].answers for t in inside)
        if answers:
            ability = abilities.overall(inside)
            found.append(Level(area, 3 + ability.mean, ability.sd, answers))
    return sorted(found, key=lambda level: (-level.level, level.name))


def clip(level: float) -> float:
    """The level within the scale of questions."""
    return min(max(level, 1.0), 5.0)
