"""Which question to ask next, and one line why. Pure and deterministic by seed.

What the learner asked for (topic, kind, level) is a filter; when it is used up it is widened, and the choice says so.
Within it due reviews come first, the one most likely forgotten before the others; then the question that is worth most
(`tutor.learner.worth`). A question that was answered rests until its review is due.

>>> from datetime import UTC
>>> choose([], Standing(Abilities.prior([])), Wish(), [], now=datetime(2026, 1, 1, tzinfo=UTC), seed=0) is None
True
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

import numpy as np

from tutor.domain import Kind, Level, Question, TopicId
from tutor.learner.ability import Abilities
from tutor.learner.reasons import why
from tutor.learner.reviews import Review
from tutor.learner.worth import Reason, Standing, worth

__all__ = ["Abilities", "Choice", "Policy", "Standing", "Wish", "choose"]

_JITTER = 0.02
# After so many reviews in a row something new is asked, if there is anything: a session is not a backlog.
_REVIEWS_IN_A_ROW = 2
_RECENT = 2


@dataclass(frozen=True)
class Wish:
    """What the learner asked for. Empty or None means any; `shift` moves the difficulty aimed at, in logits."""

    topics: tuple[TopicId, ...] = ()
    kind: Kind | None = None
    levels: tuple[Level, ...] = ()
    shift: float = 0.0


@dataclass(frozen=True)
class Policy:
    """Which parts of the selection are on; the evals turn some off."""

    reviews: bool = True
    variety: bool = True


@dataclass(frozen=True)
class Choice:
    """The question, one line why, the reason that decided, and `widened`: said when the wish could not be met."""

    question: Question
    why: str
    reason: Reason
    widened: str | None = None


def choose(
    bank: Sequence[Question],
    standing: Standing,
    wish: Wish,
    asked: Sequence[str],
    *,
    now: datetime,
    seed: int,
    policy: Policy = Policy(),
) -> Choice | None:
    """The best next question; None only when the bank is empty.

    `asked` are the ids asked in this session, in order. No question of this session comes again, and none before its
    review is due, while there is another one.
    """
    pool, widened = _pool(bank, wish, standing.reviews, asked, now)
    if not pool:
        return None
    pool = sorted(pool, key=lambda q: q.id)
    asked_for = bool(wish.levels or wish.topics or wish.kind)
    if policy.reviews and (due := _due(pool, standing.reviews, asked, now)):
        said = why(due, Reason.REVIEW, standing, asked_for=wish if asked_for else None, now=now)
        return Choice(due, said, Reason.REVIEW, widened)
    by_id = {q.id: q for q in bank}
    recent = [by_id[q] for q in asked[-_RECENT:] if q in by_id] if policy.variety else []
    terms = worth(pool, standing, wish.shift, recent)
    rng = Random(f"{seed}:{len(asked)}")
    total = sum(terms.values()) + _JITTER * np.array([rng.random() for _ in pool])
    best = int(np.argmax(total))
    # The term in which this question is furthest above the ones it was chosen from.
    reason = max(terms, key=lambda r: float(terms[r][best] - terms[r].mean()))
    said = why(pool[best], reason, standing, asked_for=wish if asked_for else None, now=now)
    return Choice(pool[best], said, reason, widened)


def _due(
    pool: Sequence[Question], reviews: Mapping[str, Review], asked: Sequence[str], now: datetime
) -> Question | None:
    """The due review that is most likely forgotten, unless the last questions were reviews and there is a new one."""
    due = [q for q in pool if q.id in reviews and reviews[q.id].due <= now]
    last = asked[-_REVIEWS_IN_A_ROW:]
    if len(last) == _REVIEWS_IN_A_ROW and all(q in reviews for q in last) and len(due) < len(pool):
        return None
    return min(due, key=lambda q: reviews[q.id].recall(now), default=None)


def _pool(
    bank: Sequence[Question], wish: Wish, reviews: Mapping[str, Review], asked: Sequence[str], now: datetime
) -> tuple[list[Question], str | None]:
    """Questions that meet the wish, are new in this session and do not rest; else a wider wish, else old ones."""
    resting = {q for q, review in reviews.items() if review.due > now}
    done = {*asked, *resting}
    for looser, widened in _wider(wish):
        if fresh := [q for q in bank if q.id not in done and _meets(q, looser)]:
            return fresh, widened
    last = {q: n for n, q in enumerate(asked)}
    waiting = sorted((q for q in bank if q.id not in last), key=lambda q: reviews[q.id].due)
    if waiting:
        return waiting[:1], "You have answered every question here lately; this one comes before its review is due."
    oldest = sorted((q for q in bank if _meets(q, replace(wish, levels=()))), key=lambda q: last[q.id])
    oldest = oldest or sorted(bank, key=lambda q: last[q.id])
    repeated = "You have seen every question here in this session; this one comes again."
    return oldest[: max(1, len(oldest) // 2)], repeated


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
        said = "The questions on this topic are used up for now, so here is one near it."
        steps.append((replace(wish, topics=near, kind=None), said))
    if wish != Wish(shift=wish.shift):
        said = "All questions of that choice are used up for now, so here is another one."
        steps.append((Wish(shift=wish.shift), said))
    return steps


def _meets(question: Question, wish: Wish) -> bool:
    """Whether the question fits; `topics` may also hold areas, which widening puts there."""
    if wish.levels and question.level not in wish.levels:
        return False
    if wish.kind and question.kind is not wish.kind:
        return False
    return not wish.topics or question.topic in wish.topics or question.area in wish.topics
