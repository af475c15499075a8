"""One line on why a question was chosen: the reason that decided, in words."""

from datetime import datetime
from typing import Protocol

from tutor.domain import Kind, Level, Question, TopicId
from tutor.learner.worth import Reason, Standing

_WEAK_BELOW = -0.3


class AskedFor(Protocol):
    """What the learner asked for."""

    @property
    def topics(self) -> tuple[TopicId, ...]: ...  # noqa: D102
    @property
    def kind(self) -> Kind | None: ...  # noqa: D102
    @property
    def levels(self) -> tuple[Level, ...]: ...  # noqa: D102


def why(question: Question, reason: Reason, standing: Standing, *, asked_for: AskedFor | None, now: datetime) -> str:
    """The line; what the learner asked for comes before everything but a review that is due."""
    name = question.topic.split("/")[1].replace("-", " ")
    level = f"level {question.level} of 5"
    if reason is Reason.REVIEW:
        return _review(question, standing, name, now)
    if asked_for and asked_for.levels:
        return f"You asked for another level: {name}, {level}."
    if asked_for:
        wanted = [f"{asked_for.kind} questions"] * bool(asked_for.kind) + [name] * bool(asked_for.topics)
        return f"You asked for {' on '.join(wanted)}; {level} is near where you are."
    return _reason(question, reason, standing, name, level)


def _reason(question: Question, reason: Reason, standing: Standing, name: str, level: str) -> str:
    ability = standing.abilities.get(question.topic)
    target = standing.target
    if reason is Reason.TARGET and target and standing.weights.get(question.topic, 1.0) > 1:
        company = f"{target.company}-style loops" if target.company else "the loops for your target"
        return f"{name.capitalize()} counts for more than most topics in {company}; {level}."
    if ability is None or ability.answers == 0:
        return f"You have not answered anything on {name} yet; {level} to see where you stand."
    if ability.mean < _WEAK_BELOW:
        return f"{name.capitalize()} looks weak so far ({_plural(ability.answers)}); {level} is within reach."
    if reason is Reason.VARIETY:
        return f"For a change, a {question.kind} question on {name}; {level}."
    return f"{name.capitalize()}, {level}: near your level after {_plural(ability.answers)}."


def _review(question: Question, standing: Standing, name: str, now: datetime) -> str:
    review = standing.reviews[question.id]
    days = max((now - review.at).days, 0)
    when = {0: "earlier today", 1: "yesterday"}.get(days, f"{days} days ago")
    score = "" if review.credit is None else f", {review.credit:.0%}"
    return f"Due for review: you answered this one on {name} {when}{score}."


def _plural(n: int) -> str:
    return "1 answer" if n == 1 else f"{n} answers"
