"""Two graders together: one stands in for the other when it fails, or both judge and their disagreements are marked.

Not here: averaging of totals. A panel joins the distributions of each criterion; the score comes from the one table.
"""

from tutor.domain import CriterionVerdict, Critique, Exercise, MisconceptionVerdict, Verdict
from tutor.errors import GradingError
from tutor.grading.protocol import Grader, prepare
from tutor.grading.score import distribution, score


class FallbackGrader:
    """Grades with `first`; when that fails, `second` takes over and the critique says so in its `notice`."""

    def __init__(self, first: Grader, second: Grader) -> None:
        self._first = first
        self._second = second
        self.name = first.name

    def prepare(self, exercise: Exercise | None = None) -> None:
        """See `Prepares.prepare`: both, since either may be needed."""
        prepare(self._first, exercise)
        prepare(self._second, exercise)

    def grade(self, exercise: Exercise, answer: str) -> Critique:
        """See `Grader.grade`; raises `GradingError` only when both fail."""
        try:
            return self._first.grade(exercise, answer)
        except GradingError as error:
            critique = self._second.grade(exercise, answer)
            return critique.model_copy(
                update={"notice": f"Graded by {self._second.name} instead of {self.name}. {error}"}
            )


def _joined(first: CriterionVerdict, second: CriterionVerdict, names: tuple[str, str]) -> CriterionVerdict:
    if first.verdict is None or second.verdict is None:
        return first if second.verdict is None else second
    ours, theirs = distribution(first), distribution(second)
    mean = {v: (ours[v] + theirs[v]) / 2 for v in Verdict}
    if first.verdict is second.verdict:
        agreed = first if first.evidence is not None or second.evidence is None else second
        update = {"probabilities": mean, "confidence": mean[first.verdict], "unsure": first.unsure and second.unsure}
        return agreed.model_copy(update=update)
    chosen = first if mean[first.verdict] >= mean[second.verdict] else second
    assert chosen.verdict is not None
    told = f"The judges disagree: {names[0]} says {first.verdict}, {names[1]} says {second.verdict}."
    update = {"probabilities": mean, "confidence": mean[chosen.verdict], "unsure": True, "reason": told}
    return chosen.model_copy(update=update)


def _joined_misconception(first: MisconceptionVerdict, second: MisconceptionVerdict) -> MisconceptionVerdict:
    """Asserted only when both say so: a wrong accusation costs the learner more than one that was missed."""
    return first if not first.asserted else second


class PanelGrader:
    """Both graders judge; where they disagree the criterion is unsure and its `reason` names both verdicts."""

    def __init__(self, first: Grader, second: Grader) -> None:
        self._graders = (first, second)
        self.name = f"panel({first.name}, {second.name})"

    def prepare(self, exercise: Exercise | None = None) -> None:
        """See `Prepares.prepare`."""
        for grader in self._graders:
            prepare(grader, exercise)

    def grade(self, exercise: Exercise, answer: str) -> Critique:
        """See `Grader.grade`; when one judge fails the other's critique stands, with a notice."""
        first, second = self._graders
        try:
            theirs = second.grade(exercise, answer)
        except GradingError as error:
            critique = first.grade(exercise, answer)
            return critique.model_copy(update={"notice": f"Graded by {first.name} alone. {error}"})
        ours = first.grade(exercise, answer)
        if ours.stopped or theirs.stopped:
            return (ours if ours.stopped else theirs).model_copy(update={"grader": self.name})
        names = (first.name, second.name)
        verdicts = tuple(_joined(a, b, names) for a, b in zip(ours.verdicts, theirs.verdicts, strict=True))
        pairs = zip(ours.misconceptions, theirs.misconceptions, strict=True)
        misconceptions = tuple(_joined_misconception(a, b) for a, b in pairs)
        total = score(exercise.rubric, verdicts, misconceptions)
        return ours.model_copy(
            update={
                "grader": self.name,
                "verdicts": verdicts,
                "misconceptions": misconceptions,
                "score": total.value,
                "error": total.error,
                "band": total.band,
            }
        )
