"""The vocabulary of the tutor as frozen pydantic models. Imports nothing of ours.

>>> criterion = Criterion(id="variance", text="The variance of the dot product grows with d_k.", essential=True)
>>> Rubric(criteria=(criterion,)).total_weight
1.0

Not here: how things are loaded (`tutor.corpus`), graded (`tutor.grading`), or what happens in a session.
"""

import hashlib
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
Slug = Annotated[str, StringConstraints(pattern=rf"^{SLUG}$", max_length=80)]
TopicId = Annotated[str, StringConstraints(pattern=rf"^{SLUG}/{SLUG}$")]
PassageId = Annotated[str, StringConstraints(pattern=rf"^{SLUG}#{SLUG}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Level = Annotated[int, Field(ge=1, le=5)]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class Frozen(BaseModel):
    """Base of every value: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def unique(what: str, ids: list[str]) -> None:
    """Raise `ValueError` naming the ids that stand there more than once."""
    repeated = sorted({i for i in ids if ids.count(i) > 1})
    if repeated:
        raise ValueError(f"{what} repeated: {', '.join(repeated)}; give each its own id")


# --- what the tutor knows ---------------------------------------------------------------------------------------------


class Kind(StrEnum):
    """What a question asks for."""

    CONCEPT = "concept"
    DERIVATION = "derivation"
    CODING = "coding"
    DESIGN = "design"
    BEHAVIORAL = "behavioral"
    DISCUSSION = "discussion"


class Stage(StrEnum):
    """The part of an answer a criterion belongs to: seven of a design case, then the parts of a STAR story."""

    FRAMING = "framing"
    DATA = "data"
    FEATURES = "features"
    MODEL = "model"
    EVALUATION = "evaluation"
    SERVING = "serving"
    MONITORING = "monitoring"
    SITUATION = "situation"
    TASK = "task"
    ACTION = "action"
    RESULT = "result"
    REFLECTION = "reflection"


class Topic(Frozen):
    """A leaf of the syllabus; `can` says, per level, what a candidate must be able to do."""

    id: TopicId
    title: Text
    can: dict[Level, Text] = Field(min_length=1)

    @property
    def area(self) -> str:
        """Slug of the area the topic belongs to."""
        return self.id.split("/")[0]


class Area(Frozen):
    """A branch of the syllabus."""

    id: Slug
    title: Text
    topics: tuple[Topic, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _topics_belong(self) -> Self:
        for topic in self.topics:
            if topic.area != self.id:
                raise ValueError(f"topic {topic.id} is not under {self.id}/; rename it or move it to {topic.area}.yaml")
        unique("topic id", [t.id for t in self.topics])
        return self


class PageKind(StrEnum):
    """Where a page comes from."""

    NOTE = "note"
    GUIDE = "guide"
    UPLOAD = "upload"


class Passage(Frozen):
    """A `##` section of a page: what is embedded, retrieved and cited. `text` is the Markdown without the heading."""

    id: PassageId
    title: Text
    text: Text
    page: Slug
    page_title: Text
    page_kind: PageKind
    topic: TopicId | None
    path: str
    line: int = Field(ge=1)


class Page(Frozen):
    """One Markdown file: a note on a topic or a chapter of the guide."""

    slug: Slug
    title: Text
    kind: PageKind
    topic: TopicId | None
    sources: tuple[Text, ...]
    passages: tuple[Passage, ...] = Field(min_length=1)


class Criterion(Frozen):
    """One checkable statement that a good answer makes, in any wording."""

    id: Slug
    text: Text
    weight: float = Field(default=1.0, gt=0, le=10)
    essential: bool = False
    passages: tuple[PassageId, ...] = ()
    follow_up: Text | None = None
    stage: Stage | None = None


class Misconception(Frozen):
    """A false claim seen in real answers, with its correction."""

    id: Slug
    text: Text
    correction: Text | None = None
    passages: tuple[PassageId, ...] = ()


class Rubric(Frozen):
    """The criteria of a question, plus its misconceptions."""

    criteria: tuple[Criterion, ...] = Field(min_length=1)
    misconceptions: tuple[Misconception, ...] = ()

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        unique("criterion or misconception id", [c.id for c in self.criteria] + [m.id for m in self.misconceptions])
        return self

    @property
    def total_weight(self) -> float:
        """Sum of the criteria's weights."""
        return sum(c.weight for c in self.criteria)

    @property
    def version(self) -> str:
        """First 12 hex digits of the SHA-256 of the rubric's JSON: what a critique was judged against."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]


class Exercise(Frozen):
    """What a grader needs of a question: the prompt, the rubric and, to recognise it pasted back, the model answer."""

    id: Text
    prompt: Text
    rubric: Rubric
    model_answer: Text | None = None


class Twist(Frozen):
    """What the interviewer changes in a design case once the stage `after` was answered: a new constraint or fact."""

    after: Stage
    text: Text


class Question(Exercise):
    """A question of the bank.

    Design cases are walked stage by stage: `asks` words the question for a stage (else it has a standard wording),
    `twists` are changes between the stages.
    """

    id: Slug
    kind: Kind
    level: Level
    topic: TopicId
    minutes: float = Field(gt=0, le=120)
    hints: tuple[Text, ...] = Field(default=(), max_length=3)
    asks: dict[Stage, Text] = Field(default_factory=dict)
    twists: tuple[Twist, ...] = ()

    @property
    def area(self) -> str:
        """Slug of the area the question belongs to."""
        return self.topic.split("/")[0]


# --- how an answer is judged ------------------------------------------------------------------------------------------


class Verdict(StrEnum):
    """What an answer does with a criterion."""

    MET = "met"
    PARTIAL = "partial"
    MISSING = "missing"
    CONTRADICTED = "contradicted"


class Span(Frozen):
    """The characters `answer[start:end]`, which read `quote`."""

    start: int = Field(ge=0)
    end: int
    quote: str = Field(min_length=1)

    @model_validator(mode="after")
    def _length_agrees(self) -> Self:
        if self.end - self.start != len(self.quote):
            raise ValueError(f"span {self.start}:{self.end} cannot hold a quote of {len(self.quote)} characters")
        return self

    def occurs_in(self, answer: str) -> bool:
        """Whether the answer holds the quote at this place."""
        return answer[self.start : self.end] == self.quote


class CriterionVerdict(Frozen):
    """A verdict on one criterion, or the reason why there is none.

    `probabilities` (summing to 1 over all four verdicts) come from graders that have them. `passages` are the ids of
    the passages that the critique shows for the criterion, verified to be in the corpus.
    """

    criterion: Slug
    verdict: Verdict | None = None
    confidence: Probability = 0.0
    probabilities: dict[Verdict, Probability] | None = None
    unsure: bool = False
    evidence: Span | None = None
    reason: Text | None = None
    ungraded: Text | None = None
    passages: tuple[PassageId, ...] = ()

    @model_validator(mode="after")
    def _evidence_or_reason(self) -> Self:
        if (self.verdict is None) == (self.ungraded is None):
            raise ValueError(f"criterion {self.criterion}: give either a verdict or the reason why it is ungraded")
        if self.verdict not in (None, Verdict.MISSING) and self.evidence is None:
            raise ValueError(f"criterion {self.criterion}: {self.verdict} needs the span of the answer it rests on")
        if self.probabilities is not None:
            if set(self.probabilities) != set(Verdict):
                raise ValueError(f"criterion {self.criterion}: probabilities must name all four verdicts")
            if abs(sum(self.probabilities.values()) - 1) > 1e-3:
                raise ValueError(f"criterion {self.criterion}: probabilities must sum to 1")
        return self


class MisconceptionVerdict(Frozen):
    """Whether the answer asserts a misconception; when it does, where."""

    misconception: Slug
    asserted: bool
    confidence: Probability = 0.0
    evidence: Span | None = None

    @model_validator(mode="after")
    def _asserted_needs_evidence(self) -> Self:
        if self.asserted and self.evidence is None:
            raise ValueError(f"misconception {self.misconception}: an asserted one needs its span in the answer")
        return self


class Flag(StrEnum):
    """What the guard recognised in an answer."""

    EMPTY = "empty"
    NO_ATTEMPT = "no-attempt"
    QUESTION_REPEATED = "question-repeated"
    KEYWORD_LIST = "keyword-list"
    CRITERION_COPIED = "criterion-copied"
    MODEL_ANSWER = "model-answer"
    ADDRESSES_GRADER = "addresses-grader"
    GIBBERISH = "gibberish"
    OTHER_LANGUAGE = "other-language"
    TOO_LONG = "too-long"


class Band(StrEnum):
    """The score in words."""

    VERY_WEAK = "very weak"
    WEAK = "weak"
    STRONG = "strong"
    VERY_STRONG = "very strong"


class Critique(Frozen):
    """The verdicts on one answer with their evidence, and what the score table makes of them.

    `score` lies in [0, 1] or is None when nothing could be graded; `error` is one standard error of the score. `grader`
    names the grader and its version, `rubric` the rubric's version. `flags` say what the guard saw; `stopped` is the
    plain sentence shown when the guard stopped the answer before judging; `notice` is a badge shown beside the grader's
    name, such as that the local judge took over from a chat model that failed.
    """

    grader: Text
    rubric: Text
    verdicts: tuple[CriterionVerdict, ...]
    misconceptions: tuple[MisconceptionVerdict, ...] = ()
    score: Probability | None
    error: float | None = Field(default=None, ge=0)
    band: Band | None = None
    flags: tuple[Flag, ...] = ()
    stopped: Text | None = None
    notice: Text | None = None
    next_step: Text | None = None

    @model_validator(mode="after")
    def _score_has_its_parts(self) -> Self:
        if (self.score is None) != (self.band is None) or (self.score is None) != (self.error is None):
            raise ValueError("a score comes with its error and its band; a critique without one has neither")
        return self
