"""The committee's rule: what no average hides, and what too little evidence is."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.interviews import Seniority
from tutor.session.committee import decide, levelling
from tutor.session.events import Decision, DimensionScore, QuestionScore, RoundOutcome

AT = datetime(2026, 1, 1, tzinfo=UTC)
ORDER = [d for d in Decision if d is not Decision.TOO_LITTLE]


def rounds(*scores: float | None, error: float = 0.02) -> list[RoundOutcome]:
    return [
        RoundOutcome(
            round=f"r{i}", title=f"R{i}", score=s, error=None if s is None else error, lean=Decision.TOO_LITTLE
        )
        for i, s in enumerate(scores)
    ]


def questions(*pairs: tuple[int, float]) -> list[QuestionScore]:
    return [QuestionScore(question=f"q{i}", level=level, score=s, error=0.05) for i, (level, s) in enumerate(pairs)]


@pytest.mark.parametrize(
    ("score", "decision"),
    [
        (0.1, Decision.STRONG_NO_HIRE),
        (0.3, Decision.NO_HIRE),
        (0.45, Decision.LEAN_NO_HIRE),
        (0.6, Decision.LEAN_HIRE),
        (0.7, Decision.HIRE),
        (0.9, Decision.STRONG_HIRE),
    ],
)
def test_the_scale(score: float, decision: Decision) -> None:
    assert decide(score, 0.01, rounds(score, score), [], 6, 2)[0] is decision


@given(low=st.floats(0, 1), high=st.floats(0, 1), error=st.floats(0, 0.05))
def test_a_better_loop_is_never_decided_worse(low: float, high: float, error: float) -> None:
    low, high = sorted((low, high))
    found = [decide(s, error, rounds(s, s, error=error), [], 6, 2)[0] for s in (low, high)]
    assert ORDER.index(found[0]) <= ORDER.index(found[1])


def test_a_very_weak_core_dimension_is_not_averaged_away() -> None:
    weak = DimensionScore(dimension="d", title="Evaluation", score=0.1, error=0.05, criteria=3)
    decision, reasons = decide(0.9, 0.02, rounds(0.9, 0.9), [weak], 6, 2)
    assert decision is Decision.LEAN_NO_HIRE
    assert "Evaluation" in " ".join(reasons)
    by_chance = weak.model_copy(update={"error": 0.3})
    assert decide(0.9, 0.02, rounds(0.9, 0.9), [by_chance], 6, 2)[0] is Decision.STRONG_HIRE


def test_a_very_weak_round_is_not_averaged_away() -> None:
    assert decide(0.7, 0.02, rounds(0.95, 0.95, 0.2), [], 6, 3)[0] is Decision.LEAN_NO_HIRE


def test_an_error_bar_across_the_line_only_leans() -> None:
    assert decide(0.66, 0.17, rounds(0.66, 0.66), [], 6, 2)[0] is Decision.TOO_LITTLE
    assert decide(0.66, 0.12, rounds(0.66, 0.66), [], 6, 2)[0] is Decision.HIRE
    assert decide(0.39, 0.12, rounds(0.39, 0.39), [], 6, 2)[0] is Decision.LEAN_NO_HIRE


@pytest.mark.parametrize(
    ("scores", "n", "planned"), [((0.9, None, None), 6, 3), ((0.9, 0.9), 2, 2), ((None, None), 0, 2)]
)
def test_too_little_evidence_is_an_outcome(scores: tuple[float | None, ...], n: int, planned: int) -> None:
    known = [s for s in scores if s is not None]
    score = sum(known) / len(known) if known else None
    assert decide(score, None if score is None else 0.02, rounds(*scores), [], n, planned)[0] is Decision.TOO_LITTLE


def test_levelling_is_said_where_the_questions_show_it() -> None:
    mixed = questions((2, 0.9), (2, 0.8), (4, 0.1), (4, 0.2))
    assert levelling(Seniority.STAFF, mixed).startswith("Over-levelled")
    assert "mid" in levelling(Seniority.SENIOR, mixed)
    strong = questions((2, 0.9), (4, 0.9), (5, 0.95))
    assert levelling(Seniority.SENIOR, strong).startswith("Under-levelled")
    assert levelling(Seniority.STAFF, questions((4, 0.7), (5, 0.8))).startswith("Nothing here speaks against")
    assert levelling(Seniority.STAFF, questions((2, 0.9))).startswith("Too few")
