"""How difficult questions turn out to be: the author's level, corrected by graded answers and shrunk towards it.

Model. A question's difficulty is its level's plus an offset, a priori normal with standard deviation `SPREAD`. Given
the ability that was believed *before* each answer (mean m, variance v), the expected credit is the logistic of
(m - b) / sqrt(1 + pi v / 8) (MacKay 1992), and the offset is the mode of its posterior under the fractional Bernoulli
of `tutor.learner.ability`, found by Newton's method. It is the Rasch item estimate with abilities known up to their
error (Wright and Stone 1979) plus empirical-Bayes shrinkage: few answers move a question little, and the belief before
an answer never contains that answer.
"""

from collections.abc import Iterable, Mapping
from math import exp, pi, sqrt
from typing import NamedTuple

SPREAD = 0.5
_STEPS = 8


class Response(NamedTuple):
    """A graded answer: the ability believed before it (mean, variance), credit in [0, 1], weight, and the difficulty.

    `item` is the difficulty in logits without the offset that is sought; hints and time are in it already.
    """

    question: str
    mean: float
    variance: float
    item: float
    credit: float
    weight: float


class Offset(NamedTuple):
    """What is added to a question's difficulty, in logits, with its standard deviation and the answers behind it."""

    mean: float
    sd: float
    answers: int


def offsets(responses: Iterable[Response]) -> Mapping[str, Offset]:
    """The offset of every question that was answered."""
    by_question: dict[str, list[Response]] = {}
    for response in responses:
        by_question.setdefault(response.question, []).append(response)
    return {question: _offset(rows) for question, rows in sorted(by_question.items())}


def _offset(rows: list[Response]) -> Offset:
    offset, curvature = 0.0, 1 / SPREAD**2
    for _ in range(_STEPS):
        slope, curvature = -offset / SPREAD**2, 1 / SPREAD**2
        for row in rows:
            scale = 1 / sqrt(1 + pi * row.variance / 8)
            expected = 1 / (1 + exp(-scale * (row.mean - row.item - offset)))
            slope += row.weight * scale * (expected - row.credit)
            curvature += row.weight * scale**2 * expected * (1 - expected)
        offset += slope / curvature
    return Offset(offset, 1 / sqrt(curvature), len(rows))
