"""A design case on its way through its stages: the fold of the events that move it.

Not here: which part comes next and in which words (`tutor.session.stages`).
"""

from dataclasses import dataclass, replace

from tutor.domain import Stage
from tutor.session.events import (
    Answered,
    Asked,
    Critiqued,
    DayStarted,
    Debriefed,
    Event,
    RoundEnded,
    RoundStarted,
    Skipped,
    Steered,
    TimeUp,
)


@dataclass(frozen=True)
class Case:
    """The case that runs. `asked` are its stages asked so far, `twisted` those after which a change was brought in.

    `whole`: the learner wanted to give the rest in one go. `answers` counts the answers to it. `closing`: nothing more
    is asked, its critique is due.
    """

    question: str
    asked: tuple[Stage, ...]
    retry: bool = False
    twisted: tuple[Stage, ...] = ()
    whole: bool = False
    answers: int = 0
    closing: bool = False


def advance(case: Case | None, event: Event) -> Case | None:
    """The case after one more event; None when none runs any more."""
    match event:
        case Asked(continues=False, follows_up=False):
            return Case(event.question, (event.stage,), event.retry) if event.stage else None
        case Debriefed():
            return None
    if case is None:
        return None
    match event:
        case Asked(continues=True):
            return _asked(case, event)
        case Answered():
            return replace(case, answers=case.answers + 1)
        case Critiqued(part=False):
            return None
        case Skipped(stage=None) | Steered() | DayStarted() | RoundStarted() | RoundEnded() | TimeUp():
            return replace(case, closing=True)
        case _:
            return case


def _asked(case: Case, event: Asked) -> Case:
    if event.stage is None:
        return replace(case, whole=True)
    if event.twist:
        return replace(case, twisted=(*case.twisted, event.stage))
    return replace(case, asked=(*case.asked, event.stage))
