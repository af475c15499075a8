"""What each suite finds on graders whose faults are known."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from evals import suites
from evals.results import Figure, Result, from_json, to_json
from evals.run import Options, execute
from evals.runs import read_items
from evals.suites.common import Context

Colours = Callable[..., Path]


def measure(suite: str, data: Path, grader: str = "toy:keyword", **more: object) -> Result:
    chosen: dict[str, object] = {
        "silent": True,
        "quick": True,
        "out": data.parent / f"{suite}-{grader}".replace(":", "-"),
    }
    outcome = execute(Options((suite,), grader, (str(data),), **(chosen | more)))  # type: ignore[arg-type]
    return outcome.results[0]


def figures(result: Result) -> Mapping[str, Figure]:
    return {figure.name: figure for figure in result.figures}


def value(result: Result, name: str) -> float | None:
    return figures(result)[name].value


def write(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_every_suite_has_a_module_and_a_claim() -> None:
    for name in suites.NAMES:
        assert suites.suite(name).name == name


def test_repeat_of_a_steady_grader_is_perfect_and_of_a_moody_one_is_not(colours: Colours) -> None:
    data = colours(6, 8)
    steady = measure("repeat", data)
    assert (value(steady, "colours.verdict_flips"), value(steady, "colours.score_identical")) == (0.0, 1.0)
    assert value(steady, "colours.verdict_alpha") == 1.0
    moody = measure("repeat", data, "toy:Moody")
    flips = value(moody, "colours.verdict_flips")
    assert flips is not None
    assert flips > 0.5
    assert (value(moody, "colours.verdict_alpha") or 1) < 0.5
    assert moody.worst
    assert value(moody, "colours.majority_right_when_split") is not None


def test_repeat_tells_stable_errors_from_unstable_ones(colours: Colours) -> None:
    wrong = measure("repeat", colours(), "toy:all_met")
    assert value(wrong, "colours.majority_wrong") == pytest.approx(0.5, abs=0.05)
    assert value(wrong, "colours.stable_but_wrong") == 1.0


def test_validity_figures_of_a_perfect_and_a_blind_grader(colours: Colours) -> None:
    data = colours(6, 8)
    perfect = measure("validity", data)
    for name in ("accuracy", "macro_f1", "kappa", "quadratic_kappa", "three_way.kappa"):
        assert value(perfect, f"colours.{name}") == pytest.approx(1.0), name
    blind = value(perfect, "colours.accuracy_criterion_blind")
    assert blind is not None
    assert blind < 0.8 < (value(perfect, "colours.accuracy_several_criteria") or 0)
    assert value(measure("validity", data, "toy:all_met"), "colours.kappa") == pytest.approx(0.0)
    assert not perfect.worst


def test_validity_of_scores_and_the_ceiling_of_people(tmp_path: Path) -> None:
    rows = [
        {"id": f"s{i}", "question_id": f"q{i % 3}", "question": "Why?", "references": ["Red."],
         "answer": "red " * (i % 4), "score": (i % 4) / 4, "label": "", "graders": [i % 4, (i % 4) + (i % 2)]}
        for i in range(24)
    ]  # fmt: skip
    result = measure("validity", write(tmp_path / "marks.jsonl", *rows), "toy:by_length")
    assert value(result, "marks.pearson") == pytest.approx(1.0)
    assert value(result, "marks.rmse") == pytest.approx(0.0)
    human = value(result, "marks.raters_pearson")
    assert human is not None
    assert 0.5 < human < 1


def test_a_set_with_three_raters_has_a_ceiling(shared_data: Path, tmp_path: Path) -> None:
    result = measure("validity", shared_data / "grading" / "khan.jsonl", "toy:half", out=tmp_path, limit=800)
    assert value(result, "khan.raters_fleiss_kappa") == pytest.approx(0.881, abs=0.0005)
    assert "khan.accuracy" not in figures(result), "a grader without verdicts has no accuracy of verdicts"


def test_invariance_sees_a_grader_that_minds_the_case(tmp_path: Path) -> None:
    text = "It is red and it is also green, which is what most people who saw the flag remember."
    row = {
        "question": "Which?",
        "criteria": [{"id": "a", "text": "One is red."}, {"id": "b", "text": "One is green."}],
        "answers": [{"text": text + " " * i, "verdicts": {"a": "met", "b": "met"}} for i in range(3)],
    }
    data = write(tmp_path / "flag.jsonl", row)
    steady = measure("invariance", data)
    assert value(steady, "all.flips") == 0.0
    assert {"typos.flips", "fillers.flips", "criteria-reversed.flips"} <= set(figures(steady))
    touchy = measure("invariance", data, "toy:minds_case")
    assert value(touchy, "lower-case.flips") == 1.0
    assert value(touchy, "lower-case.shift") == pytest.approx(-1.0)
    assert touchy.worst[0].title.endswith("(lower-case)")


def test_fairness_finds_the_name_that_a_grader_prefers(tmp_path: Path) -> None:
    row = {
        "question": "Which?",
        "criteria": [{"id": "a", "text": "One is red."}],
        "answers": [
            {"text": f"It is the red one in the middle of the flag, I think ({i}).", "verdicts": {"a": "met"}}
            for i in range(4)
        ],
    }
    data = write(tmp_path / "flag.jsonl", row)
    assert value(measure("fairness", data), "largest_name_gap") == 0.0
    unfair = measure("fairness", data, "toy:likes_emily")
    assert value(unfair, "largest_name_gap") == pytest.approx(0.5)
    assert "emily" in figures(unfair)["largest_name_gap"].note


SENTENCES = "The first flag shows red at the top. The second flag has green at the bottom, as far as I know."


def test_sensitivity_tells_who_reads_from_who_counts_words(tmp_path: Path) -> None:
    quotes = {"a": ["met", "The first flag shows red"], "b": ["met", "has green"]}
    row = {
        "question": "Which?",
        "criteria": [{"id": "a", "text": "One is red."}, {"id": "b", "text": "One is green."}],
        "answers": [{"text": SENTENCES, "verdicts": quotes}],
    }
    data = write(tmp_path / "flag.jsonl", row)
    reader = measure("sensitivity", data)
    assert value(reader, "removed.moved") == 1.0
    assert value(reader, "removed.collateral") == 0.0
    assert value(reader, "retracted.moved") == 0.0, "the toy grader does not see a retraction"
    assert reader.worst
    assert value(measure("sensitivity", data, "toy:all_met"), "removed.moved") == 0.0


def test_sensitivity_without_quotes_says_so(colours: Colours) -> None:
    with pytest.raises(Exception, match="nothing to grade"):
        measure("sensitivity", colours())


def test_selective_rewards_confidence_that_knows(colours: Colours) -> None:
    data = colours(6, 4)
    knows = measure("selective", data, "toy:knows_when_wrong")
    assert value(knows, "colours.accuracy_sure") == 1.0
    assert value(knows, "colours.accuracy_unsure") == 0.0
    assert value(knows, "colours.sure_share") == pytest.approx(0.5)
    always = value(measure("selective", data, "toy:all_met"), "colours.risk_coverage_area")
    area = value(knows, "colours.risk_coverage_area")
    assert area is not None
    assert always is not None
    assert area < always


def test_accuracy_at_each_coverage_is_that_of_the_surest(tmp_path: Path) -> None:
    # Ten verdicts, surest first: right, right, wrong, right, right, then wrong ones and one right at the end.
    right = [1, 1, 0, 1, 1, 0, 0, 0, 0, 1]
    answers = [
        {"id": f"a{i}", "text": f"a={'met' if ok else 'missing'}:{0.99 - i / 25 if ok else 0.01 + i / 25}",
         "verdicts": {"a": "met"}}
        for i, ok in enumerate(right)
    ]  # fmt: skip
    row = {"question": "Which?", "criteria": [{"id": "a", "text": "One is red."}], "answers": answers}
    data = write(tmp_path / "sure.jsonl", row)
    found = measure("selective", data, "toy:reads_itself", quick=False)
    expected = {"1": 0.5, "0.8": 0.5, "0.6": 4 / 6, "0.4": 3 / 4, "0.2": 1.0}
    for coverage, accuracy in expected.items():
        assert value(found, f"sure.accuracy_at_{coverage}") == pytest.approx(accuracy)
    assert value(found, "sure.rising") == 1.0
    table = next(t for t in found.tables if t.title == "sure: accuracy by coverage")
    assert [row[1] for row in table.rows] == [10, 9, 8, 7, 6, 5, 4, 3, 2]


def attacked(kind: str, number: int, score: float | None, verdict: str, variant: str = "") -> dict[str, object]:
    return {
        "question": f"q{number}", "sample": f"{kind}-{number}", "variant": f"{kind}{variant}", "key": f"{kind}{number}",
        "answer": "so", "grade": {"score": score, "verdicts": {"a": {"verdict": verdict}, "b": {"verdict": "missing"}}},
    }  # fmt: skip


def test_an_attack_earns_a_met_that_its_honest_part_does_not() -> None:
    rows = [
        attacked("keyword-list", 0, 0.0, "missing"),
        attacked("keyword-list", 1, 0.5, "met"),
        attacked("keyword-list", 2, None, "met"),
        attacked("order-in-a-note", 3, 0.5, "met"),
        attacked("order-in-a-note", 3, 0.5, "met", ":base"),
        attacked("order-in-a-note", 4, 0.5, "met"),
        attacked("order-in-a-note", 4, 0.0, "partial", ":base"),
    ]
    context = Context(grader="toy", datasets=())
    found = suites.suite("attacks").summarise(context, rows)
    for kind, n in (("keyword-list", 2), ("order-in-a-note", 2), ("all", 4)):
        assert (value(found, f"{kind}.earned_met"), figures(found)[f"{kind}.earned_met"].n) == (0.5, n)
        assert value(found, f"{kind}.credited") == 0.5
    lines = {row[0]: dict(zip(found.tables[0].columns, row, strict=True)) for row in found.tables[0].rows}
    assert (lines["keyword-list"]["ungraded"], lines["keyword-list"]["high under 0.03"]) == (1, "no")
    steady = [attacked("gibberish", i, 0.0, "missing") for i in range(125)]
    assert suites.suite("attacks").summarise(context, steady).tables[0].rows[0][8] == "yes"


def test_evidence_catches_invented_quotes(colours: Colours) -> None:
    data = colours()
    assert value(measure("evidence", data), "colours.quotes_found") == 1.0
    invented = measure("evidence", data, "toy:invents_quotes")
    assert value(invented, "colours.quotes_found") == 0.0
    assert invented.worst
    assert value(measure("evidence", data, "toy:all_met"), "colours.quotes_given") == 0.0


def test_speed_leaves_out_the_first_answer(colours: Colours) -> None:
    found = figures(measure("speed", colours(8, 4)))["colours.ms_p50"]
    assert found.n == 31
    assert found.value is not None
    assert found.value < 50


def test_suites_share_the_plain_answers(colours: Colours, tmp_path: Path) -> None:
    names = ("validity", "selective", "evidence", "speed", "repeat")
    outcome = execute(Options(names, "toy:keyword", (str(colours()),), silent=True, quick=True, out=tmp_path / "run"))
    assert outcome.graded == 16 + 3 * 15
    assert [result.suite for result in outcome.results] == list(names)
    assert {row["group"] for row in read_items(tmp_path / "run")} == {"plain", "repeat"}


def test_results_survive_json(colours: Colours) -> None:
    result = measure("validity", colours())
    assert from_json(json.loads(json.dumps(to_json([result])))) == from_json(to_json([result]))


def test_train_splits_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    rows = [
        {"question": "Which?", "split": split, "criteria": [{"id": "a", "text": "One is red."}],
         "answers": [{"text": "red", "verdicts": {"a": "met"}}]}
        for split in ("train", "dev", "test")
    ]  # fmt: skip
    data = write(tmp_path / "splits.jsonl", *rows)
    counts = [
        execute(Options(("speed",), "toy:half", (str(data),), splits=splits, silent=True, out=tmp_path / str(i))).graded
        for i, splits in enumerate([(), ("train",), ("all",), ("dev", "train")])
    ]
    assert counts == [2, 1, 3, 2]


def test_a_limit_draws_over_the_whole_set_and_the_same_again(colours: Colours, tmp_path: Path) -> None:
    data = colours(10, 10)
    drawn = []
    for i, seed in enumerate([0, 0, 1]):
        options = Options(("speed",), "toy:half", (str(data),), limit=12, seed=seed, silent=True, out=tmp_path / str(i))
        execute(options)
        drawn.append([row["sample"] for row in read_items(tmp_path / str(i))])
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(drawn[0]) == 12
    assert len({sample.split("/")[0] for sample in drawn[0]}) > 4
