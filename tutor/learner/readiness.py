"""How far a learner is from what a target asks, topic by topic, with its uncertainty. Never a chance of passing.

What a target asks of a topic is the highest level of the topic's syllabus entries that its seniority is asked.
Readiness is the expected share of the points on a question of that level, from the ability's mean, with the 95%
interval that the ability's mean plus and minus 1.96 standard deviations give: the share is increasing in ability, so
the interval of one is the interval of the other.

>>> from tutor.learner.ability import Ability
>>> from tutor.domain import Topic
>>> topic = Topic(id="a/x", title="X", can={2: "Say it.", 4: "Derive it."})
>>> ready = readiness(topic, Target(seniority="senior"), Ability(mean=1.0, sd=0.5, answers=4))
>>> ready.asked.level, round(ready.mean, 2), ready.standing
(4, 0.5, <Standing.GAP: 'gap'>)

Not here: what is planned for it (`plan`), and how abilities are estimated (`ability`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import erf, exp, log, pi, sqrt

from tutor.corpus.load import Corpus
from tutor.domain import Topic
from tutor.learner.ability import Ability, difficulty, expected
from tutor.learner.target import Target

# A score above this share of the points is in the band "strong" (tutor/grading/score.py).
STRONG = 0.6
_Z95 = 1.96


class Standing(StrEnum):
    """Where a topic stands; `unknown` has no graded answer of its own, `not asked` is above the target's level."""

    READY = "ready"
    CLOSE = "close"
    GAP = "gap"
    UNKNOWN = "unknown"
    NOT_ASKED = "not asked"


@dataclass(frozen=True)
class Demand:
    """What the target asks of a topic: a level of the syllabus and its sentence."""

    level: int
    can: str


@dataclass(frozen=True)
class Readiness:
    """A topic beside what is asked. `mean`, `low` and `high` are shares of the points in [0, 1]; None when unknown.

    `shortfall` is how many logits of ability are expected to be missing (at least 0); before any answer it rests on the
    prior and on what neighbouring topics say.
    """

    topic: str
    title: str
    asked: Demand | None
    answers: int
    mean: float | None
    low: float | None
    high: float | None
    shortfall: float
    standing: Standing

    @property
    def words(self) -> str:
        """The figures in words."""
        if self.asked is None:
            return "not asked at this level"
        if self.mean is None or self.low is None or self.high is None:
            return "unknown: no graded answer yet"
        answers = "1 answer" if self.answers == 1 else f"{self.answers} answers"
        return (
            f"{self.standing}: {_of_100(self.mean)} of 100 expected at level {self.asked.level} "
            f"(95% interval {_of_100(self.low)} to {_of_100(self.high)}, {answers})"
        )


def asked_of(topic: Topic, target: Target) -> Demand | None:
    """The level that the target asks of the topic, with its sentence; None when it is only asked above that level."""
    levels = [level for level in topic.can if level <= target.levels[-1]]
    return Demand(max(levels), topic.can[max(levels)].strip()) if levels else None


def readiness(topic: Topic, target: Target, ability: Ability | None) -> Readiness:
    """How ready the learner is on the topic; `ability` is None for a topic that the model does not know."""
    asked = asked_of(topic, target)
    known = ability if ability is not None else Ability(0.0, 1.2, 0)
    if asked is None:
        return Readiness(topic.id, topic.title, None, known.answers, None, None, None, 0.0, Standing.NOT_ASKED)
    item = difficulty(asked.level)
    lacking = shortfall(known, item + log(STRONG / (1 - STRONG)))
    if not known.answers:
        return Readiness(topic.id, topic.title, asked, 0, None, None, None, lacking, Standing.UNKNOWN)
    mean, low, high = (expected(known.mean + z * known.sd, item) for z in (0.0, -_Z95, _Z95))
    standing = Standing.READY if low >= STRONG else Standing.CLOSE if mean >= STRONG else Standing.GAP
    return Readiness(topic.id, topic.title, asked, known.answers, mean, low, high, lacking, standing)


def all_readiness(corpus: Corpus, target: Target, abilities: Mapping[str, Ability]) -> dict[str, Readiness]:
    """`readiness` of every topic of the syllabus, in its order."""
    return {
        topic.id: readiness(topic, target, abilities.get(topic.id))
        for area in corpus.areas.values()
        for topic in area.topics
    }


def shortfall(ability: Ability, wanted: float) -> float:
    """The expected shortfall E[max(wanted - ability, 0)] in logits of a Gaussian ability.

    The expected improvement of Jones, Schonlau and Welch (1998), eq. 15, with the sign turned: it grows with the
    distance to what is wanted and with the uncertainty about it.
    """
    z = (wanted - ability.mean) / ability.sd
    density = exp(-0.5 * z * z) / sqrt(2 * pi)
    return float(ability.sd * (z * 0.5 * (1 + erf(z / sqrt(2))) + density))


def _of_100(share: float) -> str:
    return f"{round(100 * share)}"
