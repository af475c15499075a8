"""What asking each question is worth, as named terms, so that the term which decided can be told.

A question is worth what the learner is expected to gain from it for the target: the product of how much its topic
counts, how much of it is still to be learnt, how little is known about it, and how well the level fits. The terms are
logarithms and add up. Why a level near the learner's: there an answer tells most (Fisher information, Rasch 1960), and
there practice teaches most (desirable difficulties: Bjork 1994).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tutor.domain import Question, TopicId
from tutor.learner.ability import Abilities, difficulty
from tutor.learner.evidence import weight
from tutor.learner.reviews import Review
from tutor.learner.target import Target

Floats = NDArray[np.float64]
# Exponents of the terms, set by `python -m evals adaptation`.
_TARGET, _WEAK, _LEVEL, _SHORT = 0.5, 1.0, 1.0, 0.15
_UNKNOWN = 0.6
_SAME_TOPIC, _SAME_AREA, _SAME_KIND = 1.5, 0.2, 0.25


class Reason(StrEnum):
    """Why a question was chosen."""

    REVIEW = "review"
    TARGET = "target"
    WEAK = "weak"
    UNKNOWN = "unknown"
    LEVEL = "level"
    SHORT = "short"
    VARIETY = "variety"


@dataclass(frozen=True)
class Standing:
    """Where a learner stands: abilities, the reviews of what they answered, and what they prepare for.

    `weights` are the topics' for the target (mean 1; none: all alike), `items` the difficulties in logits of questions
    that were re-estimated; the others have their level's.
    """

    abilities: Abilities
    reviews: Mapping[str, Review] = field(default_factory=dict)
    target: Target | None = None
    weights: Mapping[TopicId, float] = field(default_factory=dict)
    items: Mapping[str, float] = field(default_factory=dict)

    def item(self, question: Question) -> float:
        """The question's difficulty in logits."""
        return self.items.get(question.id, difficulty(question.level))


def worth(
    pool: Sequence[Question], standing: Standing, shift: float, recent: Sequence[Question]
) -> dict[Reason, Floats]:
    """The terms of each question of the pool, each of shape (len(pool),); `recent` are the last ones, for variety.

    `shift` moves the difficulty aimed at, in logits.
    """
    mean, variance = _beliefs(pool, standing.abilities)
    items = np.array([standing.item(q) for q in pool])
    counts = np.array([standing.weights.get(q.topic, 1.0) for q in pool])
    levels = standing.target.levels if standing.target else ()
    reach = difficulty(levels[-1]) if levels else 1.0
    # The logistic of a Gaussian ability, by MacKay's approximation (1992).
    expected = _logistic((mean + shift - items) / np.sqrt(1 + np.pi * variance / 8))
    responses = np.array([weight(len(q.rubric.criteria)) for q in pool])
    return {
        Reason.TARGET: _TARGET * np.log(counts),
        Reason.WEAK: _WEAK * np.log(_logistic(reach - mean)),
        Reason.UNKNOWN: _UNKNOWN * np.sqrt(variance),
        Reason.LEVEL: _LEVEL * np.log(4 * expected * (1 - expected) * responses),
        Reason.SHORT: -_SHORT * np.log(np.array([q.minutes for q in pool])),
        Reason.VARIETY: -_sameness(pool, recent),
    }


def information(pool: Sequence[Question], standing: Standing) -> Floats:
    """By how much each question is expected to lower the variance of the overall ability, shape (len(pool),).

    The answer's Fisher information about its topic, carried to the weighted mean over all topics by their covariance.
    """
    abilities = standing.abilities
    mean, variance = _beliefs(pool, abilities)
    items = np.array([standing.item(q) for q in pool])
    about = abilities.covariance @ abilities.shares(standing.weights or None)
    place = [abilities.index.get(q.topic, -1) for q in pool]
    shared = np.array([about[i] if i >= 0 else 0.0 for i in place])
    expected = _logistic((mean - items) / np.sqrt(1 + np.pi * variance / 8))
    fisher = np.array([weight(len(q.rubric.criteria)) for q in pool]) * expected * (1 - expected)
    return np.asarray(shared**2 * fisher / (1 + fisher * variance))


def _beliefs(pool: Sequence[Question], abilities: Abilities) -> tuple[Floats, Floats]:
    """Mean and variance of the ability on each question's topic; those of nobody off the syllabus."""
    place = np.array([abilities.index.get(q.topic, -1) for q in pool], dtype=int)
    known = place >= 0
    mean, variance = np.zeros(len(pool)), np.ones(len(pool))
    mean[known] = abilities.mean[place[known]]
    variance[known] = np.diag(abilities.covariance)[place[known]]
    return mean, variance


def _sameness(pool: Sequence[Question], recent: Sequence[Question]) -> Floats:
    if not recent:
        return np.zeros(len(pool))
    last, kinds = recent[-1], {q.kind for q in recent}
    bored = next(iter(kinds)) if len(recent) > 1 and len(kinds) == 1 else None
    return np.array(
        [
            _SAME_TOPIC * (q.topic == last.topic) + _SAME_AREA * (q.area == last.area) + _SAME_KIND * (q.kind is bored)
            for q in pool
        ]
    )


def _logistic(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)))
