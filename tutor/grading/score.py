"""The score table: the one place where credit is defined.

>>> from tutor.domain import Criterion, CriterionVerdict, Rubric, Verdict
>>> rubric = Rubric(criteria=(Criterion(id="a", text="A."), Criterion(id="b", text="B.")))
>>> missing = [CriterionVerdict(criterion=i, verdict=Verdict.MISSING, confidence=1) for i in ("a", "b")]
>>> score(rubric, missing).value
0.0

Credit, as a share of the criterion's weight: met 1, partial .5, missing 0, contradicted -.5; an asserted misconception
takes .5 of the mean weight. The sum over the sum of weights is clipped to [0, 1]. A missing essential criterion caps
the score at .6, a contradicted one at .4. An unsure verdict counts at its expected credit and caps nothing.
Ungraded criteria are left out above and below the line. Nothing graded, no score.

Not here: who gives the verdicts, and what a session makes of the score (cost of hints).
"""

from collections.abc import Sequence
from math import fsum, sqrt
from typing import NamedTuple

from tutor.domain import Band, CriterionVerdict, MisconceptionVerdict, Rubric, Verdict

CREDIT = {Verdict.MET: 1.0, Verdict.PARTIAL: 0.5, Verdict.MISSING: 0.0, Verdict.CONTRADICTED: -0.5}
MISCONCEPTION_CREDIT = -0.5
ESSENTIAL_CAP = {Verdict.MISSING: 0.6, Verdict.CONTRADICTED: 0.4}
# Added in quadrature to the credit of an unsure verdict: half a step between verdicts, because a grader that is unsure
# also vouches less for its probabilities.
UNSURE_SPREAD = 0.25
# The variance of a credit drawn evenly from the four verdicts: all that is known of an ungraded criterion.
UNGRADED_VARIANCE = 0.3125
# A capped answer (.6) must not read as strong.
_WEAK_FROM, _STRONG_ABOVE, _VERY_STRONG_FROM = 0.3, 0.6, 0.85


class Score(NamedTuple):
    """A score in [0, 1] with its standard error (at most .5) and its band; all None when nothing was graded."""

    value: float | None
    error: float | None
    band: Band | None


def distribution(verdict: CriterionVerdict) -> dict[Verdict, float]:
    """Probability of each verdict, summing to 1.

    A grader that gives none is read as: its confidence (at least 1/4) on its verdict, the rest spread evenly.
    Raises ValueError for an ungraded criterion.
    """
    if verdict.verdict is None:
        raise ValueError(f"criterion {verdict.criterion} is ungraded and has no distribution")
    if verdict.probabilities is not None:
        total = fsum(verdict.probabilities.values())
        return {v: verdict.probabilities[v] / total for v in Verdict}
    top = max(verdict.confidence, 0.25)
    return {v: top if v is verdict.verdict else (1 - top) / 3 for v in Verdict}


def expected_credit(verdict: CriterionVerdict) -> float:
    """Mean credit under the verdict's distribution, in [-.5, 1]."""
    return fsum(p * CREDIT[v] for v, p in distribution(verdict).items())


def credit(verdict: CriterionVerdict) -> float:
    """Share of the criterion's weight that a graded verdict earns: the table's, or the expected one when unsure."""
    if verdict.verdict is None:
        raise ValueError(f"criterion {verdict.criterion} is ungraded and earns no credit")
    return expected_credit(verdict) if verdict.unsure else CREDIT[verdict.verdict]


def band(value: float) -> Band:
    """The score in words: very weak below .3, weak up to .6, strong below .85, very strong from there."""
    if value < _WEAK_FROM:
        return Band.VERY_WEAK
    if value <= _STRONG_ABOVE:
        return Band.WEAK
    return Band.STRONG if value < _VERY_STRONG_FROM else Band.VERY_STRONG


def score(
    rubric: Rubric, verdicts: Sequence[CriterionVerdict], misconceptions: Sequence[MisconceptionVerdict] = ()
) -> Score:
    """What the table makes of one verdict per criterion; raises ValueError where they do not match the rubric.

    The error is one standard error, criteria taken as independent. With w the weights, G the graded and U the ungraded
    criteria, m the mean weight over G, and c the credit under each verdict's distribution:

        error^2 = [sum_G w^2 (Var(c) + UNSURE_SPREAD^2 if unsure) + sum_misconceptions (.5 m)^2 q (1 - q)] / (sum_G w)^2
                + UNGRADED_VARIANCE * sum_U w^2 / (sum w)^2

    where q is the confidence in the judgement on the misconception.
    """
    weights = _weights(rubric, verdicts)
    graded = [v for v in verdicts if v.verdict is not None]
    if not graded:
        return Score(None, None, None)
    total = fsum(weights[v.criterion] for v in graded)
    mean = total / len(graded)
    asserted = sum(m.asserted for m in misconceptions)
    earned = fsum([*(weights[v.criterion] * credit(v) for v in graded), MISCONCEPTION_CREDIT * mean * asserted])
    value = min(max(earned / total, 0.0), 1.0, _cap(rubric, graded))
    variance = fsum(weights[v.criterion] ** 2 * _variance(v) for v in graded)
    variance += fsum((MISCONCEPTION_CREDIT * mean) ** 2 * m.confidence * (1 - m.confidence) for m in misconceptions)
    left_out = fsum(weights[v.criterion] ** 2 for v in verdicts if v.verdict is None)
    error = sqrt(variance / total**2 + UNGRADED_VARIANCE * left_out / fsum(weights.values()) ** 2)
    return Score(value, min(error, 0.5), band(value))


def _weights(rubric: Rubric, verdicts: Sequence[CriterionVerdict]) -> dict[str, float]:
    weights = {c.id: c.weight for c in rubric.criteria}
    if sorted(v.criterion for v in verdicts) != sorted(weights):
        raise ValueError("give exactly one verdict for each criterion of the rubric")
    return weights


def _variance(verdict: CriterionVerdict) -> float:
    mean = expected_credit(verdict)
    spread = fsum(p * (CREDIT[v] - mean) ** 2 for v, p in distribution(verdict).items())
    return spread + (UNSURE_SPREAD**2 if verdict.unsure else 0.0)


def _cap(rubric: Rubric, graded: Sequence[CriterionVerdict]) -> float:
    essential = {c.id for c in rubric.criteria if c.essential}
    sure = [v.verdict for v in graded if v.criterion in essential and not v.unsure and v.verdict is not None]
    return min((ESSENTIAL_CAP.get(v, 1.0) for v in sure), default=1.0)
