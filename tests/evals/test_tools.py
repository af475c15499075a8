"""Comparing, gating, labelling, the head to head, reports and money."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from evals.compare import compare
from evals.gate import check, gate_options, read_gate
from evals.html import page
from evals.label import KEYS, label, labelled
from evals.loaders import load_dataset
from evals.plots import draw
from evals.progress import Budget, line
from evals.raters import second_raters
from evals.results import Draft, Item, Plot
from evals.rivals import rivals
from evals.run import Options, execute
from evals.runs import read_items, read_questions
from evals.suites import NAMES, OF_THE_TUTOR
from tests.chat_server import chat_server
from tutor.errors import InputError

Colours = Callable[..., Path]


def plain(data: Path, out: Path, grader: str = "toy:keyword", **more: object) -> Options:
    options = Options(("validity",), grader, (str(data),), silent=True, quick=True, out=out)
    return replace(options, **more)  # type: ignore[arg-type]


def speed(data: Path, out: Path, grader: str = "toy:keyword") -> Options:
    """Grades the plain answers and computes little."""
    return plain(data, out, grader, suites=("speed",))


def evals(
    *arguments: str, environment: Mapping[str, str] | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "evals", *arguments]
    whole = os.environ | dict(environment or {})
    return subprocess.run(command, capture_output=True, text=True, check=False, env=whole, timeout=timeout)


def test_compare_lists_what_changed_and_tests_the_difference(colours: Colours, tmp_path: Path) -> None:
    data = colours(8, 4)
    execute(speed(data, tmp_path / "a"))
    execute(speed(data, tmp_path / "b", "toy:all_met"))
    found = compare(tmp_path / "a", tmp_path / "b")
    assert (found.answers, found.verdicts, len(found.changes)) == (32, 64, 32)
    assert {(c.first, c.second) for c in found.changes} == {("missing", "met"), ("contradicted", "met")}
    assert all(c.label == c.first for c in found.changes)
    assert "| colours: accuracy of verdicts | 1.000 | 0.500 | -0.500 | [-0.500, -0.500] | 0.008" in found.markdown
    same = compare(tmp_path / "a", tmp_path / "a")
    assert same.changes == ()
    assert "No verdict changed." in same.markdown


def test_compare_needs_common_items(colours: Colours, tmp_path: Path) -> None:
    execute(speed(colours(), tmp_path / "a"))
    row = {
        "question": "Why?",
        "criteria": [{"id": "a", "text": "A."}],
        "answers": [{"text": "x", "verdicts": {"a": "met"}}],
    }
    (tmp_path / "own.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    execute(speed(tmp_path / "own.jsonl", tmp_path / "b"))
    with pytest.raises(InputError, match="share no items"):
        compare(tmp_path / "a", tmp_path / "b")
    with pytest.raises(InputError, match="is not a run folder"):
        compare(tmp_path / "a", tmp_path / "nowhere")


GATE = """
[run]
suites = ["validity"]
grader = "{grader}"
data = ["colours.jsonl"]
quick = true

[[bound]]
figure = "validity.colours.accuracy"
min = 0.9

[[bound]]
figure = "validity.colours.kappa"
min = 0.5
side = "low"
"""


def gate(tmp_path: Path, grader: str) -> Path:
    path = tmp_path / "gate.toml"
    path.write_text(GATE.format(grader=grader), encoding="utf-8")
    return path


def test_the_gate_holds_for_the_good_grader_and_fails_for_a_planted_regression(
    colours: Colours, tmp_path: Path
) -> None:
    colours(6, 8)
    kept = evals("gate", str(gate(tmp_path, "toy:keyword")), "--out", str(tmp_path / "good"))
    assert kept.returncode == 0, kept.stderr
    assert kept.stdout.count("kept  ") == 2
    broken = evals("gate", str(gate(tmp_path, "toy:regressed")), "--out", str(tmp_path / "bad"))
    assert broken.returncode == 1
    found = re.search(r"BROKEN validity\.colours\.accuracy \(value\): (0\.\d+), min 0\.9; below 0\.9", broken.stdout)
    assert found is not None, broken.stdout
    assert float(found[1]) < 0.9
    assert "of 2 bounds are broken" in broken.stderr
    again = evals("gate", str(tmp_path / "gate.toml"), "--run", str(tmp_path / "bad"))
    assert (again.returncode, again.stdout) == (1, broken.stdout)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[bound]]\nfigure = 'a.b'\n", "give min, max or both"),
        ("[[bound]]\nfigure = 'a.b'\nmin = 0\nmox = 1\n", "mox"),
        ("bound = [", "no gate file"),
    ],
)
def test_a_bad_gate_file_is_explained(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "gate.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_gate(tmp_path / "gate.toml")


def test_a_gate_fails_on_figures_that_are_not_there_and_options_that_are_not(tmp_path: Path) -> None:
    path = tmp_path / "gate.toml"
    path.write_text("[run]\nspeed = 3\n[[bound]]\nfigure = 'a.b'\nmin = 0\n[[bound]]\nfigure = 'a.c'\nmax = 1\n")
    read = read_gate(path)
    with pytest.raises(InputError, match="unknown options of the run: speed"):
        gate_options(read, path, None)
    draft = Draft("a", "")
    draft.figure("b", None)
    assert [c.why for c in check(read, [draft.done()])] == ["it is undefined", "there is no such figure in the run"]


def test_labelling_is_blind_resumes_and_raises_the_ceiling(colours: Colours, tmp_path: Path) -> None:
    samples = list(load_dataset(str(colours(1, 4))).samples())
    path, said = tmp_path / "second" / "ann.jsonl", list[str]()
    keys = iter(["m", "?", "x", "s", "q"])
    assert label(samples, path, 0, lambda _: next(keys), said.append) == 2
    assert len(labelled(path)) == 2
    assert not any(word in "".join(said) for word in ("met", "contradicted"))
    keys = iter(["c"] * 6)
    assert label(samples, path, 0, lambda _: next(keys), said.append) == 6
    assert len(labelled(path)) == 8
    assert label(samples, path, 0, lambda _: pytest.fail("nothing is left to ask"), said.append) == 0


def test_the_agreement_of_a_second_rater_names_each_verdict_that_differs(colours: Colours, tmp_path: Path) -> None:
    samples = list(load_dataset(str(colours(2, 4))).samples())
    key_of = {verdict: key for key, verdict in KEYS.items()}
    given = {sample.id: dict(sample.labels) for sample in samples}
    first = samples[0].id
    criterion = sorted(given[first])[0]
    was = given[first][criterion]
    given[first][criterion] = "partial" if was != "partial" else "met"
    for sample in samples:
        keys = iter(key_of[given[sample.id][c.id]] for c in sample.exercises[0].rubric.criteria)
        label([sample], tmp_path / "second" / "ann.jsonl", 0, lambda _, keys=keys: next(keys), lambda _: None)  # type: ignore[misc]
    total = sum(len(labels) for labels in given.values())
    found = second_raters(tmp_path, samples, 0, differences=True)
    assert f"| all | {total} | {total - 1} |" in found
    assert found.endswith(f"|---|---|---|---|\n| {first} | {criterion} | {was} | {given[first][criterion]} |")
    assert second_raters(tmp_path / "empty", samples, 0) == ""


def test_labelling_stops_at_the_end_of_the_input(colours: Colours, tmp_path: Path) -> None:
    def ended(text: str) -> str:
        raise EOFError

    samples = load_dataset(str(colours(1, 4))).samples()
    assert label(samples, tmp_path / "ann.jsonl", 0, ended, lambda _: None) == 0


@pytest.mark.slow
def test_rivals_prints_one_table_for_all(colours: Colours, tmp_path: Path) -> None:
    options = Options((), "toy:keyword", (str(colours(3, 4)),), quick=True, out=tmp_path / "rivals", silent=True)
    folder, table = rivals(options, lambda _: None)
    head = table.splitlines()[0]
    for name in ("length", "keywords", "sequence", "tfidf", "cosine", "toy:keyword"):
        assert f" {name} " in head
    assert "| attacks.all.credited |" in table
    assert (folder / "rivals.md").read_text(encoding="utf-8") == table


def test_reports_escape_what_answers_say_and_need_no_network(colours: Colours, tmp_path: Path) -> None:
    text = "</blockquote><script>alert(1)</script> | \u0007 \ud83d"
    row = {"question": "<b>Why?", "criteria": [{"id": "a", "text": "A red."}], "answers": [
        {"text": text, "verdicts": {"a": "met"}}, {"text": "x", "verdicts": {"a": "missing"}}]}  # fmt: skip
    (tmp_path / "own.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    execute(plain(tmp_path / "own.jsonl", tmp_path / "run"))
    html = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "http" not in html.replace("http-equiv", "")
    assert "What this does not claim" in html
    assert "What this does not claim" in (tmp_path / "run" / "report.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("confusion", {"labels": ["a", "b"], "counts": [[3, 1], [0, 0]]}),
        ("scatter", {"x": [0.0, 1.0], "y": [0.5, 0.5]}),
        ("forest", {"rows": [{"label": "q<1>", "value": 0.5, "low": 0.2, "high": 0.8}] * 2}),
        ("coverage", {"points": [[0.5, 1.0], [1.0, 0.75]]}),
        ("reliability", {"bins": [[0.9, 0.8, 10]]}),
        ("shifts", {"groups": {"typos": [0.0, 0.0], "none": []}}),
    ],
)
def test_plots_are_well_formed_svg(kind: str, data: dict[str, object]) -> None:
    from xml.etree import ElementTree

    root = ElementTree.fromstring(draw(Plot(kind, "A <title>", data)))
    assert root.attrib["aria-label"] == "A <title>"
    numbers = [float(v) for e in root.iter() for k, v in e.attrib.items() if k in ("x", "y", "cx", "cy", "x1", "y2")]
    assert numbers
    assert all(-50 <= n <= 2000 for n in numbers)


def test_a_page_of_nothing_is_still_a_page() -> None:
    draft = Draft("validity", "Claims.")
    draft.worst.append(Item("t", "", "s", "e"))
    assert "(empty)" in page("T", {"grader": "g"}, [draft.done()], ["none"])


def test_progress_tells_rate_time_left_and_cost() -> None:
    assert line(120, 600, 40.0, Budget()) == "120/600 graded, 40.0 a second, 12 s left"
    spent = Budget(price=(1.0, 10.0), limit=1.0, tokens_in=500_000, tokens_out=1000)
    assert line(1, 7201, 1.0, spent).endswith("2 h 00 min left, $0.5100")
    assert "1200 tokens (give --price" in line(1, 0, 1.0, Budget(tokens_in=1000, tokens_out=200))
    with pytest.raises(InputError, match=r"the spending limit of \$1.00 is reached"):
        spent.spend({"input_tokens": 600_000, "output_tokens": 0})


def test_a_chat_model_s_tokens_are_paid_for_until_the_limit(colours: Colours, tmp_path: Path) -> None:
    """A real provider protocol on loopback; each call there costs the same."""
    data = colours(2, 4)
    options = ["--data", str(data), "--out", str(tmp_path / "run"), "--grader", "chat:openai:test-model"]
    with chat_server() as server:
        chat = {
            "TUTOR_CHAT_BASE_URL": server.url + "/v1",
            "OPENAI_API_KEY": "none",
            "TUTOR_CHAT_REQUESTS_PER_SECOND": "99",
        }
        done = evals("speed", *options, "--price", "1000,1000", "--spend", "0.5", environment=chat)
    assert done.returncode == 1
    assert "spending limit of $0.50 is reached; raise --spend and run again" in done.stderr
    rows = list(read_items(tmp_path / "run"))
    assert 0 < len(rows) < 8
    assert all(row["tokens"]["input_tokens"] > 0 for row in rows)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_all_quick_runs_every_suite_on_our_own_gold(tmp_path: Path) -> None:
    done = evals("all", "--quick", "--grader", "toy:keyword", "--out", str(tmp_path / "run"), timeout=560)
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "run" / "results.json").read_text(encoding="utf-8"))
    assert [result["suite"] for result in results] == [name for name in NAMES if name not in OF_THE_TUTOR]
    names = {f"{result['suite']}.{figure['name']}" for result in results for figure in result["figures"]}
    assert {"retrieval.criterion.fused.recall_at_5", "attacks.all.credited", "validity.gold.pearson"} <= names
    assert "<svg" in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert len(read_questions(tmp_path / "run")) == 10, "all suites draw the same questions"
    note = next(result for result in results if result["suite"] == "retrieval")["notes"][0]
    assert note.startswith("Searched were 120 of "), "a fresh data folder has no index, and a quick run makes none"
    assert not (tmp_path / "data" / "index").exists()


def test_help_names_every_command() -> None:
    shown = evals("--help").stdout
    for name in ("repeat", "validity", "attacks", "all", "compare", "gate", "rivals", "label"):
        assert name in shown


def test_an_error_is_a_sentence_and_not_a_traceback(tmp_path: Path) -> None:
    done = evals("validity", "--data", str(tmp_path / "nothing.jsonl"))
    assert done.returncode == 1
    assert done.stderr.startswith("error: there is no labelled set at")
    assert "Traceback" not in done.stderr
