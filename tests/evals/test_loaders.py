"""Each format as it is documented, and what is said about lines that break it."""

import json
from pathlib import Path

import pytest

from evals.loaders import load_dataset
from evals.loaders.gold import load_gold
from evals.samples import REFERENCE, Sample
from tutor.errors import InputError, KnowledgeError


def write(path: Path, *rows: dict[str, object]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def public(**more: object) -> dict[str, object]:
    row = {"id": "s1", "question_id": "q1", "question": "Why?", "references": ["Heat.", "Fire."], "answer": "warmth"}
    return row | {"score": 1.0, "label": "correct", "split": "train"} | more


def only(source: str, scheme: str | None = None) -> Sample:
    (sample,) = load_dataset(source, scheme).samples(("all",))
    return sample


def test_references_are_alternatives_and_the_label_is_the_verdict(tmp_path: Path) -> None:
    sample = only(write(tmp_path / "s.jsonl", public()))
    assert [e.rubric.criteria[0].text for e in sample.exercises] == ["Heat.", "Fire."]
    assert (sample.labels, sample.score, sample.split) == ({REFERENCE: "correct"}, 1.0, "train")


@pytest.mark.parametrize(
    ("label", "more", "scheme", "expected"),
    [
        ("irrelevant", {}, "verdicts", "missing"),
        ("partially_correct_incomplete", {}, "verdicts", "partial"),
        ("contradictory", {}, "three-way", "contradictory"),
        ("partially_correct", {}, "partial-credit", "partially_correct"),
        ("correct", {"human": [1, 1, 0], "criterion": "Heat."}, "binary", "correct"),
    ],
)
def test_public_labels_choose_their_scheme(
    tmp_path: Path, label: str, more: dict[str, object], scheme: str, expected: str
) -> None:
    dataset = load_dataset(write(tmp_path / "s.jsonl", public(label=label, **more)))
    assert dataset.scheme.name == scheme
    assert next(iter(dataset.samples(("all",)))).labels == {REFERENCE: expected}


def test_beetle_can_be_read_three_way(tmp_path: Path) -> None:
    source = write(tmp_path / "s.jsonl", public(label="irrelevant", label_3way="incorrect"))
    assert only(source, "three-way").labels == {REFERENCE: "incorrect"}


def test_the_shared_sets_have_the_sizes_their_readme_states(shared_data: Path) -> None:
    sizes = {"beetle": 5199, "scientsbank": 10804, "saf": 2981, "khan": 800, "mohler_dev": 1074, "nn_exam_dev": 606}
    schemes = {"beetle": "verdicts", "scientsbank": "three-way", "saf": "partial-credit", "khan": "binary"}
    for name, size in sizes.items():
        dataset = load_dataset(str(shared_data / "grading" / f"{name}.jsonl"))
        assert sum(1 for _ in dataset.samples(("all",))) == size
        assert dataset.scheme.name == schemes.get(name, dataset.scheme.name)


def own(**more: object) -> dict[str, object]:
    row: dict[str, object] = {
        "question": "Why?",
        "criteria": [{"id": "Heat!", "text": "It is hot.", "weight": 2}, {"id": "light", "text": "It is light."}],
        "answers": [{"text": "so hot", "verdicts": {"Heat!": ["met", "hot"]}, "raters": [{"Heat!": "partial"}]}],
    }
    return row | more


def test_our_documented_format(tmp_path: Path) -> None:
    sample = only(write(tmp_path / "own.jsonl", own(split="dev")))
    assert [(c.id, c.weight) for c in sample.exercises[0].rubric.criteria] == [("heat", 2.0), ("light", 1.0)]
    assert (sample.labels, sample.quotes, sample.raters) == ({"heat": "met"}, {"heat": "hot"}, ({"heat": "partial"},))
    assert sample.split == "dev"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([public(label="correct"), public(label="splendid")], "belong to no known scheme"),
        ([public(), {"answer": "x"}], "line 2: the key 'references' is missing"),
        ([own(), own(answers=[{"text": "x", "verdicts": {"heat": "met"}}])], "line 2: 'heat' is not among the ids"),
        ([own(answers=[{"text": "x", "verdicts": {"light": "yes"}}])], "line 1: 'yes' is no verdict"),
        ([own(criteria=[{"id": "heat", "text": ""}])], "line 1: text: String should have at least 1 character"),
        ([{"question": "Why?"}], "line 1: needs `answers`"),
        ([], "is empty"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, rows: list[dict[str, object]], message: str) -> None:
    source = write(tmp_path / "bad.jsonl", *rows)
    with pytest.raises(InputError, match=message.replace("(", r"\(")):
        list(load_dataset(source).samples())


def test_csv_against_a_reference(tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    path.write_text("question,reference,answer,label,score\nWhy?,Heat. || Fire.,warm,correct,1\n", encoding="utf-8")
    sample = only(str(path))
    assert len(sample.exercises) == 2
    assert (sample.labels, sample.score) == ({REFERENCE: "correct"}, 1.0)


def test_csv_by_criterion_gathers_the_lines_of_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    lines = ["Why?,hot,It is hot.,Met", "Why?,hot,It is light.,missing", "Why?,cold,It is hot.,contradicted"]
    path.write_text("\n".join(["question,answer,criterion,verdict", *lines]), encoding="utf-8-sig")
    first, second = load_dataset(str(path)).samples()
    assert (first.labels, second.labels) == ({"c1": "met", "c2": "missing"}, {"c1": "contradicted"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("question,answer\nWhy?,hot\n", "needs the columns"),
        ("question,reference,answer,score\nWhy?,Heat.,warm,7\n", "line 2: the score 7.0 is not between 0 and 1"),
        ("question,reference,answer,label\nWhy?,Heat.,warm,good\n", "line 2: the label 'good' is not one of"),
    ],
)
def test_a_bad_csv_is_explained(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "marks.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        list(load_dataset(str(path)).samples())


QUESTION = """
- {id: why-hot, kind: concept, level: 1, topic: area/topic, minutes: 2, prompt: Why?,
   rubric: {criteria: [{id: heat, text: It is hot.}], misconceptions: [{id: cold, text: It is cold.}]}}
"""
ANSWERS = """
question: why-hot
split: dev
answers:
  - {id: a1, voice: spoken, text: so hot, verdicts: {heat: [met, hot]}, misconceptions: {cold: hot}}
  - {id: a2, voice: spoken, pair: a1, text: so what, verdicts: {heat: [missing]}}
"""


def lay_out(tmp_path: Path, answers: str = ANSWERS) -> None:
    (tmp_path / "knowledge" / "questions" / "area").mkdir(parents=True)
    (tmp_path / "knowledge" / "questions" / "area" / "topic.yaml").write_text(QUESTION, encoding="utf-8")
    (tmp_path / "gold" / "answers").mkdir(parents=True)
    (tmp_path / "gold" / "second").mkdir()
    (tmp_path / "gold" / "answers" / "why-hot.yaml").write_text(answers, encoding="utf-8")


def test_gold_reads_answers_and_second_labels(tmp_path: Path) -> None:
    lay_out(tmp_path)
    lines = [{"answer": "why-hot/a1", "criterion": "heat", "verdict": v} for v in ("missing", "partial")]
    write(tmp_path / "gold" / "second" / "ann.jsonl", *lines)
    first, second = load_gold(tmp_path / "gold", tmp_path / "knowledge").samples(("dev",))
    assert (first.labels, first.quotes, first.misconceptions) == ({"heat": "met"}, {"heat": "hot"}, ("cold",))
    assert first.raters == ({"heat": "met"}, {"heat": "partial"}), "the last verdict of a rater counts"
    assert (second.pair, second.raters) == ("why-hot/a1", ())


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (ANSWERS.replace("why-hot", "why-cold"), "there is no question 'why-cold' in the bank"),
        (ANSWERS.replace("{heat: [missing]}", "{heat: [absent]}"), "answer a2: 'absent' is no verdict"),
        (ANSWERS.replace("{heat: [missing]}", "{warmth: [missing]}"), "answer a2: warmth is no criterion of why-hot"),
        ("question: [", "not YAML"),
        ("", "needs `question` and `answers`"),
    ],
)
def test_bad_gold_is_named(tmp_path: Path, answers: str, message: str) -> None:
    lay_out(tmp_path, answers)
    with pytest.raises(KnowledgeError, match=message):
        list(load_gold(tmp_path / "gold", tmp_path / "knowledge").samples())
