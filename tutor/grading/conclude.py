"""From verdicts to a critique, the same way for every grader: score table, next step, verified evidence."""

from collections.abc import Sequence

from tutor.domain import CriterionVerdict, Critique, Exercise, Flag, MisconceptionVerdict, Verdict
from tutor.grading import advice
from tutor.grading.evidence import verify
from tutor.grading.guard import Guarded
from tutor.grading.score import score


def conclude(
    grader: str,
    exercise: Exercise,
    answer: str,
    verdicts: Sequence[CriterionVerdict],
    misconceptions: Sequence[MisconceptionVerdict],
    flags: Sequence[Flag] = (),
) -> Critique:
    """The critique of these verdicts, one per criterion in rubric order; unverified evidence ungrades its verdict."""
    value, error, band = score(exercise.rubric, verdicts, misconceptions)
    critique = Critique(
        grader=grader,
        rubric=exercise.rubric.version,
        verdicts=tuple(verdicts),
        misconceptions=tuple(misconceptions),
        score=value,
        error=error,
        band=band,
        flags=tuple(flags),
        next_step=advice.next_step(exercise, verdicts, misconceptions),
    )
    return verify(critique, answer, exercise.rubric)


def conclude_stopped(grader: str, exercise: Exercise, guarded: Guarded, why: str) -> Critique:
    """Nothing was judged: every criterion is missing, or ungraded where that says nothing about the learner."""
    certain = {v: float(v is Verdict.MISSING) for v in Verdict}
    verdicts = [
        CriterionVerdict(criterion=c.id, ungraded=why)
        if guarded.ungraded
        else CriterionVerdict(
            criterion=c.id, verdict=Verdict.MISSING, confidence=1.0, probabilities=certain, reason=why
        )
        for c in exercise.rubric.criteria
    ]
    misconceptions = [
        MisconceptionVerdict(misconception=m.id, asserted=False, confidence=0.0 if guarded.ungraded else 1.0)
        for m in exercise.rubric.misconceptions
    ]
    critique = conclude(grader, exercise, "", verdicts, misconceptions, guarded.flags)
    return critique.model_copy(update={"stopped": why})
