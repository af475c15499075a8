"""What happens in a session. The event log is the truth: the state of a session is the fold of its events.

An answer is three events: `Answered` (stored first), then `Critiqued` or `GradingFailed`. A session that ends in an
`Answered` without either was cut off while grading; resuming grades it. Faces render events and nothing else.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from tutor.domain import Frozen, Kind, Level, PassageId, Text, TopicId
from tutor.session.answer_events import (
    Answered,
    Asked,
    Contested,
    Critiqued,
    GradingFailed,
    Hinted,
    Mode,
    Skipped,
    Sure,
    Unclear,
)
from tutor.session.mock_events import (
    Debriefed,
    Decision,
    DimensionScore,
    LoopDebriefed,
    LoopEnded,
    LoopRound,
    LoopStarted,
    Moment,
    Nudged,
    QuestionScore,
    RoundEnded,
    RoundOutcome,
    RoundStarted,
    TimeUp,
)
from tutor.session.placement_events import AreaLevel, Placed, PlacementStarted
from tutor.session.plan_events import DayFinished, DayStarted, Planned

# The events of answers, mock rounds, loops, plans and placements are given on.
__all__ = [
    "Answered",
    "AreaLevel",
    "Asked",
    "Contested",
    "Critiqued",
    "DayFinished",
    "DayStarted",
    "Debriefed",
    "Decision",
    "DimensionScore",
    "GradingFailed",
    "Hinted",
    "LoopDebriefed",
    "LoopEnded",
    "LoopRound",
    "LoopStarted",
    "Mode",
    "Moment",
    "Nudged",
    "Placed",
    "PlacementStarted",
    "Planned",
    "QuestionScore",
    "RoundEnded",
    "RoundOutcome",
    "RoundStarted",
    "Skipped",
    "Sure",
    "TimeUp",
    "Unclear",
]


class Speaker(StrEnum):
    """Who said it."""

    TUTOR = "tutor"
    LEARNER = "learner"


class SessionStarted(Frozen):
    """First event of every session; `seed` fixes every later choice."""

    type: Literal["session_started"] = "session_started"
    at: AwareDatetime
    learner: Text
    seed: int


class Said(Frozen):
    """Words that are neither a question nor an answer: greetings, explanations, requests, messages of what went wrong.

    `text` is Markdown when the tutor speaks and plain text when the learner does. `passages` are cited by the text.
    `worded_by` (here and below) names the chat model that put the tutor's words; None: they are built in.
    `act` and `about` are what a learner's words were understood as, once and for all: the router may learn meanwhile.
    """

    type: Literal["said"] = "said"
    at: AwareDatetime
    speaker: Speaker
    text: str
    passages: tuple[PassageId, ...] = ()
    worded_by: str | None = None
    act: str | None = None
    about: str = ""


class Steered(Frozen):
    """What the learner wants the next questions to be; closes the open question.

    No topics or no kind means any. `shift` moves the difficulty aimed at, in logits, from then on; `levels` bind the
    next question only. `material` asks from the learner's own files until they are through: the id of one, or `all`.
    """

    type: Literal["steered"] = "steered"
    at: AwareDatetime
    topics: tuple[TopicId, ...] = ()
    kind: Kind | None = None
    shift: float = Field(default=0.0, ge=-4, le=4)
    levels: tuple[Level, ...] = ()
    material: str = ""


class SessionEnded(Frozen):
    """The learner stopped; opening the session again continues it."""

    type: Literal["session_ended"] = "session_ended"
    at: AwareDatetime


Event = Annotated[
    SessionStarted
    | Said
    | Asked
    | Hinted
    | Answered
    | Critiqued
    | GradingFailed
    | Contested
    | Skipped
    | Sure
    | Unclear
    | Steered
    | RoundStarted
    | Nudged
    | TimeUp
    | RoundEnded
    | Debriefed
    | LoopStarted
    | LoopEnded
    | LoopDebriefed
    | Planned
    | DayStarted
    | DayFinished
    | PlacementStarted
    | Placed
    | SessionEnded,
    Field(discriminator="type"),
]
event_adapter: TypeAdapter[Event] = TypeAdapter(Event)
