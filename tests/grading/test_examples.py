"""Judging by example, on statements written here and on the bank's own."""

import random
from pathlib import Path

import numpy as np
import pytest
import yaml

from tutor.corpus.load import load_corpus
from tutor.domain import Criterion, Exercise, Flag, Misconception, Rubric, Verdict
from tutor.grading.example_features import Examples, alone_features, criterion_features
from tutor.grading.examples import StatementJudges, load_fitted, read_examples
from tutor.grading.guard import inspect
from tutor.grading.local import LocalGrader
from tutor.grading.nearness import group
from tutor.models.stance import load_stance
from tutor.settings import REPOSITORY, Settings

RIGHT = "The variance of the dot product grows with the number of dimensions."
EXERCISE = Exercise(
    id="scaling",
    prompt="Why are attention scores divided by a constant?",
    rubric=Rubric(
        criteria=(Criterion(id="variance", text=RIGHT, essential=True),),
        misconceptions=(
            Misconception(id="speed", text="Dividing makes the product cheaper.", correction="It costs the same."),
        ),
    ),
)
STATEMENTS = {
    "met": [
        "Scores get larger as the key dimension increases.",
        "The spread of the logits rises with d_k.",
        "Summing more terms gives a bigger variance.",
    ],
    "partial": ["The scores change with the size."],
    "contradicted": [
        "Scores shrink as the key dimension increases.",
        "The spread of the logits does not depend on d_k.",
        "Summing more terms averages them out, so the variance falls.",
    ],
}
MODEL = load_stance(Settings(_env_file=None))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scaling.yaml").write_text(
        yaml.safe_dump({"question": "scaling", "criteria": {"variance": STATEMENTS}})
    )
    return tmp_path


def grader(folder: Path) -> LocalGrader:
    return LocalGrader(StatementJudges(folder, MODEL), 0.6)


def test_a_right_answer_is_nearer_to_met_and_a_wrong_one_to_contradicted(folder: Path) -> None:
    right = "Scores become larger when the key dimension goes up."
    wrong = "Scores become smaller when the key dimension goes up."
    off = "Bananas are rich in potassium and grow in the tropics."
    of = {a: grader(folder).grade(EXERCISE, a).verdicts[0].probabilities for a in (right, wrong, off)}
    chances = {a: p for a, p in of.items() if p is not None}
    assert chances[right][Verdict.CONTRADICTED] < chances[wrong][Verdict.CONTRADICTED]
    assert max(chances[off], key=lambda v: chances[off][v]) is Verdict.MISSING
    assert chances[off][Verdict.MET] < min(chances[right][Verdict.MET], chances[wrong][Verdict.MET])


def test_a_critique_names_the_judge_that_read_it(folder: Path) -> None:
    critique = grader(folder).grade(EXERCISE, "The spread of the logits rises with d_k.")
    assert critique.grader == f"local/{load_fitted().name}"


def test_a_misconception_that_is_asserted_is_found_with_its_words(folder: Path) -> None:
    answer = "The spread of the logits rises with d_k. Dividing also makes the product cheaper to compute."
    said = grader(folder).grade(EXERCISE, answer).misconceptions[0]
    assert said.asserted
    assert said.evidence is not None
    assert said.evidence.quote == "Dividing also makes the product cheaper to compute."


def test_an_exercise_without_examples_is_judged_by_its_criteria_alone(tmp_path: Path) -> None:
    critique = grader(tmp_path).grade(EXERCISE, "The spread of the logits rises with d_k. Bananas are yellow.")
    assert critique.grader == f"local/{MODEL.name}"
    off = grader(tmp_path).grade(EXERCISE, "Bananas are rich in potassium and grow in the tropics.")
    assert off.verdicts[0].verdict is Verdict.MISSING
    said, unsaid = critique.verdicts[0].probabilities, off.verdicts[0].probabilities
    assert said is not None
    assert unsaid is not None
    assert said[Verdict.MET] > unsaid[Verdict.MET]


def test_criteria_with_and_without_examples_stand_in_one_exercise(folder: Path) -> None:
    more = Criterion(id="softmax", text="Large scores push softmax into regions of tiny gradients.")
    both = EXERCISE.model_copy(update={"rubric": Rubric(criteria=(more, *EXERCISE.rubric.criteria))})
    answer = "The spread of the logits rises with d_k."
    mixed, alone = grader(folder).grade(both, answer), grader(folder).grade(EXERCISE, answer)
    assert mixed.grader == f"local/{load_fitted().name}"
    assert mixed.verdicts[1].verdict is alone.verdicts[0].verdict
    assert mixed.verdicts[0].verdict is not None


@pytest.mark.parametrize("identifier", ["../scaling", "a/b", "..\\scaling", "nowhere"])
def test_an_id_never_becomes_a_path(folder: Path, identifier: str) -> None:
    assert read_examples(folder / "inner", EXERCISE.model_copy(update={"id": identifier})) == {}


def test_the_same_answer_gets_the_same_critique_whatever_came_before(folder: Path) -> None:
    answer = "With a larger head the raw scores become larger. It is about softmax."
    used = grader(folder)
    used.grade(EXERCISE, "Something else entirely, about variance and dimensions.")
    assert used.grade(EXERCISE, answer) == grader(folder).grade(EXERCISE, answer)


def test_features_do_not_depend_on_the_order_of_sentences() -> None:
    texts = [[RIGHT], *(STATEMENTS[k] for k in ("met", "partial", "contradicted"))]
    known = Examples(*(group(MODEL.encode(some), some) for some in texts))
    told = ["Scores grow.", "Softmax does not saturate at 3.", "Nothing else matters."]
    rarity = load_fitted().rarity
    forward, backward = (group(MODEL.encode(s), s) for s in (told, told[::-1]))
    of = [criterion_features(g, known, rarity, MODEL.relate) for g in (forward, backward)]
    assert np.allclose(*of, atol=1e-4)
    alone = [alone_features(g, known.criterion, rarity, MODEL.relate) for g in (forward, backward)]
    assert np.allclose(*alone, atol=1e-4)


def test_a_verdict_does_not_depend_on_the_other_criteria(folder: Path) -> None:
    more = Criterion(id="softmax", text="Large scores push softmax into regions of tiny gradients.")
    of_more = {k: [f"{s} So gradients differ." for s in v] for k, v in STATEMENTS.items()}
    (folder / "scaling.yaml").write_text(
        yaml.safe_dump({"question": "scaling", "criteria": {"softmax": of_more, "variance": STATEMENTS}})
    )
    both = EXERCISE.model_copy(update={"rubric": Rubric(criteria=(more, *EXERCISE.rubric.criteria))})
    answer = "The spread of the logits does not rise with d_k. Gradients get tiny."
    alone = grader(folder).grade(EXERCISE, answer).verdicts[0].probabilities
    beside = grader(folder).grade(both, answer).verdicts[1].probabilities
    assert alone is not None
    assert beside is not None
    assert all(abs(alone[v] - beside[v]) < 1e-4 for v in Verdict)


@pytest.mark.parametrize(
    "answer",
    [
        "It is not true that scores get larger as the key dimension increases.",
        "It is a mistake to think that the spread of the logits rises with d_k.",
        "There is variance and dimension to name. We also have scores and logits.",
    ],
)
def test_denied_claims_and_bare_terms_do_not_meet_a_criterion(folder: Path, answer: str) -> None:
    assert grader(folder).grade(EXERCISE, answer).verdicts[0].verdict is not Verdict.MET


def test_words_in_no_order_are_stopped() -> None:
    sentence = (
        "The variance of the dot product grows with the size of the key, and so do the scores, which is bad for the "
        "softmax because it saturates, and then the gradients of all the layers below it are close to zero in the end."
    )
    salad = sentence.replace(",", "").rstrip(".").split()
    stopped = 0
    for seed in range(10):
        random.Random(seed).shuffle(salad)
        stopped += inspect(EXERCISE, " ".join(salad)).flags == (Flag.GIBBERISH,)
    assert stopped >= 8
    assert inspect(EXERCISE, sentence).stopped is None


def test_every_question_of_the_bank_can_be_judged_by_example() -> None:
    corpus = load_corpus(REPOSITORY / "knowledge")
    folder = Settings(_env_file=None).examples_dir
    without = [
        question.id
        for question in corpus.questions.values()
        if {c.id for c in question.rubric.criteria} != set(read_examples(folder, question))
    ]
    assert without == []


def test_what_was_prepared_gives_the_same_critique(folder: Path) -> None:
    ready = grader(folder)
    ready.prepare()
    ready.prepare(EXERCISE)
    answer = "Scores become larger when the key dimension goes up."
    assert ready.grade(EXERCISE, answer) == grader(folder).grade(EXERCISE, answer)


@pytest.mark.parametrize("kind", ["met", "contradicted"])
def test_what_an_author_judged_keeps_its_verdict_word_for_word(folder: Path, kind: str) -> None:
    for said in STATEMENTS[kind]:
        found = grader(folder).grade(EXERCISE, f"I like tea. {said.lower()}").verdicts[0]
        assert found.verdict is Verdict(kind), said
        assert not found.unsure
