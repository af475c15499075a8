"""A question, its answer and its critique: events of the session's log.

Part of `tutor.session.events`, which gives all of these names.
"""

from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from tutor.domain import Critique, Frozen, Probability, Question, Slug, Stage, Text, Verdict


class Mode(StrEnum):
    """How a session runs: feedback at once, or only in the debrief."""

    PRACTICE = "practice"
    MOCK = "mock"


class Asked(Frozen):
    """The tutor asked: a question of the bank, or with `criterion` a follow-up on it. `why` is one line on the choice.

    It replaces the question that was open. `quoted` are the learner's own words that a follow-up refers to. `retry`
    marks a question that is asked again at once because the learner wanted another try. `probe` names the probe of
    the company's style that a mock round asks after an answer. `own` is the question itself when it was made
    from the learner's material: its rubric stays as it was asked, whatever becomes of the file.

    A design case is asked in parts: `stage` is the part, `twist` marks a change brought in after that stage, and
    `continues` a part of the case that runs, without a stage the rest of it in one go.
    """

    type: Literal["asked"] = "asked"
    at: AwareDatetime
    mode: Mode
    question: Slug
    prompt: Text
    why: Text
    criterion: Slug | None = None
    quoted: str | None = None
    retry: bool = False
    probe: Slug | None = None
    stage: Stage | None = None
    twist: bool = False
    continues: bool = False
    worded_by: str | None = None
    own: Question | None = None

    @property
    def follows_up(self) -> bool:
        """Whether it goes on with the question before it."""
        return self.criterion is not None or self.probe is not None


class Hinted(Frozen):
    """Hint number `step` (1-3) of the open question; `cost` is the share of the score it takes."""

    type: Literal["hinted"] = "hinted"
    at: AwareDatetime
    question: Slug
    step: int = Field(ge=1, le=3)
    text: Text
    cost: Probability
    worded_by: str | None = None


class Unclear(Frozen):
    """The learner's words may be the answer to the question asked at `asked`, or a request; the tutor asks which.

    `/answer` hands `text` in; `command` is the request that it may have been, `wanted` says it in words.
    """

    type: Literal["unclear"] = "unclear"
    at: AwareDatetime
    asked: AwareDatetime
    text: str
    command: Text
    wanted: Text
    confidence: Probability | None = None


class Sure(Frozen):
    """How sure the learner is of the answer that is still to come to the open question."""

    type: Literal["sure"] = "sure"
    at: AwareDatetime
    question: Slug
    confidence: Probability


class Answered(Frozen):
    """The learner's answer, word for word, stored before it is graded. `seconds` is the time since the question.

    With `criterion` or `probe` it answers a follow-up, and with `continues` a further part of a case (`stage` names the
    part): both are graded together with what was said before to the same question.
    """

    type: Literal["answered"] = "answered"
    at: AwareDatetime
    attempt: Text
    question: Slug
    mode: Mode
    text: str
    seconds: float = Field(ge=0)
    hints: int = Field(default=0, ge=0, le=3)
    criterion: Slug | None = None
    confidence: Probability | None = None
    retry: bool = False
    probe: Slug | None = None
    stage: Stage | None = None
    continues: bool = False

    @property
    def follows_up(self) -> bool:
        """Whether it answers a follow-up."""
        return self.criterion is not None or self.probe is not None


class Critiqued(Frozen):
    """The grader's critique of an attempt; during a mock round faces keep it hidden until the debrief.

    `credit` is the score after the cost of hints. `gained` names the criteria that a follow-up or a retry improved.
    `withheld` names those that follow-ups are about to ask for: faces keep their text, and the critique's next step,
    back while the question is still open, or the follow-up would be answered before it is asked.

    With `part` the case goes on: faces keep the whole critique back, and it has no credit. Once the case is over, its
    last critique is said once more without `part`.
    """

    type: Literal["critiqued"] = "critiqued"
    at: AwareDatetime
    attempt: Text
    question: Slug
    mode: Mode
    critique: Critique
    credit: Probability | None
    gained: tuple[Slug, ...] = ()
    withheld: tuple[Slug, ...] = ()
    part: bool = False


class GradingFailed(Frozen):
    """The attempt stays stored and ungraded; `reason` says why and what to do."""

    type: Literal["grading_failed"] = "grading_failed"
    at: AwareDatetime
    attempt: Text
    question: Slug
    mode: Mode
    reason: Text


class Contested(Frozen):
    """The learner says that a verdict is wrong, and which one is right; it changes no verdict and no score.

    The grader's verdict is in the `Critiqued` of the attempt. The last contest of a criterion counts.
    """

    type: Literal["contested"] = "contested"
    at: AwareDatetime
    attempt: Text
    question: Slug
    criterion: Slug
    claimed: Verdict
    words: str = ""


class Skipped(Frozen):
    """The learner passed on the open question; with `stage`, on that part of a case only."""

    type: Literal["skipped"] = "skipped"
    at: AwareDatetime
    question: Slug
    stage: Stage | None = None
