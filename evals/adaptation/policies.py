"""Ways to choose the next question: the tutor's, and four that it is measured against.

A policy is told what the tutor would be told (credits, times), never the true abilities.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Protocol

import numpy as np

from evals.adaptation.learners import World
from tutor.learner.evidence import evidence, weight
from tutor.learner.reviews import schedule
from tutor.learner.selection import Policy, Wish, choose
from tutor.learner.worth import Standing, information

START = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass
class History:
    """What happened to one learner so far: question numbers, credits, times in days; `asked` are those of today."""

    world: World
    seed: int
    standing: Standing
    now: float = 0.0
    asked: list[int] = field(default_factory=list)
    answers: list[tuple[int, float, float]] = field(default_factory=list)

    def learn(self, q: int, credit: float, seconds: float) -> None:
        """Take in an answer, as the tutor does from its store."""
        question = self.world.questions[q]
        before = self.answers[-1][2] if self.answers else self.now
        self.answers.append((q, credit, self.now))
        self.asked.append(q)
        earlier = self.standing.reviews.get(question.id)
        found = evidence(
            credit,
            hints=0,
            seconds=seconds,
            minutes=question.minutes,
            criteria=len(question.rubric.criteria),
            item=self.standing.item(question),
            recall=earlier.recall(START + timedelta(days=self.now)) if earlier else 0.0,
        )
        abilities = self.standing.abilities.later(self.now - before).update(question.topic, *found)
        rows = [(question.id, START + timedelta(days=at), c) for n, c, at in self.answers if n == q]
        reviews = {**self.standing.reviews, **schedule(rows)}
        self.standing = replace(self.standing, abilities=abilities, reviews=reviews)

    def unseen(self) -> list[int]:
        """Questions never answered and not asked today; when there are none, those answered longest ago."""
        last = {q: n for n, (q, _, _) in enumerate(self.answers)}
        free = [q for q in range(len(self.world.questions)) if q not in last]
        return free or sorted(last, key=lambda q: last[q])[: len(last) // 2]


class Chooser(Protocol):
    """The next question's number."""

    def __call__(self, history: History) -> int: ...  # noqa: D102


def at_random(history: History) -> int:
    """Any question that was not answered yet."""
    return Random(f"{history.seed}:{len(history.answers)}").choice(history.unseen())


def in_order(history: History) -> int:
    """The bank from its first page to its last."""
    return history.unseen()[0]


def ladder(history: History) -> int:
    """One level up after a good answer, one down after a bad one, any topic; from level 3."""
    level = 3
    for _, credit, _ in history.answers:
        level = min(max(level + (credit > 0.6) - (credit < 0.4), 1), 5)
    free = history.unseen()
    near = min(abs(history.world.questions[q].level - level) for q in free)
    fits = [q for q in free if abs(history.world.questions[q].level - level) == near]
    return Random(f"{history.seed}:{len(history.answers)}").choice(fits)


class MaximumInformation:
    """catsim's maximum-information selector over one ability; the bank has the authors' levels, as the tutor has.

    The discrimination of an item is the root of its number of independent responses, so that its information is the one
    the tutor counts. Theta is the overall ability that the tutor's model believes, or catsim's own estimate.
    """

    def __init__(self, world: World, own_estimate: bool = False) -> None:
        """Hand the bank to catsim."""
        from catsim.estimation import NumericalSearchEstimator
        from catsim.item_bank import ItemBank
        from catsim.selection import MaxInfoSelector

        responses = np.array([weight(len(q.rubric.criteria)) for q in world.questions])
        levels = np.array([q.level - 3.0 for q in world.questions])
        self._bank: Any = ItemBank(np.column_stack([np.sqrt(responses), levels]))
        self._select: Any = MaxInfoSelector()
        self._estimate: Any = NumericalSearchEstimator() if own_estimate else None

    def __call__(self, history: History) -> int:
        """The item with most information at theta."""
        theta = history.standing.abilities.overall().mean if self._estimate is None else self._theta(history)
        free = set(history.unseen())
        used = [q for q in range(len(history.world.questions)) if q not in free]
        return int(self._select.select(item_bank=self._bank, administered_items=used, est_theta=theta))

    def _theta(self, history: History) -> float:
        """Catsim's estimate from right and wrong: Dodd's rule while all answers are alike, then maximum likelihood."""
        theta, right, items = 0.0, [], []
        for q, credit, _ in history.answers:
            right.append(bool(credit >= 0.5))
            items.append(q)
        for n in range(1, len(items) + 1):
            if len(set(right[:n])) == 1 or n == len(items):
                theta = self._estimate.estimate(
                    item_bank=self._bank, administered_items=items[:n], response_vector=right[:n], est_theta=theta
                )
        return float(np.clip(theta, -4, 4))


def tutor(policy: Policy) -> Chooser:
    """The tutor's own choice."""

    def chooser(history: History) -> int:
        questions = history.world.questions
        asked = [questions[q].id for q in history.asked]
        now = START + timedelta(days=history.now)
        found = choose(questions, history.standing, Wish(), asked, now=now, seed=history.seed, policy=policy)
        assert found is not None
        return history.world.place[found.question.id]

    return chooser


def placement(history: History) -> int:
    """The tutor's choice in a placement: the largest fall of the variance of the overall ability."""
    free = history.unseen()
    pool = [history.world.questions[q] for q in free]
    return free[int(np.argmax(information(pool, history.standing)))]
