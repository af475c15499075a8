"""Attacks and rewrites are made by rule: the same seed makes the same text, and each kind is what its name says."""

import random
from collections import Counter

import pytest

from evals.attacks import KINDS, Bank, cases
from evals.edits import NAMES, SAME_MEANING, VOICES, negate, replaced, sentence_with, sentences, without
from evals.suites.attacks import EACH
from evals.suites.retrieval import Query, ndcg, queries, recall, reciprocal_rank
from tutor.domain import Criterion, Kind, Misconception, Question, Rubric


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


CLAIMS = {"one": ("dev", {"variance": {"contradicted": ("The variance stays at one.",)}, "softmax": {"met": ("x",)}})}
BANK = Bank((asked("one", "here"), asked("two", "there"), asked("three", "there")), CLAIMS)


def test_there_are_125_of_each_kind_and_the_same_seed_makes_the_same() -> None:
    made = list(cases(BANK, EACH, seed=0))
    counts = Counter(case.kind for case in made)
    assert set(counts) == set(KINDS)
    assert set(counts.values()) == {EACH}
    assert made == list(cases(BANK, EACH, seed=0))
    assert made != list(cases(BANK, EACH, seed=1))


def test_a_kind_without_material_is_left_out() -> None:
    bare = Bank(BANK.questions, {})
    assert "false-claims" not in {case.kind for case in cases(bare, 5, seed=0)}


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
    bank = Bank((*BANK.questions[:1], BANK.questions[1].model_copy(update={"model_answer": "Elsewhere."})), CLAIMS)
    texts = {c.text for c in cases(bank, 20, seed=0) if c.kind == "other-question-s-answer" and c.question.id == "one"}
    assert texts == {"Elsewhere."}


def test_an_order_in_an_answer_holds_its_honest_part() -> None:
    found = [case for case in cases(BANK, 20, seed=0) if case.kind == "order-in-an-answer"]
    assert all(case.base and case.base in case.text and case.base != case.text for case in found)


TEXT = "The model doesn't learn because it is regularized too much. Yes, gradients are small, he knows it means little."


@pytest.mark.parametrize("name", [*SAME_MEANING, *VOICES])
def test_a_rewrite_changes_something_and_keeps_the_words_that_matter(name: str) -> None:
    edit = (SAME_MEANING | VOICES)[name]
    text = TEXT.replace("doesn't", "does not") if name == "contractions" else TEXT
    new = edit(text, random.Random(0))
    assert new != text
    assert new == edit(text, random.Random(0)), "the same seed makes the same rewrite"
    if name != "typos":
        assert "small" in new
        assert "learn" in new


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
