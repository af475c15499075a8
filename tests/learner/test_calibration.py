"""Stated confidence beside the credit reached."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.session.fakes import START
from tutor.domain import Critique
from tutor.learner.calibration import NEEDED, Statement, calibration, in_words
from tutor.session.confidence import statements
from tutor.session.events import Answered, Critiqued, Mode

SHARE = st.floats(0, 1)


def test_too_few_answers_give_no_figure_and_say_how_many_are_missing() -> None:
    found = calibration([Statement(0.5, 0.5)] * 7)
    assert (found.n, found.missing, found.levels, found.gap) == (7, 3, (), None)
    assert "7 have one so far; 3 more are needed" in in_words(found)[0]
    assert "None has one yet; 10 more" in in_words(calibration([]))[0]


def test_the_figures_are_those_worked_out_by_hand() -> None:
    found = calibration([Statement(0.95, c) for c in (1, 1, 1, 1, 0, 0, 0, 0)] + [Statement(0.25, 0.25)] * 2)
    low, high = found.levels
    assert (low.stated, low.n, low.mean) == (0.25, 2, 0.25)
    assert (high.n, high.mean) == (8, 0.5)
    assert (high.low, high.high) == pytest.approx((0.2152, 0.7848), abs=1e-4)  # Wilson, 4 of 8
    assert found.gap == pytest.approx(0.36)
    assert (found.low, found.high) == pytest.approx((-0.0035, 0.7235), abs=1e-3)  # .36 -+ 2.262 * .5082 / sqrt(10)


@pytest.mark.parametrize(
    ("stated", "credit", "says"),
    [(0.95, 0.4, "more sure than right"), (0.25, 0.8, "more than you think"), (0.5, 0.5, "No clear gap")],
)
def test_the_words_say_which_way(stated: float, credit: float, says: str) -> None:
    head = in_words(calibration([Statement(stated, credit)] * 12))[0]
    assert says in head
    assert "n = 12" in head


def test_what_is_no_share_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        calibration([Statement(1.5, 0.5)])


@given(st.lists(st.builds(Statement, st.sampled_from([0.25, 0.5, 0.75, 0.95]), SHARE), min_size=NEEDED, max_size=60))
def test_every_answer_is_in_one_level_and_every_mean_in_its_interval(given_: list[Statement]) -> None:
    found = calibration(given_)
    assert sum(level.n for level in found.levels) == found.n == len(given_)
    assert all(0 <= level.low <= level.mean + 1e-9 <= level.high + 2e-9 <= 1 + 2e-9 for level in found.levels)
    assert found.gap is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.gap <= found.high


def test_first_answers_with_a_confidence_and_a_credit_count() -> None:
    log = []
    for n, (confidence, retry, criterion, credit) in enumerate(
        [
            (0.5, False, None, 0.7),
            (None, False, None, 0.7),
            (0.5, True, None, 1),
            (0.5, False, "a", 1),
            (0.9, 0, None, None),
        ]
    ):
        about = {"at": START + timedelta(minutes=n), "attempt": f"s-{n}", "question": "q", "mode": Mode.PRACTICE}
        given_ = Answered(**about, text="x", seconds=1, confidence=confidence, retry=bool(retry), criterion=criterion)
        critique = Critique(grader="g", rubric="r", verdicts=(), score=None, error=None)
        log += [given_, Critiqued(**about, critique=critique, credit=credit)]
    assert statements(log) == [Statement(0.5, 0.7)]
