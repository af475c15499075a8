"""The score table: golden numbers first, then what must hold for every rubric and every set of verdicts."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.domain import Band, Criterion, CriterionVerdict, MisconceptionVerdict, Rubric, Span, Verdict
from tutor.grading.score import Score, band, distribution, expected_credit, score

SPAN = Span(start=0, end=1, quote="a")
LETTER = {"m": Verdict.MET, "p": Verdict.PARTIAL, "-": Verdict.MISSING, "c": Verdict.CONTRADICTED}
LADDER = [Verdict.CONTRADICTED, Verdict.MISSING, Verdict.PARTIAL, Verdict.MET]


def rubric_of(*weights: float, essential: tuple[int, ...] = ()) -> Rubric:
    return Rubric(
        criteria=tuple(
            Criterion(id=f"c{i}", text="A claim.", weight=w, essential=i in essential) for i, w in enumerate(weights)
        )
    )


def verdict(i: int, letter: str, confidence: float = 1.0, **more: object) -> CriterionVerdict:
    if letter == "?":
        return CriterionVerdict(criterion=f"c{i}", ungraded="The provider was down.")
    kind = LETTER[letter]
    evidence = None if kind is Verdict.MISSING else SPAN
    return CriterionVerdict.model_validate(
        {"criterion": f"c{i}", "verdict": kind, "confidence": confidence, "evidence": evidence, **more}
    )


def graded(letters: str, *weights: float, essential: tuple[int, ...] = (), asserted: int = 0) -> Score:
    misconceptions = [
        MisconceptionVerdict(misconception=f"m{i}", asserted=True, confidence=1, evidence=SPAN) for i in range(asserted)
    ]
    rubric = rubric_of(*(weights or (1.0,) * len(letters)), essential=essential)
    return score(rubric, [verdict(i, letter) for i, letter in enumerate(letters)], misconceptions)


@pytest.mark.parametrize(
    ("letters", "weights", "essential", "asserted", "expected"),
    [
        ("m", (), (), 0, 1.0),
        ("p", (), (), 0, 0.5),
        ("-", (), (), 0, 0.0),
        ("c", (), (), 0, 0.0),  # -.5, clipped
        ("mmmm", (), (), 0, 1.0),
        ("mp-c", (), (), 0, 0.25),  # (1 + .5 + 0 - .5) / 4
        ("mc", (), (), 0, 0.25),  # a wrong claim costs more than a missing one
        ("m-", (), (), 0, 0.5),
        ("mp", (3, 1), (), 0, 0.875),
        ("-m", (3, 1), (), 0, 0.25),
        ("mm", (), (), 1, 0.75),  # (2 - .5) / 2
        ("mm", (3, 1), (), 1, 0.75),  # mean weight 2: (4 - 1) / 4
        ("mm", (), (), 2, 0.5),
        ("--", (), (), 2, 0.0),
        ("-mmmm", (), (0,), 0, 0.6),
        ("cmmmmmmmmm", (), (0,), 0, 0.4),
        ("-mcmmmmmmm", (), (0, 2), 0, 0.4),
        ("--m", (), (0,), 0, 1 / 3),  # below the cap, the cap does nothing
        ("pmmm", (), (0,), 0, 0.875),  # partial caps nothing
        ("?m", (), (), 0, 1.0),  # ungraded: out of numerator and denominator
        ("?m-", (5, 1, 1), (0,), 0, 0.5),
    ],
)
def test_the_table(
    letters: str, weights: tuple[float, ...], essential: tuple[int, ...], asserted: int, expected: float
) -> None:
    assert graded(letters, *weights, essential=essential, asserted=asserted).value == pytest.approx(expected)


def test_nothing_graded_gives_no_score() -> None:
    assert graded("??") == Score(None, None, None)


def test_an_unsure_verdict_counts_at_its_expected_credit() -> None:
    odds = {Verdict.MET: 0.5, Verdict.PARTIAL: 0.2, Verdict.MISSING: 0.2, Verdict.CONTRADICTED: 0.1}
    unsure = verdict(0, "m", 0.5, probabilities=odds, unsure=True)
    assert expected_credit(unsure) == pytest.approx(0.55)  # .5 + .1 + 0 - .05
    assert score(rubric_of(1), [unsure]).value == pytest.approx(0.55)


def test_an_unsure_essential_verdict_caps_nothing() -> None:
    rubric = rubric_of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, essential=(0,))
    rest = [verdict(i, "m") for i in range(1, 10)]
    assert score(rubric, [verdict(0, "-", 0.5), *rest]).value == 0.6
    assert score(rubric, [verdict(0, "-", 0.5, unsure=True), *rest]).value == pytest.approx(0.9 + 1 / 60)


def test_the_error_is_the_documented_formula() -> None:
    odds = {Verdict.MET: 0.9, Verdict.PARTIAL: 0.0, Verdict.MISSING: 0.1, Verdict.CONTRADICTED: 0.0}
    rubric = rubric_of(3, 1)
    both = [verdict(0, "m", 0.9, probabilities=odds), verdict(1, "-")]
    claim = MisconceptionVerdict(misconception="m0", asserted=False, confidence=0.8)
    expected = sqrt((9 * 0.09 + (0.5 * 2) ** 2 * 0.16) / 16)
    assert score(rubric, both, [claim]).error == pytest.approx(expected)
    with_ungraded = score(rubric, [both[0], verdict(1, "?")], [])
    assert with_ungraded.error == pytest.approx(sqrt(9 * 0.09 / 9 + 0.3125 * 1 / 16))


def test_a_certain_critique_has_no_error() -> None:
    assert graded("mp-c").error == 0


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, Band.VERY_WEAK),
        (0.29, Band.VERY_WEAK),
        (0.3, Band.WEAK),
        (0.6, Band.WEAK),  # an essential criterion missing is never strong
        (0.61, Band.STRONG),
        (0.85, Band.VERY_STRONG),
        (1.0, Band.VERY_STRONG),
    ],
)
def test_bands(value: float, expected: Band) -> None:
    assert band(value) is expected


def test_verdicts_must_match_the_rubric() -> None:
    with pytest.raises(ValueError, match="exactly one verdict"):
        score(rubric_of(1, 1), [verdict(0, "m")])


def test_a_distribution_without_probabilities_spreads_the_rest_evenly() -> None:
    assert distribution(verdict(0, "m", 0.7)) == pytest.approx(
        {Verdict.MET: 0.7, Verdict.PARTIAL: 0.1, Verdict.MISSING: 0.1, Verdict.CONTRADICTED: 0.1}
    )


weights = st.floats(min_value=0.1, max_value=10)
letters = st.sampled_from("mp-c?")
cases = st.lists(st.tuples(weights, letters, st.booleans(), st.floats(0.25, 1), st.booleans()), min_size=1, max_size=7)
Case = list[tuple[float, str, bool, float, bool]]


def build(case: Case) -> tuple[Rubric, list[CriterionVerdict]]:
    rubric = rubric_of(*(c[0] for c in case), essential=tuple(i for i, c in enumerate(case) if c[2]))
    return rubric, [
        verdict(i, c[1], c[3]) if c[1] == "?" else verdict(i, c[1], c[3], unsure=c[4]) for i, c in enumerate(case)
    ]


@given(cases, st.integers(0, 3))
def test_bounds(case: Case, asserted: int) -> None:
    rubric, verdicts = build(case)
    wrong = [
        MisconceptionVerdict(misconception=f"m{i}", asserted=True, confidence=1, evidence=SPAN) for i in range(asserted)
    ]
    value, error, words = score(rubric, verdicts, wrong)
    assert (value is None) == (error is None) == (words is None) == all(c[1] == "?" for c in case)
    if value is not None and error is not None:
        assert 0 <= value <= 1
        assert 0 <= error <= 0.5


@given(cases, st.data())
def test_a_better_verdict_never_lowers_the_score(case: Case, data: st.DataObject) -> None:
    rubric, verdicts = build([(*c[:4], False) for c in case])
    at = data.draw(st.integers(0, len(case) - 1))
    values = []
    for step in LADDER:
        letter = next(k for k, v in LETTER.items() if v is step)
        values.append(score(rubric, [*verdicts[:at], verdict(at, letter), *verdicts[at + 1 :]]).value)
    assert values == sorted(values, key=lambda v: v or 0)


@given(cases, st.randoms())
def test_order_does_not_matter(case: Case, shuffler: object) -> None:
    rubric, verdicts = build(case)
    mixed = list(zip(rubric.criteria, verdicts, strict=True))
    shuffler.shuffle(mixed)  # type: ignore[attr-defined]
    other = Rubric(criteria=tuple(c for c, _ in mixed))
    assert score(other, [v for _, v in mixed]) == score(rubric, verdicts)


@given(cases)
def test_caps(case: Case) -> None:
    rubric, verdicts = build(case)
    value = score(rubric, verdicts).value
    for criterion, found in zip(rubric.criteria, verdicts, strict=True):
        if value is not None and criterion.essential and not found.unsure:
            assert value <= {Verdict.MISSING: 0.6, Verdict.CONTRADICTED: 0.4}.get(found.verdict or Verdict.MET, 1.0)


@given(cases, st.data())
def test_doubt_widens_the_error(case: Case, data: st.DataObject) -> None:
    rubric, verdicts = build([(*c[:4], False) for c in case])
    before = score(rubric, verdicts).error
    at = data.draw(st.integers(0, len(case) - 1))
    if before is not None and verdicts[at].verdict is not None:
        unsure = verdicts[at].model_copy(update={"unsure": True})
        after = score(rubric, [*verdicts[:at], unsure, *verdicts[at + 1 :]]).error
        assert after is not None
        assert after > before or after == 0.5
