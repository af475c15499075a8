"""What happens in a mock round and in a loop of rounds: events of the session's log, and the values they are made of.

Part of `tutor.session.events`, which gives all of these names.
"""

from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from tutor.domain import Frozen, Level, Probability, Slug, Text, Verdict
from tutor.interviews import Fact, Role, Seniority


class RoundStarted(Frozen):
    """A mock round began; its clock runs from `at` for `minutes`, whatever happens to the page.

    `number` is its place in the loop that runs, from 1; None outside a loop.
    """

    type: Literal["round_started"] = "round_started"
    at: AwareDatetime
    company: Slug
    round: Slug
    title: Text
    role: Role
    seniority: Seniority
    minutes: float = Field(gt=0)
    questions: tuple[Slug, ...] = Field(min_length=1)
    opening: Text
    number: int | None = Field(default=None, ge=1)


class Nudged(Frozen):
    """The interviewer minds the clock, in words, once: `half`, `five` or `pace-<question>` is the `reason`."""

    type: Literal["nudged"] = "nudged"
    at: AwareDatetime
    reason: Text
    text: Text


class TimeUp(Frozen):
    """The round's clock ran out; a draft that was typed is submitted as the answer."""

    type: Literal["time_up"] = "time_up"
    at: AwareDatetime


class RoundEnded(Frozen):
    """The learner ended the round before its time; the debrief follows."""

    type: Literal["round_ended"] = "round_ended"
    at: AwareDatetime


class DimensionScore(Frozen):
    """A dimension of the debrief; `score` is None when nothing in the round was evidence for it."""

    dimension: Slug
    title: Text
    score: Probability | None
    error: float | None = None
    criteria: int = Field(ge=0)
    quotes: tuple[str, ...] = ()


class Moment(Frozen):
    """What moved a dimension most: a criterion made or lost, and the share of the dimension that it was worth.

    `minute` is when the answer came, in minutes since the round began; None where the question was passed on.
    """

    dimension: Slug
    question: Slug
    criterion: Slug
    text: Text
    verdict: Verdict
    share: float = Field(ge=-2, le=2)
    quote: str | None = None
    minute: float | None = None


class QuestionScore(Frozen):
    """What a question of the round came to: its level, its score (None: not judged) and standard error."""

    question: Slug
    level: Level
    score: Probability | None
    error: float | None = None
    attempt: str | None = None


class Debriefed(Frozen):
    """What follows a mock round. `decision` is in the scale words; `reasons` rest on the attempts' verdicts.

    `facts` are the sourced statements that the round rests on, as they were when it was taken.
    """

    type: Literal["debriefed"] = "debriefed"
    at: AwareDatetime
    score: Probability | None
    error: float | None
    decision: Text
    dimensions: tuple[DimensionScore, ...]
    strengths: tuple[Text, ...]
    gaps: tuple[Text, ...]
    next_steps: tuple[Text, ...]
    attempts: tuple[Text, ...]
    unanswered: tuple[Slug, ...] = ()
    moments: tuple[Moment, ...] = ()
    questions: tuple[QuestionScore, ...] = ()
    facts: tuple[Fact, ...] = ()


class LoopRound(Frozen):
    """A round of a loop as planned."""

    round: Slug
    title: Text
    minutes: float = Field(gt=0)


class LoopStarted(Frozen):
    """A whole loop began: its rounds in order. Each begins when the learner says so; until then it is a break."""

    type: Literal["loop_started"] = "loop_started"
    at: AwareDatetime
    company: Slug
    title: Text
    role: Role
    seniority: Seniority
    rounds: tuple[LoopRound, ...] = Field(min_length=1)


class LoopEnded(Frozen):
    """The learner left the loop before its last round; its debrief follows."""

    type: Literal["loop_ended"] = "loop_ended"
    at: AwareDatetime


class Decision(StrEnum):
    """What our committee makes of a loop; a scale of ours, no company's."""

    STRONG_NO_HIRE = "strong no hire"
    NO_HIRE = "no hire"
    LEAN_NO_HIRE = "lean no hire"
    LEAN_HIRE = "lean hire"
    HIRE = "hire"
    STRONG_HIRE = "strong hire"
    TOO_LITTLE = "too little evidence"


class RoundOutcome(Frozen):
    """A round of the loop beside the others; `lean` is what it alone would argue for."""

    round: Slug
    title: Text
    score: Probability | None
    error: float | None
    lean: Decision


class LoopDebriefed(Frozen):
    """What follows a loop: the decision with its reasons, what the level of the questions says, what to do next."""

    type: Literal["loop_debriefed"] = "loop_debriefed"
    at: AwareDatetime
    company: Slug
    title: Text
    decision: Decision
    reasons: tuple[Text, ...]
    levelling: Text
    score: Probability | None
    error: float | None
    rounds: tuple[RoundOutcome, ...]
    not_taken: tuple[Text, ...] = ()
    dimensions: tuple[DimensionScore, ...]
    next_steps: tuple[Text, ...]
    facts: tuple[Fact, ...] = ()
