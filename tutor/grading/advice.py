"""The one plain sentence that a critique ends with: what to do next."""

from collections.abc import Sequence

from tutor.domain import Criterion, CriterionVerdict, Exercise, MisconceptionVerdict, Verdict
from tutor.grading.score import credit

_QUOTE_WORDS = 14


def next_step(
    exercise: Exercise, verdicts: Sequence[CriterionVerdict], misconceptions: Sequence[MisconceptionVerdict]
) -> str | None:
    """A sentence on the heaviest unmet criterion (of equal ones the one that lost most, then the first of the rubric).

    With every criterion met it is the correction of an asserted misconception, else None.
    """
    by_id = {v.criterion: v for v in verdicts}
    unmet = [(c, by_id[c.id]) for c in exercise.rubric.criteria if _is_unmet(by_id[c.id])]
    if unmet:
        return _advise(*min(unmet, key=lambda cv: (-cv[0].weight, not cv[0].essential, credit(cv[1]))))
    asserted = {m.misconception for m in misconceptions if m.asserted}
    wrong = next((m for m in exercise.rubric.misconceptions if m.id in asserted), None)
    if wrong is None:
        return None
    return (
        f"Correct this: {wrong.correction}" if wrong.correction else f"This claim of yours does not hold: {wrong.text}"
    )


def _is_unmet(verdict: CriterionVerdict) -> bool:
    return verdict.verdict is not None and (verdict.unsure or verdict.verdict is not Verdict.MET)


def _advise(criterion: Criterion, verdict: CriterionVerdict) -> str:
    if verdict.unsure:
        return f"Say this point more plainly, so that it can be judged: {criterion.text}"
    if verdict.verdict is Verdict.CONTRADICTED and verdict.evidence is not None:
        return f"Rethink “{_short(verdict.evidence.quote)}”: {criterion.text}"
    if verdict.verdict is Verdict.PARTIAL:
        return f"Complete this point: {criterion.text}"
    return f"Add this point: {criterion.text}"


def _short(quote: str) -> str:
    words = quote.split()
    return " ".join(words) if len(words) <= _QUOTE_WORDS else " ".join(words[:_QUOTE_WORDS]) + " …"
