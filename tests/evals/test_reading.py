"""What validity says beside its pooled figures, against examples worked by hand, and how answers are drawn for it."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from evals.loaders.own import load_own
from evals.metrics.intervals import wilson
from evals.results import Figure, Result
from evals.run import Options, execute
from evals.runs import read_items
from evals.suites.reading import NOT_RECORDED

CRITERIA = [{"id": c, "text": f"It has {c}."} for c in "abc"]
MYTH = [{"id": "myth", "text": "It is a myth."}]
Labels = tuple[str, str, str]


def answer(name: str, labels: Labels, text: str, **more: object) -> dict[str, object]:
    return {"id": name, "text": text, "verdicts": dict(zip("abc", labels, strict=True)), **more}


# Two minimal pairs: in the first `a` follows and nothing else moves, in the second `a` follows and `b` moves too.
WORKED = [
    {
        "id": "x", "question": "What has x?", "criteria": CRITERIA, "misconceptions": MYTH,
        "answers": [
            answer("1", ("met", "contradicted", "missing"), "a=met:0.9 b=contradicted:0.4 c=missing:0.2 !myth",
                   misconceptions=["myth"]),
            answer("2", ("missing", "contradicted", "missing"), "a=missing:0.1 b=contradicted:0.4 c=missing:0.2",
                   pair="1"),
        ],
    },
    {
        "id": "y", "question": "What has y?", "criteria": CRITERIA, "misconceptions": MYTH,
        "answers": [
            answer("1", ("met", "missing", "met"), "a=met:0.3 b=missing:0.6 c=met:0.6 !myth"),
            answer("2", ("contradicted", "missing", "met"), "a=contradicted:0.3 b=partial:0.2 c=met:0.6", pair="1"),
        ],
    },
]  # fmt: skip


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def validity(data: Path, out: Path, grader: str = "toy:reads_itself") -> Result:
    return execute(Options(("validity",), grader, (str(data),), silent=True, out=out)).results[0]


def figures(result: Result) -> Mapping[str, Figure]:
    return {figure.name.partition(".")[2]: figure for figure in result.figures}


@pytest.fixture
def worked(tmp_path: Path) -> Result:
    return validity(write(tmp_path / "set.jsonl", WORKED), tmp_path / "run")


def test_the_auc_within_answers_is_the_one_worked_by_hand(worked: Result) -> None:
    # x/1: a above b and c, 2 of 2. y/1: a below b, c level with b, .5 of 2. y/2: c above a and b, 2 of 2. x/2: no met.
    found = figures(worked)["auc_met_within"]
    assert (found.value, found.n) == (pytest.approx(4.5 / 6), 6)
    # A replicate is x twice, y twice or both: 2/2, 2.5/4 or 4.5/6.
    assert (found.low, found.high) == (pytest.approx(2.5 / 4), pytest.approx(1.0))
    assert figures(worked)["auc_met_within_contradicted"].value == pytest.approx(1.0)
    assert figures(worked)["auc_met_within_missing"].value == pytest.approx(2.5 / 4)
    # Pooled: .9 above 8 not met, .3 above 4 and level with 1, .6 above 7 and level with 1, twice: 27.5 of 32.
    assert figures(worked)["auc_met_pooled"].value == pytest.approx(27.5 / 32)


def test_the_calibration_error_of_met_is_the_one_worked_by_hand(worked: Result) -> None:
    # Bins of .1, .2 (3), .3 (2), .4 (2), .6 (3), .9: gaps of sums .1, .6, .4, .8, .2, .1 over 12 verdicts.
    found = figures(worked)["calibration_error_met"]
    assert (found.value, found.n) == (pytest.approx(2.2 / 12), 12)
    assert found.low is not None
    assert "set: P(met) against labels" in [plot.title for plot in worked.plots]


def test_a_minimal_pair_holds_when_the_changed_verdict_follows_and_the_others_stay(worked: Result) -> None:
    found = figures(worked)
    pairs = found["minimal_pairs"]
    assert (pairs.value, pairs.n, (pairs.low, pairs.high)) == (0.5, 2, wilson(1, 2))
    assert (found["minimal_pairs_followed"].value, found["minimal_pairs_followed"].n) == (1.0, 2)
    assert (found["minimal_pairs_stayed"].value, found["minimal_pairs_stayed"].n) == (0.75, 4)
    broken = next(item for item in worked.worst if "others stay" in item.expected)
    assert (broken.title, broken.expected) == ("set: y/2", "a: met to contradicted; the others stay")


def test_precision_and_recall_of_misconceptions(worked: Result) -> None:
    found = figures(worked)
    assert (found["misconception_precision"].value, found["misconception_precision"].n) == (0.5, 2)
    assert (found["misconception_recall"].value, found["misconception_recall"].n) == (1.0, 1)


def test_the_grader_stands_beside_itself_made_blind(worked: Result) -> None:
    # Right are 11 of 12. Shuffled within the answers: (3 + 5 + 5 + 4) / 3, since a label meets each like verdict.
    found = figures(worked)
    assert found["accuracy_several_criteria"].value == pytest.approx(11 / 12)
    # x/1: three different verdicts, 3 like pairs of 9; x/2: 1 + 4; y/1: 4 + 1; y/2: contradicted 1, met 1.
    assert found["accuracy_criterion_blind"].value == pytest.approx((3 + 5 + 5 + 2) / 3 / 12)
    assert found["accuracy_above_blind"].value == pytest.approx(11 / 12 - 15 / 36)
    assert found["accuracy_commonest"].value == pytest.approx((1 + 2 + 2 + 1) / 12)
    table = next(t for t in worked.tables if t.title == "set: does it read the criteria?")
    assert table.rows[0][1] == pytest.approx(11 / 12)


def test_the_reports_show_them(worked: Result, tmp_path: Path) -> None:
    for name in ("report.md", "report.html"):
        text = (tmp_path / "run" / name).read_text(encoding="utf-8")
        for figure in ("auc_met_within", "calibration_error_met", "minimal_pairs", "misconception_recall"):
            assert f"set.{figure}" in text, (name, figure)
        assert "does it read the criteria?" in text
        assert "[0.625, 1.000]" in text


def test_a_run_that_kept_no_probabilities_loads_and_says_so(worked: Result, tmp_path: Path) -> None:
    items = tmp_path / "run" / "items.jsonl"
    rows = list(read_items(tmp_path / "run"))
    assert rows[0]["grade"]["verdicts"]["a"]["probabilities"]["met"] == 0.9
    for row in rows:
        row.pop("pair", None)
        for mark in row["grade"]["verdicts"].values():
            del mark["probabilities"]
    items.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    again = validity(tmp_path / "set.jsonl", tmp_path / "run")
    found = figures(again)
    assert found["accuracy"] == figures(worked)["accuracy"]
    for name in ("auc_met_within", "auc_met_pooled", "calibration_error_met"):
        assert (found[name].value, found[name].n, found[name].note) == (None, 0, NOT_RECORDED)
    assert (found["minimal_pairs"].value, found["minimal_pairs"].n) == (None, 0)
    assert f"undefined |  | 0 | {NOT_RECORDED} |" in (tmp_path / "run" / "report.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("odds", [{"met": 1.0}, {"met": 0.9, "partial": 0.3, "missing": 0, "contradicted": 0}])
def test_probabilities_that_are_none_leave_the_answer_ungraded(odds: dict[str, float]) -> None:
    from evals.grades import from_outside
    from tutor.domain import Criterion, Exercise, Rubric

    exercise = Exercise(id="x", prompt="Why?", rubric=Rubric(criteria=(Criterion(id="a", text="So."),)))
    with pytest.raises(ValueError, match="all four verdicts"):
        from_outside({"verdicts": {"a": {"verdict": "met", "probabilities": odds}}}, exercise, "so")


def paired(path: Path, questions: int) -> Path:
    """Questions with eight answers each, the second half versions of the first."""
    rows: list[dict[str, object]] = []
    for q in range(questions):
        answers = [answer(f"{i}", ("met", "met", "met"), "a=met:1", **({"pair": f"{i - 4}"} if i > 3 else {}))
                   for i in range(8)]  # fmt: skip
        rows.append({"id": f"q{q}", "question": f"Why {q}?", "criteria": CRITERIA, "answers": answers})
    return write(path, rows)


@pytest.mark.parametrize("limit", [1, 2, 7, 20])
@pytest.mark.parametrize("each", [None, 4])
def test_a_draw_takes_an_answer_with_its_version(limit: int, each: int | None, tmp_path: Path) -> None:
    dataset = load_own(paired(tmp_path / "pairs.jsonl", 12))
    drawn = list(dataset.samples((), limit, 3, each))
    halves = Counter(sample.pair or sample.id for sample in drawn)
    assert len(drawn) == limit
    assert sum(n == 1 for n in halves.values()) == limit % 2, "at most the last pair is cut by the limit"


def test_a_draw_by_question_takes_few_questions_and_a_longer_one_begins_with_it(tmp_path: Path) -> None:
    dataset = load_own(paired(tmp_path / "pairs.jsonl", 12))
    short, longer = ([s.id for s in dataset.samples((), n, 3, 6)] for n in (12, 30))
    counts = Counter(sample.split("/")[0] for sample in longer)
    assert set(counts.values()) == {6}
    assert len(counts) == 5
    assert set(short) < set(longer)
    assert short != [s.id for s in dataset.samples((), 12, 4, 6)]
