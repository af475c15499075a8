import pytest

from tests.grading.fakes import exercise
from tutor.domain import CriterionVerdict, Critique, MisconceptionVerdict, Span, Verdict
from tutor.grading.evidence import NOT_THERE, locate, verify
from tutor.grading.score import score

RUBRIC = exercise().rubric


def critique(span: Span, *misconceptions: MisconceptionVerdict) -> Critique:
    verdicts = (
        CriterionVerdict(criterion="variance", verdict=Verdict.MET, confidence=1, evidence=span),
        CriterionVerdict(criterion="softmax", verdict=Verdict.MISSING, confidence=1),
        CriterionVerdict(criterion="root", verdict=Verdict.MISSING, confidence=1),
    )
    value, error, band = score(RUBRIC, verdicts, misconceptions)
    return Critique(
        grader="g", rubric="r", verdicts=verdicts, misconceptions=misconceptions, score=value, error=error, band=band
    )


@pytest.mark.parametrize(
    ("quote", "answer", "expected"),
    [
        ("b c", "a b c", (2, 5, "b c")),
        ("b c", "a b\n  c", (2, 7, "b\n  c")),
        (" b ", "ab b", (1, 2, "b")),
        ("B", "ab", None),
        ("", "ab", None),
        ("a.c", "abc", None),
        ("(", "f(x)", (1, 2, "(")),
    ],
)
def test_locate(quote: str, answer: str, expected: tuple[int, int, str] | None) -> None:
    found = locate(quote, answer)
    assert (None if found is None else (found.start, found.end, found.quote)) == expected


def test_evidence_that_is_there_changes_nothing() -> None:
    sound = critique(Span(start=0, end=3, quote="The"))
    assert verify(sound, "The variance", RUBRIC) is sound


@pytest.mark.parametrize("span", [Span(start=1, end=4, quote="The"), Span(start=0, end=3, quote="the")])
def test_evidence_that_is_not_there_ungrades_the_criterion_and_scores_again(span: Span) -> None:
    checked = verify(critique(span), "The variance", RUBRIC)
    assert (checked.verdicts[0].verdict, checked.verdicts[0].ungraded) == (None, NOT_THERE)
    assert checked.score == 0
    assert checked.error
    assert checked.error > 0


def test_a_misconception_without_its_words_is_not_asserted() -> None:
    invented = MisconceptionVerdict(
        misconception="speed", asserted=True, confidence=1, evidence=Span(start=0, end=4, quote="fast")
    )
    before = critique(Span(start=0, end=3, quote="The"), invented)
    after = verify(before, "The variance", RUBRIC)
    assert not after.misconceptions[0].asserted
    assert before.score is not None
    assert after.score is not None
    assert after.score > before.score
