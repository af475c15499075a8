"""Attacks and rewrites are made by rule: the same seed makes the same text, and each kind is what its name says."""

import random
from collections import Counter

import pytest

from evals.attacks import KINDS, Bank, cases, exercise_of, texts
from evals.edits import NAMES, SAME_MEANING, VOICES, negate, replaced, sentence_with, sentences, without
from evals.metrics.intervals import wilson
from evals.suites.attacks import BOUND, EACH
from evals.suites.retrieval import Query, ndcg, part, queries, recall, reciprocal_rank
from tutor.corpus.load import Corpus
from tutor.domain import Criterion, Kind, Misconception, PageKind, Passage, Question, Rubric


def asked(name: str, area: str) -> Question:
    return Question(
        id=name,
        kind=Kind.CONCEPT,
        level=2,
        topic=f"{area}/topic",
        minutes=3,
        prompt=f"Why does {name} happen?",
        model_answer="The variance grows with the dimension. The softmax saturates.",
        rubric=Rubric(
            criteria=(
                Criterion(id="variance", text="The variance of the score grows with the dimension.",
                          follow_up="How fast?", passages=("page#variance",)),
                Criterion(id="softmax", text="A softmax of large scores saturates.", passages=("page#softmax",)),
            ),
            misconceptions=(Misconception(id="speed", text="It makes training faster.", passages=("page#speed",)),),
        ),
    )  # fmt: skip


CLAIMS = {"one": ("dev", {"variance": {"contradicted": ("The variance stays at one.",), "met": ("It grows with d.",)},
                          "softmax": {"met": ("x",)}})}  # fmt: skip
PASSAGES = {
    name: Passage(id=name, title="Title", text="One fact. Another fact.", page="page", page_title="Page",
                  page_kind=PageKind.NOTE, topic="here/topic", path="notes/here/page.md", line=1)
    for name in ("page#variance", "page#softmax")
}  # fmt: skip
QUESTIONS = (asked("one", "here"), asked("two", "there"), asked("three", "there"))
BANK = Bank(QUESTIONS, QUESTIONS, CLAIMS, PASSAGES)


def wide(number: int) -> Bank:
    """A bank of so many questions that differ in every text, each with claims of its own."""
    questions, claims = [], {}
    for n in range(number):
        one = asked(f"q{n}", "here" if n % 2 else "there")
        wrong = one.rubric.misconceptions[0].model_copy(update={"text": f"It is {n} times faster."})
        questions.append(
            one.model_copy(
                update={
                    "model_answer": f"The variance is {n}. The softmax saturates.",
                    "rubric": one.rubric.model_copy(update={"misconceptions": (wrong,)}),
                }
            )
        )
        both = {"met": (f"It grows {n} times.",), "contradicted": (f"It shrinks {n} times.",)}
        claims[f"q{n}"] = ("test", {"variance": both, "softmax": both})
    return Bank(questions, questions, claims, PASSAGES)


def test_there_are_125_of_each_kind_and_the_same_seed_makes_the_same() -> None:
    bank = wide(EACH)
    made = list(cases(bank, EACH, seed=0))
    assert Counter(case.kind for case in made) == dict.fromkeys(KINDS, EACH)
    assert made == list(cases(bank, EACH, seed=0))
    assert made != list(cases(bank, EACH, seed=1))


def test_every_kind_goes_through_the_same_questions_one_after_the_other() -> None:
    made = list(cases(wide(6), 4, seed=0))
    order = [case.question.id for case in made]
    assert order == sorted(order), "a grader that prepares a question does so once"
    assert {frozenset(c.question.id for c in made if c.kind == kind) for kind in KINDS} == {
        frozenset(f"q{n}" for n in range(4))
    }


def test_no_attack_comes_twice_and_a_kind_without_more_is_shorter() -> None:
    made = list(cases(BANK, 20, seed=0))
    assert len({(c.kind, c.question.id, c.text, c.note) for c in made}) == len(made)
    counts = Counter(case.kind for case in made)
    assert counts["model-answer-denied"] == 3
    assert counts["gibberish"] == 20


def test_125_without_an_error_meet_the_bound() -> None:
    interval, short = wilson(0, EACH), wilson(0, EACH - 5)
    assert interval is not None
    assert short is not None
    assert interval.high < BOUND < short.high


def test_a_kind_without_material_is_left_out() -> None:
    bare = BANK._replace(claims={}, passages={})
    assert not {"false-claims", "taken-back", "order-in-a-note"} & {case.kind for case in cases(bare, 5, seed=0)}


def test_what_is_right_is_taken_back_whole_or_for_a_falsehood() -> None:
    found = {case.text for case in cases(BANK, 40, seed=0) if case.kind == "taken-back"}
    assert all(text.startswith("It grows with d.") and text != "It grows with d." for text in found)
    corrected = {text for text in found if text.endswith("The variance stays at one.")}
    assert corrected
    assert found - corrected


def test_an_order_in_a_note_reaches_the_grader_with_the_question_and_not_in_the_answer() -> None:
    found = [case for case in cases(BANK, 10, seed=0) if case.kind == "order-in-a-note"]
    assert found
    for case in found:
        assert case.note is not None
        assert (case.text, "One fact." in case.note) == (case.base, True)
        exercise = exercise_of(case.question, case.note)
        assert exercise.prompt == f"{case.question.prompt}\n\nFrom the notes on this topic:\n{case.note}"
        assert exercise_of(case.question).prompt == case.question.prompt
        assert any(order in case.note for order in texts()["orders"])


def test_padding_says_many_words_and_nothing_of_the_rubric() -> None:
    for case in cases(BANK, 10, seed=0):
        if case.kind == "padding":
            assert 80 < len(case.text.split()) < 400
            assert not any(c.text in case.text for c in case.question.rubric.criteria)


@pytest.mark.parametrize(
    ("kind", "holds", "lacks"),
    [
        ("question-repeated", "Why does", "variance"),
        ("model-answer-denied", "It is not true that the variance grows", "The variance grows"),
        ("criteria-negated", "not", None),
        ("misconceptions", "It makes training faster.", "softmax"),
        ("false-claims", "The variance stays at one.", "grows"),
        ("keyword-list", ", ", "."),
        ("lorem-ipsum", "or", "variance"),
    ],
)
def test_a_kind_is_what_its_name_says(kind: str, holds: str, lacks: str | None) -> None:
    for case in cases(BANK, 10, seed=3):
        if case.kind == kind:
            assert holds in case.text
            assert lacks is None or lacks not in case.text


def test_another_question_s_answer_is_from_another_area() -> None:
    questions = (*QUESTIONS[:1], QUESTIONS[1].model_copy(update={"model_answer": "Elsewhere."}))
    bank = Bank(questions, questions, CLAIMS, PASSAGES)
    found = {c.text for c in cases(bank, 20, seed=0) if c.kind == "other-question-s-answer" and c.question.id == "one"}
    assert found == {"Elsewhere."}


def test_an_order_in_an_answer_holds_its_honest_part() -> None:
    found = [case for case in cases(BANK, 20, seed=0) if case.kind == "order-in-an-answer"]
    assert all(case.base and case.base in case.text and case.base != case.text for case in found)


TEXT = "The model doesn't learn because it is regularized too much. Yes, gradients are small, he knows it means little."


ELSEWISE = {
    "contractions": TEXT.replace("doesn't", "does not"),
    "sentences-reordered": "The model can learn. Gradients stay small.",
}


@pytest.mark.parametrize("name", [*SAME_MEANING, *VOICES])
def test_a_rewrite_changes_something_and_keeps_the_words_that_matter(name: str) -> None:
    edit = (SAME_MEANING | VOICES)[name]
    text = ELSEWISE.get(name, TEXT)
    new = edit(text, random.Random(0))
    assert new != text
    assert new == edit(text, random.Random(0)), "the same seed makes the same rewrite"
    if name != "typos":
        assert "small" in new.lower()
        assert "learn" in new.lower()


@pytest.mark.parametrize(
    "text",
    [
        "Only one sentence.",
        "The loss falls. So it converges.",
        "It is convex. Wait, scratch that. It is not.",
        "Loss falls\n- a bullet without a stop",
        "The loss grows. What I said is wrong.",
    ],
)
def test_sentences_that_lean_on_each_other_keep_their_order(text: str) -> None:
    assert SAME_MEANING["sentences-reordered"](text, random.Random(0)) == text


def test_sentences_that_stand_alone_are_reordered() -> None:
    edit = SAME_MEANING["sentences-reordered"]
    text = "Bias falls. Variance grows. Noise stays."
    assert sorted(sentences(edit(text, random.Random(0)))) == sorted(sentences(text))
    assert edit("Bias falls. Noise stays.", random.Random(5)) == "Noise stays. Bias falls."


def test_names_differ() -> None:
    assert len(set(NAMES.values())) == len(NAMES)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The loss is convex.", "The loss is not convex."),
        ("It can diverge, and it will.", "It can not diverge, and it will."),
        ("Attention scales badly.", "It is not true that attention scales badly."),
        ("It is not convex but must be smooth.", "It is not convex but must not be smooth."),
    ],
)
def test_negation(sentence: str, expected: str) -> None:
    assert negate(sentence) == expected


def test_the_sentence_with_a_quote_can_be_cut_out_and_replaced() -> None:
    text = "First one. The quote is here! Last\n- a bullet"
    assert sentence_with(text, "quote is") == "The quote is here!"
    assert sentence_with(text, "bullet") == "- a bullet"
    assert without(text, "quote is") == "First one. Last\n- a bullet"
    assert replaced(text, "one. The", "Both.") == "Both. Last\n- a bullet"
    assert (without("Only this.", "this"), without(text, "absent"), sentence_with(text, "absent")) == (None, None, None)
    assert sentences(text) == ["First one.", "The quote is here!", "Last", "- a bullet"]


def test_retrieval_queries_and_their_figures() -> None:
    found = list(queries(BANK.questions[:1]))
    assert Counter(query.kind for query in found) == {"question": 1, "criterion": 2, "explain": 2}
    assert found[0] == Query("question", "one", "Why does one happen?", frozenset({"page#variance", "page#softmax"}))
    relevant = frozenset({"b", "c"})
    assert (recall(["a", "b"], relevant, 1), recall(["a", "b"], relevant, 2)) == (0.0, 0.5)
    assert (reciprocal_rank(["a", "b"], relevant), reciprocal_rank(["a"], relevant)) == (0.5, 0.0)
    assert ndcg(["b", "c"], relevant) == pytest.approx(1.0)
    assert ndcg(["a", "b"], relevant) == pytest.approx(0.6309 / (1 + 0.6309), abs=1e-3)


def test_a_quick_search_is_in_the_passages_asked_for_and_others_drawn_by_the_seed() -> None:
    passages = {f"page#p{n}": PASSAGES["page#softmax"].model_copy(update={"id": f"page#p{n}"}) for n in range(20)}
    whole = Corpus({}, {}, {}, passages, {}, {}, {}, "fingerprint")
    wanted = ("page#p3", "page#p17", "gone#away")
    few = part(whole, wanted, 6, seed=0)
    assert len(few.passages) == 6
    assert {"page#p3", "page#p17"} < set(few.passages)
    assert set(few.passages) == set(part(whole, wanted, 6, seed=0).passages)
    assert set(few.passages) != set(part(whole, wanted, 6, seed=1).passages)
    assert part(whole, wanted, 50, seed=0).passages == passages
    assert set(part(whole, wanted, 1, seed=0).passages) == {"page#p3", "page#p17"}
