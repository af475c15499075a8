"""How companies interview: loops, their rounds, what a round scores, and who says so. Formats: CONTRIBUTING.md.

Not here: how a round is run (`tutor.session`), or what a question is (`tutor.domain`).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from tutor.domain import Criterion, Frozen, Kind, Level, Question, Slug, Stage, Text, TopicId, unique


class Provenance(StrEnum):
    """Who says so: the company itself, candidates or preparation sites, or us by inference."""

    OFFICIAL = "official"
    REPORTED = "reported"
    INFERRED = "inferred"


class Fact(Frozen):
    """A sourced statement about how a company interviews. `date` is when it was published or read, `YYYY[-MM[-DD]]`."""

    text: Text
    tag: Provenance
    source: Text
    date: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}){0,2}$")]


class Dimension(Frozen):
    """What a round scores: criteria of the given stages (none: of any) in questions of the given kinds."""

    id: Slug
    title: Text
    kinds: tuple[Kind, ...] = ()
    stages: tuple[Stage, ...] = ()

    def covers(self, question: Question, criterion: Criterion) -> bool:
        """Whether a verdict on this criterion is evidence for this dimension."""
        right_kind = not self.kinds or question.kind in self.kinds
        return right_kind and (not self.stages or criterion.stage in self.stages)


class Seniority(StrEnum):
    """The level a candidate applies for."""

    MID = "mid"
    SENIOR = "senior"
    STAFF = "staff"


# The levels of question that each is asked; the last is the one to reach.
LEVELS: Mapping[Seniority, tuple[Level, ...]] = {
    Seniority.MID: (1, 2, 3),
    Seniority.SENIOR: (2, 3, 4),
    Seniority.STAFF: (3, 4, 5),
}


class Role(StrEnum):
    """The job a candidate applies for."""

    MLE = "mle"
    APPLIED_SCIENTIST = "applied-scientist"
    RESEARCH_ENGINEER = "research-engineer"
    PLATFORM = "platform"


class Probe(Frozen):
    """What an interviewer asks after an answer, in our words; without kinds or rounds, after any."""

    id: Slug
    text: Text
    kinds: tuple[Kind, ...] = ()
    rounds: tuple[Slug, ...] = ()


class EveryRound(Frozen):
    """A kind of which each round asks one question, in rounds of other kinds too; scored as a dimension `title`."""

    kind: Kind
    title: Text


class Style(Frozen):
    """How interviewers follow up: at most `follow_ups` times on a question.

    First comes the follow-up of an essential criterion that lacks something, one with a word of `focus` before others;
    then a probe. `provenance` says who reports this style; the words of the probes are ours.
    """

    follow_ups: int = Field(default=2, ge=0, le=2)
    focus: tuple[Text, ...] = ()
    probes: tuple[Probe, ...] = Field(min_length=1)
    every_round: EveryRound | None = None
    provenance: Fact

    @model_validator(mode="after")
    def _probe_ids_areunique(self) -> Self:
        unique("probe id", [p.id for p in self.probes])
        return self


class Round(Frozen):
    """One round of a loop: how long, what is asked, what is scored.

    `follow_ups` overrides the style's number. A round that is practice only is not `in_loop`: no whole loop has it.
    """

    id: Slug
    title: Text
    minutes: float = Field(gt=0, le=240)
    kinds: tuple[Kind, ...] = Field(min_length=1)
    areas: tuple[Slug, ...] = ()
    topics: tuple[TopicId, ...] = ()
    levels: tuple[Level, ...] = Field(min_length=1)
    questions: int = Field(ge=1, le=12)
    roles: tuple[Role, ...] = ()
    seniority: tuple[Seniority, ...] = ()
    opening: Text
    dimensions: tuple[Dimension, ...] = Field(min_length=1)
    provenance: Fact
    follow_ups: int | None = Field(default=None, ge=0, le=2)
    in_loop: bool = True

    def admits(self, question: Question) -> bool:
        """Whether the question may be asked in this round (areas and topics widen each other; none means any)."""
        if question.kind not in self.kinds or question.level not in self.levels:
            return False
        return not (self.areas or self.topics) or question.area in self.areas or question.topic in self.topics


class Company(Frozen):
    """A company's interview loop, in its style; never a claim about an internal rubric."""

    id: Slug
    name: Text
    summary: Text
    facts: tuple[Fact, ...] = Field(min_length=1)
    rounds: tuple[Round, ...] = Field(min_length=1)
    style: Style | None = None

    @model_validator(mode="after")
    def _round_ids_areunique(self) -> Self:
        unique("round id", [r.id for r in self.rounds])
        return self

    def dimensions(self, round_: Round) -> tuple[Dimension, ...]:
        """What the round scores, with the dimension of the question that every round asks."""
        extra = self.style.every_round if self.style else None
        if extra is None or extra.kind in round_.kinds:
            return round_.dimensions
        return (*round_.dimensions, Dimension(id=f"every-{extra.kind}", title=extra.title, kinds=(extra.kind,)))

    def loop(self, role: Role, seniority: Seniority) -> tuple[Round, ...]:
        """The rounds of the whole loop for this role at this level, in order."""
        return tuple(
            r
            for r in self.rounds
            if r.in_loop and (not r.roles or role in r.roles) and (not r.seniority or seniority in r.seniority)
        )
