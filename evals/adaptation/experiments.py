"""What is simulated: measuring learners who stay as they are, and teaching learners who learn and forget."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from evals.adaptation.learners import Learner, World
from evals.adaptation.policies import START, Chooser, History, MaximumInformation, at_random, in_order, ladder, tutor
from evals.adaptation.policies import placement as placing
from tutor.corpus.load import Corpus
from tutor.interviews import Seniority
from tutor.learner.ability import Abilities, difficulty, expected
from tutor.learner.evidence import weight
from tutor.learner.selection import Policy
from tutor.learner.target import Target, topic_weights
from tutor.learner.worth import Standing

Floats = NDArray[np.float64]
MOST = 80
ERROR = 0.5
DAYS, HOURS_A_DAY = 28, 0.5
_TOO_HARD, _TOO_LONG = 0.15, 8


def rivals(world: World) -> dict[str, Chooser]:
    """The four that the tutor is measured against, and CAT with our estimate in place of its own."""
    return {
        "random": at_random,
        "fixed order": in_order,
        "ladder": ladder,
        "CAT": MaximumInformation(world, own_estimate=True),
        "CAT, our estimate": MaximumInformation(world),
    }


@dataclass(frozen=True)
class Measured:
    """One learner measured by one policy: questions until the standard error is .5, and the estimate's error then."""

    questions: int
    error: float
    covered: bool


def measure(world: World, chooser: Chooser, seeds: Sequence[int]) -> list[Measured]:
    """Ask until the classical standard error is at most `ERROR`; the world has one topic.

    The standard error is one over the root of the test information at the *true* ability (Lord 1980), so it does not
    depend on anybody's estimate or prior. True abilities are normal with the deviation of the tutor's prior.
    """
    prior = Abilities.prior(world.topics)
    spread = prior[world.topics[0]].sd
    found = []
    for seed in seeds:
        learner = Learner.draw(world, seed, learns=False)
        learner.base[:] = np.random.default_rng([seed, 1]).normal(0, spread)
        history, information = History(world, seed, Standing(prior)), 0.0
        while information < 1 / ERROR**2 and len(history.answers) < MOST:
            q = chooser(history)
            history.learn(q, *learner.answer(q, 0.0))
            question = world.questions[q]
            p = expected(float(learner.base[0]), difficulty(question.level))
            information += weight(len(question.rubric.criteria)) * p * (1 - p)
        belief = history.standing.abilities.overall()
        error = belief.mean - float(learner.base[0])
        found.append(Measured(len(history.answers), error, abs(error) <= 1.96 * belief.sd))
    return found


def measurers(world: World) -> dict[str, Chooser]:
    """All that measure; the tutor's with reviews and variety off."""
    return {**rivals(world), "tutor": tutor(Policy(reviews=False, variety=False)), "tutor, placement": placing}


def profile(world: World, chooser: Chooser, seeds: Sequence[int], most: int = 40) -> Floats:
    """Root mean squared error over all topics after each answer, mean over learners, shape (most + 1,)."""
    total = np.zeros(most + 1)
    for seed in seeds:
        learner = Learner.draw(world, seed, learns=False)
        history = History(world, seed, Standing(Abilities.prior(world.topics)))
        for n in range(most + 1):
            total[n] += np.mean((history.standing.abilities.mean - learner.base) ** 2)
            if n < most:
                q = chooser(history)
                history.learn(q, *learner.answer(q, 0.0))
    return np.asarray(np.sqrt(total / len(seeds)))


@dataclass(frozen=True)
class Taught:
    """One learner after four weeks: gain in expected points of 100 per hour, in the target's exam and over the bank.

    `early` counts questions asked before their review was due, `longest` the longest run on one topic, `lost` whether
    there was a run of answers that were all far too hard, `error` the root mean squared error of the abilities.
    """

    gain: float
    gain_bank: float
    hours: float
    answers: int
    repeats: int
    early: int
    longest: int
    lost: bool
    error: float


Teacher = tuple[Chooser, bool]


def teachers(world: World) -> dict[str, Teacher]:
    """All that teach, and whether they know the target."""
    return {
        **{name: (chooser, False) for name, chooser in rivals(world).items()},
        "tutor": (tutor(Policy()), True),
        "tutor, no target": (tutor(Policy()), False),
        "tutor, no reviews first": (tutor(Policy(reviews=False)), True),
        "tutor, no variety": (tutor(Policy(variety=False)), True),
    }


def teach(world: World, corpus: Corpus, teacher: Teacher, seeds: Sequence[int], days: int = DAYS) -> list[Taught]:
    """Half an hour a day for four weeks, then an exam on the day after."""
    companies, levels = sorted(corpus.companies), list(Seniority)
    cache: dict[int, tuple[Target, Mapping[str, float]]] = {}
    found = []
    for seed in seeds:
        kind = seed % (len(companies) * len(levels))
        if kind not in cache:
            target = Target(company=companies[kind % len(companies)], seniority=levels[kind // len(companies)])
            cache[kind] = target, topic_weights(target, corpus)
        target, weights = cache[kind]
        prior = Abilities.prior(world.topics)
        standing = Standing(prior, {}, target, weights) if teacher[1] else Standing(prior)
        exam = np.array([weights[q.topic] * (q.level in target.levels) for q in world.questions])
        found.append(_one(world, teacher[0], seed, standing, exam / exam.sum(), days))
    return found


def _one(world: World, chooser: Chooser, seed: int, standing: Standing, exam: Floats, days: int) -> Taught:
    learner, history = Learner.draw(world, seed), History(world, seed, standing)
    bank = np.full(len(exam), 1 / len(exam))
    before = learner.exam(days + 1, exam), learner.exam(days + 1, bank)
    hours, early, credits, topics = 0.0, 0, list[float](), list[int]()
    for day in range(days):
        history.now, history.asked, today = float(day), [], 0.0
        while today < HOURS_A_DAY:
            q = chooser(history)
            early += _too_early(history, q)
            credit, seconds = learner.answer(q, history.now)
            history.learn(q, credit, seconds)
            credits.append(credit)
            topics.append(int(world.topic[q]))
            today += learner.hours(seconds)
            history.now = day + today / 24
        hours += today
    seen = {q for q, _, _ in history.answers}
    error = history.standing.abilities.mean - learner.abilities(float(days))
    return Taught(
        gain=100 * (learner.exam(days + 1, exam) - before[0]) / hours,
        gain_bank=100 * (learner.exam(days + 1, bank) - before[1]) / hours,
        hours=hours,
        answers=len(credits),
        repeats=len(credits) - len(seen),
        early=early,
        longest=_longest([a == b for a, b in pairwise(topics)]) + 1,
        lost=_longest([c < _TOO_HARD for c in credits]) >= _TOO_LONG,
        error=float(np.sqrt(np.mean(error**2))),
    )


def _too_early(history: History, q: int) -> int:
    review = history.standing.reviews.get(history.world.questions[q].id)
    return int(review is not None and review.due > START + timedelta(days=history.now))


def _longest(flags: Sequence[bool]) -> int:
    best = run = 0
    for flag in flags:
        run = run + 1 if flag else 0
        best = max(best, run)
    return best


def reached(world: World, abilities: Callable[[], Abilities], seed: int) -> tuple[int, int]:
    """How many questions the selector asks when nothing is answered well enough to rest, and of how many."""
    chooser = tutor(Policy())
    history = History(world, seed, Standing(abilities()))
    for _ in world.questions:
        history.asked.append(chooser(history))
    return len(set(history.asked)), len(world.questions)
