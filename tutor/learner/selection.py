"""Which question to ask next, and one line why. Pure and deterministic by seed.

A question's worth is the Fisher information it gives about the learner near the level aimed at, 4 p (1 - p) in [0, 1],
plus bonuses for a topic that looks weak or is little known, less penalties for sameness: the topic or kind asked last,
or a question that was answered lately. What the learner asked for (topic, kind, level) is a filter; when it is used up
it is widened, and the choice says so.

>>> from datetime import UTC
>>> choose([], Abilities.prior([]), Wish(), {}, [], now=datetime(2026, 1, 1, tzinfo=UTC), seed=0) is None
True
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import exp
from random import Random

from tutor.domain import Kind, Level, Question, TopicId
from tutor.learner.ability import Abilities, difficulty, expected

_WEAK, _UNKNOWN, _SAME_TOPIC, _SAME_KIND, _JITTER = 0.35, 0.25, 0.3, 0.15, 0.05
_REST_DAYS = 14.0


@dataclass(frozen=True)
class Wish:
    """What the learner asked for. Empty or None means any; `shift` moves the difficulty aimed at, in logits."""

    topics: tuple[TopicId, ...] = ()
    kind: Kind | None = None
    levels: tuple[Level, ...] = ()
    shift: float = 0.0


@dataclass(frozen=True)
class Choice:
    """The question, one line why, and `widened`: a sentence when the wish could not be met as it was."""

    question: Question
    why: str
    widened: str | None = None


def choose(
    bank: Sequence[Question],
    abilities: Abilities,
    wish: Wish,
    answered: Mapping[str, datetime],
    asked: Sequence[str],
    *,
    now: datetime,
    seed: int,
) -> Choice | None:
    """The best next question; None only when the bank is empty.

    `answered` maps question ids to when the learner last answered them, in any session; `asked` are the ids asked in
    this session, in order. No question of this session comes again before all that fit were asked.
    """
    pool, widened = _pool(bank, wish, asked)
    if not pool:
        return None
    by_id = {q.id: q for q in bank}
    recent = [by_id[q] for q in asked[-2:] if q in by_id]
    rng = Random(f"{seed}:{len(asked)}")

    def worth(question: Question) -> float:
        value = _information(question, abilities, wish.shift) + _need(question, abilities)
        value -= _sameness(question, recent) + _freshness_cost(question, answered, now)
        return value + _JITTER * rng.random()

    best = max(sorted(pool, key=lambda q: q.id), key=worth)
    return Choice(best, _why(best, abilities, wish), widened)


def _pool(bank: Sequence[Question], wish: Wish, asked: Sequence[str]) -> tuple[list[Question], str | None]:
    """Questions not asked in this session that meet the wish, else a wider wish, else those asked longest ago."""
    for looser, widened in _wider(wish):
        fits = [q for q in bank if _meets(q, looser)]
        fresh = [q for q in fits if q.id not in asked]
        if fresh:
            return fresh, widened
    last = {q: n for n, q in enumerate(asked)}
    oldest = sorted((q for q in bank if _meets(q, replace(wish, levels=()))), key=lambda q: last[q.id])
    oldest = oldest or sorted(bank, key=lambda q: last[q.id])
    return oldest[
        : max(1, len(oldest) // 2)
    ], "You have seen every question here in this session; this one comes again."


def _wider(wish: Wish) -> list[tuple[Wish, str | None]]:
    steps: list[tuple[Wish, str | None]] = [(wish, None)]
    if wish.levels:
        wish = replace(wish, levels=())
        steps.append((wish, "There is no further question at that level here, so the level is near yours."))
    if wish.kind and wish.topics:
        said = f"No {wish.kind} question is left on this topic, so here is another kind."
        steps.append((replace(wish, kind=None), said))
    if wish.topics:
        near = tuple({*wish.topics, *(t.split("/")[0] for t in wish.topics)})
        said = "The questions on this topic are used up, so here is one near it."
        steps.append((replace(wish, topics=near, kind=None), said))
    if wish != Wish(shift=wish.shift):
        steps.append((Wish(shift=wish.shift), "All questions of that choice are used up, so here is another one."))
    return steps


def _meets(question: Question, wish: Wish) -> bool:
    """Whether the question fits; `topics` may also hold areas, which widening puts there."""
    if wish.levels and question.level not in wish.levels:
        return False
    if wish.kind and question.kind is not wish.kind:
        return False
    return not wish.topics or question.topic in wish.topics or question.area in wish.topics


def _mean(question: Question, abilities: Abilities) -> float:
    return abilities[question.topic].mean if question.topic in abilities else 0.0


def _information(question: Question, abilities: Abilities, shift: float) -> float:
    p = expected(_mean(question, abilities) + shift, difficulty(question.level))
    return 4 * p * (1 - p)


def _need(question: Question, abilities: Abilities) -> float:
    if question.topic not in abilities:
        return 0.0
    ability = abilities[question.topic]
    return _WEAK * expected(0.0, ability.mean) + _UNKNOWN * ability.sd


def _sameness(question: Question, recent: Sequence[Question]) -> float:
    topic = any(question.topic == q.topic for q in recent[-1:])
    kind = len(recent) == 2 and all(question.kind is q.kind for q in recent)
    return _SAME_TOPIC * topic + _SAME_KIND * kind


def _freshness_cost(question: Question, answered: Mapping[str, datetime], now: datetime) -> float:
    if question.id not in answered:
        return 0.0
    days = (now - answered[question.id]).total_seconds() / 86_400
    return 2.0 * exp(-max(days, 0.0) / _REST_DAYS)


def _why(question: Question, abilities: Abilities, wish: Wish) -> str:
    name = question.topic.split("/")[1].replace("-", " ")
    level = f"level {question.level} of 5"
    if wish.levels:
        return f"You asked for another level: {name}, {level}."
    if wish.topics or wish.kind:
        wanted = [f"{wish.kind} questions"] * bool(wish.kind) + [name] * bool(wish.topics)
        return f"You asked for {' on '.join(wanted)}; {level} is near where you are."
    ability = abilities.get(question.topic)
    if ability is None or ability.answers == 0:
        return f"You have not answered anything on {name} yet; {level} to see where you stand."
    if ability.mean < -0.3:
        return f"{name.capitalize()} looks weak so far ({_plural(ability.answers)}); {level} is within reach."
    return f"{name.capitalize()}, {level}: near your level after {_plural(ability.answers)}."


def _plural(n: int) -> str:
    return "1 answer" if n == 1 else f"{n} answers"
