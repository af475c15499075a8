"""Learners whose abilities are known because we made them: they answer, learn, forget, guess and slip.

Deliberately not the tutor's own model. Answers are made criterion by criterion from the real rubrics, with a difficulty
of their own for every question and criterion, slips, lucky guesses, half-met criteria and the caps of the score table.
What was learnt is lost by a power law whose rate falls with spaced practice, and each question leaves a memory trace
of ACT-R (Pavlik and Anderson 2005); the tutor's reviews are FSRS's. Learners differ in how hard a question they learn
most from and in how fast they learn and forget. The parameters are ours, not fitted to people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tutor.domain import Question, Verdict
from tutor.grading.score import CREDIT, ESSENTIAL_CAP

Floats = NDArray[np.float64]
SLIP, GUESS, HALF, WRONG = 0.05, 0.03, 0.3, 0.12
_AUTHOR_ERROR, _CRITERION, _DAY_FORM = 0.5, 0.6, 0.5
_SPILL = 0.15
_TRACE, _NOISE, _THRESHOLD = 1.2, 0.5, -0.8
_FEEDBACK_MINUTES = 1.5


@dataclass(frozen=True)
class World:
    """The bank as the simulation sees it: true difficulties that the tutor does not know. Arrays over questions."""

    questions: tuple[Question, ...]
    topics: tuple[str, ...]
    topic: NDArray[np.int64]
    area: NDArray[np.int64]
    items: Floats
    criteria: tuple[Floats, ...]
    weights: tuple[Floats, ...]
    essential: tuple[NDArray[np.bool_], ...]
    minutes: Floats
    place: Mapping[str, int]

    @classmethod
    def of(cls, questions: Sequence[Question], topics: Sequence[str], seed: int) -> "World":
        """The bank with difficulties around the author's levels."""
        rng = np.random.default_rng(seed)
        names = tuple(sorted(topics))
        areas = sorted({t.split("/")[0] for t in names})
        kept = tuple(q for q in questions if q.topic in set(names))
        sizes = [len(q.rubric.criteria) for q in kept]
        return cls(
            kept,
            names,
            np.array([names.index(q.topic) for q in kept]),
            np.array([areas.index(t.split("/")[0]) for t in names]),
            np.array([q.level - 3 for q in kept]) + rng.normal(0, _AUTHOR_ERROR, len(kept)),
            tuple(rng.normal(0, _CRITERION, n) for n in sizes),
            tuple(np.array([c.weight for c in q.rubric.criteria]) for q in kept),
            tuple(np.array([c.essential for c in q.rubric.criteria]) for q in kept),
            np.array([q.minutes for q in kept]),
            {q.id: n for n, q in enumerate(kept)},
        )


@dataclass
class Learner:
    """One learner; times are in days. `base` and `gained` are abilities in logits, shape (topics,)."""

    world: World
    rng: np.random.Generator
    base: Floats
    gained: Floats
    practised: Floats
    stability: Floats
    best_at: float
    speed: float
    pace: float
    traces: dict[int, list[float]] = field(default_factory=dict)

    @classmethod
    def draw(cls, world: World, seed: int, learns: bool = True) -> "Learner":
        """A learner; `learns=False` makes one who stays as they are."""
        rng = np.random.default_rng(seed)
        n = len(world.topics)
        base = rng.normal(-0.3, 0.9) + rng.normal(0, 0.5, world.area.max() + 1)[world.area] + rng.normal(0, 0.6, n)
        speed = float(rng.lognormal(np.log(0.5), 0.3)) if learns else 0.0
        stability = np.full(n, float(rng.lognormal(np.log(6.0), 0.4)))
        pace = float(rng.lognormal(0, 0.2))
        best_at = float(rng.uniform(0.4, 0.75))
        return cls(world, rng, base, np.zeros(n), np.zeros(n), stability, best_at, speed, pace)

    def abilities(self, now: float) -> Floats:
        """The true abilities of that day, shape (topics,)."""
        return np.asarray(self.base + self.gained * self._kept(now))

    def exam(self, now: float, weights: Floats) -> float:
        """The expected share of criteria met over the bank, weighted by question (weights sum to 1)."""
        known = self.abilities(now)[self.world.topic]
        for q, times in self.traces.items():
            known[q] += self._trace(times, now)
        return float(weights @ _logistic(known - self.world.items))

    def answer(self, q: int, now: float) -> tuple[float, float]:
        """Credit in [0, 1] and seconds of an answer to question number q; the learner learns from the critique."""
        world, topic = self.world, self.world.topic[q]
        ability = self.abilities(now)[topic] + self._trace(self.traces.get(q, []), now)
        chance = _logistic(ability + self.rng.normal(0, _DAY_FORM) - world.items[q] - world.criteria[q])
        credit = self._credit(q, GUESS + (1 - GUESS - SLIP) * chance)
        if self.speed:
            self._learn(q, float(_logistic(np.array(ability - world.items[q]))), now)
        return credit, 60 * float(world.minutes[q]) * self.pace * float(self.rng.lognormal(-0.3, 0.3))

    def hours(self, seconds: float) -> float:
        """Hours an answer costs, reading the critique included."""
        return (seconds / 60 + _FEEDBACK_MINUTES) / 60

    def _credit(self, q: int, met: Floats) -> float:
        draw, second = self.rng.random(len(met)), self.rng.random(len(met))
        missed = np.where(second < HALF, CREDIT[Verdict.PARTIAL], 0.0)
        missed = np.where(second > 1 - WRONG, CREDIT[Verdict.CONTRADICTED], missed)
        earned = np.where(draw < met, CREDIT[Verdict.MET], missed)
        weights, essential = self.world.weights[q], self.world.essential[q]
        value = float(weights @ earned / weights.sum())
        for verdict in (Verdict.MISSING, Verdict.CONTRADICTED):
            if np.any(essential & (earned == CREDIT[verdict])):
                value = min(value, ESSENTIAL_CAP[verdict])
        return min(max(value, 0.0), 1.0)

    def _learn(self, q: int, expected: float, now: float) -> None:
        topic = self.world.topic[q]
        fit = float(np.exp(-(((expected - self.best_at) / 0.25) ** 2) / 2))
        room = float(_logistic(np.array(2.5 - self.abilities(now)[topic])))
        kept = self._kept(now)
        amount = self.speed * fit * room * len(self.world.weights[q]) / 5
        self.gained[topic] = self.gained[topic] * kept[topic] + amount
        near = self.world.area == self.world.area[topic]
        near[topic] = False
        self.gained[near] += _SPILL * amount / kept[near]
        # Practice that comes when part is forgotten makes the rest last longer (spacing effect).
        self.stability[topic] *= 1 + 2.0 * (1 - kept[topic])
        self.practised[topic] = now
        self.traces.setdefault(q, []).append(now)

    def _kept(self, now: float) -> Floats:
        days = np.maximum(now - self.practised, 0.0)
        return np.asarray((1 + days / self.stability) ** -0.5)

    def _trace(self, times: Sequence[float], now: float) -> float:
        """What having answered this very question adds, in logits: the recall probability of ACT-R, scaled."""
        if not times:
            return 0.0
        days = np.maximum(now - np.array(times), 0.02)
        activation = np.log(np.sum(days**-0.4))
        return float(_TRACE * _logistic(np.array((activation - _THRESHOLD) / _NOISE)))


def _logistic(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)))
