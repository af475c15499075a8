"""The placement as part of a session: begun by `/placement`, its questions one after another, and what it found.

The state is the fold of the events, so a placement that was cut off goes on where it was. Skipping a question counts
as one asked; `/end`, a topic, a mock round or a day of the plan ends it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tutor.corpus.load import Corpus
from tutor.learner import placement
from tutor.learner.placement import Level, clip
from tutor.learner.worth import Standing
from tutor.session.acts import Act, Intent
from tutor.session.events import (
    Answered,
    AreaLevel,
    Asked,
    DayStarted,
    Event,
    LoopStarted,
    Mode,
    Placed,
    PlacementStarted,
    RoundStarted,
    Said,
    Speaker,
    Steered,
)


@dataclass(frozen=True)
class Placement:
    """A placement that runs: the questions it asked, in order, and how many answers it got."""

    asked: tuple[str, ...] = ()
    answers: int = 0


def advance(running: Placement | None, event: Event) -> Placement | None:
    """The placement after one more event; None when none runs any more."""
    if isinstance(event, PlacementStarted):
        return Placement()
    if running is None or isinstance(event, Placed | RoundStarted | LoopStarted | Steered | DayStarted):
        return None
    if isinstance(event, Asked) and not event.follows_up and not event.continues and not event.retry:
        return replace(running, asked=(*running.asked, event.question))
    if isinstance(event, Answered) and not event.retry:
        return replace(running, answers=running.answers + 1)
    return running


def reply(
    running: Placement | None, intent: Intent, standing: Callable[[], Standing], corpus: Corpus, now: datetime
) -> list[Event]:
    """The reply to `/placement`, and to `/end` while one runs; nothing for any other request."""
    if intent.act is Act.PLACEMENT:
        if running is not None:
            return [_say(now, "The placement is running; answer the question, or `/end` it.")]
        begins = (
            f"A placement: at most {placement.MOST} short questions from different areas, fewer when your level is "
            "clear sooner. Answer what you can; `/skip` what you cannot, `/end` stops it."
        )
        return [PlacementStarted(at=now), _say(now, begins)]
    if intent.act is Act.END and running is not None:
        return found(running, standing(), corpus, now)
    return []


def step(running: Placement, standing: Standing, corpus: Corpus, now: datetime) -> list[Event]:
    """The next question, or what was found."""
    question = placement.next_question(tuple(corpus.questions.values()), standing, running.asked)
    if question is None:
        return found(running, standing, corpus, now)
    number = len(running.asked) + 1
    topic = question.topic.split("/")[1].replace("-", " ")
    why = f"Placement, question {number} of at most {placement.MOST}: {topic}, level {question.level} of 5."
    return [Asked(at=now, mode=Mode.PRACTICE, question=question.id, prompt=question.prompt, why=why)]


def found(running: Placement, standing: Standing, corpus: Corpus, now: datetime) -> list[Event]:
    """What the answers tell, with its uncertainty, as an event and in words."""
    overall, areas, enough = placement.overall(standing), placement.areas(standing), placement.enough(standing)
    placed = Placed(
        at=now,
        level=overall.level,
        sd=overall.sd,
        answers=running.answers,
        enough=enough,
        areas=tuple(AreaLevel(area=a.name, level=a.level, sd=a.sd, answers=a.answers) for a in areas),
    )
    return [placed, _say(now, _words(overall, areas, enough, running.answers, corpus))]


def _words(overall: Level, areas: Sequence[Level], enough: bool, answers: int, corpus: Corpus) -> str:
    if not overall.answers:
        return "The placement ended before an answer was graded, so it found nothing. `/placement` starts it again."
    sure = "" if enough else " That is still wide; more practice narrows it."
    given = "no answer was needed" if not answers else "after 1 answer" if answers == 1 else f"after {answers} answers"
    head = f"**Placement**, {given}: you are near {_level(overall)}.{sure}"
    rows = [f"- {_title(a.name, corpus)}: {_level(a)}, from {_plural(a.answers)}" for a in areas]
    tail = (
        "The ranges hold what is true in 95 of 100 such cases, if the grader is right. An area with one or two answers "
        "is a first look. Practice starts from here."
    )
    return "\n\n".join([head, "\n".join(rows), tail])


def _level(level: Level) -> str:
    low, high = level.interval
    return f"level {clip(level.level):.1f} of 5 ({low:.1f} to {high:.1f})"


def _title(area: str, corpus: Corpus) -> str:
    known = corpus.areas.get(area)
    return known.title if known else area


def _plural(n: int) -> str:
    return "1 answer" if n == 1 else f"{n} answers"


def _say(now: datetime, text: str) -> Said:
    return Said(at=now, speaker=Speaker.TUTOR, text=text)
