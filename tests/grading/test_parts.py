"""A critique by the parts of its answer."""

from tests.session.fakes import QUESTIONS, FakeGrader
from tutor.domain import Kind, Question
from tutor.grading.parts import Coverage, by_part, told

CASE = next(q for q in QUESTIONS if q.kind is Kind.DESIGN)


def parts(answer: str, question: Question = CASE) -> tuple[tuple[str, str], ...]:
    return tuple((p.stage, p.word) for p in by_part(FakeGrader().grade(question, answer), question))


def test_each_part_says_how_much_of_it_was_there_and_what_it_earned() -> None:
    found = by_part(FakeGrader().grade(CASE, "alpha half beta not gamma"), CASE)
    assert [(p.stage, p.coverage, p.share) for p in found] == [
        ("framing", Coverage.FULL, 1.0),
        ("model", Coverage.SOME, 0.5),
        ("serving", Coverage.WRONG, 0.0),
    ]
    assert told(found) == "There: framing. Partly there: model. Not right: serving."
    assert [[n for n, _ in p.verdicts] for p in found] == [[1], [2], [3]]


def test_an_unsure_verdict_makes_its_part_a_perhaps() -> None:
    assert parts("maybe alpha") == (("framing", "perhaps there"), ("model", "not there"), ("serving", "not there"))


def test_other_questions_a_stopped_answer_and_another_rubric_have_no_parts() -> None:
    assert parts("alpha", QUESTIONS[0]) == ()
    assert parts("dunno") == ()
    changed = CASE.model_copy(update={"rubric": CASE.rubric.model_copy(update={"criteria": CASE.rubric.criteria[:2]})})
    assert by_part(FakeGrader().grade(CASE, "alpha"), changed) == ()
