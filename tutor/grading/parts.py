"""A critique by the parts of the answer: the stages of a design case, or situation, task, action, result, reflection.

Not here: the score, which knows no parts (`tutor.grading.score`).
"""

from dataclasses import dataclass
from enum import StrEnum

from tutor.domain import CriterionVerdict, Critique, Kind, Question, Stage, Verdict
from tutor.grading.score import credit


class Coverage(StrEnum):
    """How much of a part was said."""

    FULL = "there"
    SOME = "partly there"
    WRONG = "not right"
    NONE = "not there"
    UNKNOWN = "not graded"


@dataclass(frozen=True)
class Part:
    """A part with its verdicts, each with its number (from 1) in the critique.

    `share` is the weighted credit of the part's graded criteria, clipped to [0, 1]; None when none was graded.
    """

    stage: Stage
    verdicts: tuple[tuple[int, CriterionVerdict], ...]
    coverage: Coverage
    share: float | None

    @property
    def word(self) -> str:
        """The coverage in words; perhaps only, when the grader is unsure about a point of the part."""
        return f"perhaps {self.coverage}" if any(v.unsure for _, v in self.verdicts) else self.coverage.value


def by_part(critique: Critique, question: Question) -> tuple[Part, ...]:
    """The parts in their order; none unless the question is a design case or a story and every criterion has its part.

    A critique that was stopped, or made against another rubric, has none either.
    """
    stage_of = {c.id: c.stage for c in question.rubric.criteria}
    weight = {c.id: c.weight for c in question.rubric.criteria}
    if (
        question.kind not in (Kind.DESIGN, Kind.BEHAVIORAL)
        or critique.stopped
        or critique.rubric != question.rubric.version
    ):
        return ()
    if any(stage_of.get(v.criterion) is None for v in critique.verdicts):
        return ()
    numbered = list(enumerate(critique.verdicts, start=1))
    found = []
    for stage in Stage:
        mine = tuple((n, v) for n, v in numbered if stage_of[v.criterion] is stage)
        if mine:
            found.append(Part(stage, mine, _coverage(mine), _share(mine, weight)))
    return tuple(found)


def told(parts: tuple[Part, ...]) -> str:
    """Which parts were told, in one line: "There: situation, task. Partly there: action. Not there: reflection."."""
    lines = []
    for word in dict.fromkeys(p.word for p in sorted(parts, key=lambda p: list(Coverage).index(p.coverage))):
        names = ", ".join(p.stage for p in parts if p.word == word)
        lines.append(f"{word.capitalize()}: {names}.")
    return " ".join(lines)


def _coverage(verdicts: tuple[tuple[int, CriterionVerdict], ...]) -> Coverage:
    given = {v.verdict for _, v in verdicts}
    if given == {None}:
        return Coverage.UNKNOWN
    if given <= {Verdict.MET}:
        return Coverage.FULL
    if given & {Verdict.MET, Verdict.PARTIAL}:
        return Coverage.SOME
    return Coverage.WRONG if Verdict.CONTRADICTED in given else Coverage.NONE


def _share(verdicts: tuple[tuple[int, CriterionVerdict], ...], weight: dict[str, float]) -> float | None:
    graded = [v for _, v in verdicts if v.verdict is not None]
    total = sum(weight[v.criterion] for v in graded)
    earned = sum(weight[v.criterion] * credit(v) for v in graded)
    return min(max(earned / total, 0.0), 1.0) if graded else None
