"""Contested verdicts in a real store become candidates; a second person labels them blind; the agreement is known."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.candidates import candidates, open_store, said, write
from evals.label import Item, label, marks, save
from evals.loaders import load_dataset
from evals.loaders.gold import second_labels
from evals.raters import ALL, agreement, authors
from tests.session.fakes import QUESTIONS, World, world
from tutor.errors import InputError

BANK = {q.id: q for q in QUESTIONS}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[World]:
    with world(f"sqlite:///{tmp_path}/tutor.db") as made:
        yield made


def contest(place: World, learner: str, answer: str, *contests: str) -> str:
    session = place.tutor.open(learner, request="/topic attention")
    for text in (answer, *contests):
        list(place.tutor.send(session, text))
    return session


def test_contested_verdicts_are_found_over_all_learners_and_name_none(place: World, tmp_path: Path) -> None:
    session = contest(place, "zebulon", "not alpha, gamma", "/contest 1 partial", "/contest 1 met I said so",
                      "/contest 3 missing")  # fmt: skip
    contest(place, "quentin", "alpha", "/contest 2 met")
    contest(place, "third", "alpha")
    found = candidates(place.store, BANK)
    assert (len(found.rows), found.verdicts, found.left_out) == (2, 3, 0)
    row = next(r for r in found.rows if len(r["criteria"]) == 2)
    (answer,) = row["answers"]
    assert answer["text"] == "not alpha, gamma"
    assert answer["contested"]["alpha"] == {
        "grader": "contradicted",
        "by": "fake-1",
        "claimed": "met",
        "words": "I said so",
    }
    assert [c["id"] for c in row["criteria"]] == ["alpha", "gamma"], "the criteria that nobody contested are left out"
    whole = json.dumps(found.rows)
    assert not any(name in whole for name in ("zebulon", "quentin", session))


def test_candidates_are_labelled_blind_and_the_agreement_says_who_was_right(place: World, tmp_path: Path) -> None:
    contest(place, "ann", "not alpha, gamma", "/contest 1 met surely met", "/contest 3 missing")
    path = tmp_path / "candidates.jsonl"
    write(candidates(place.store, BANK), path)
    samples = list(load_dataset(str(path)).samples())
    shown: list[str] = []
    second = tmp_path / "second" / "bob.jsonl"

    def ask(text: str) -> str:
        shown.append(text)
        return "m"

    assert label(samples, second, 0, ask, shown.append) == 2
    text = " ".join(shown).replace("[m]et", "")
    assert not any(word in text for word in ("contradicted ", "fake-1", "surely", "claimed", " met "))
    mine = marks(second)
    assert agreement(mine, said(path, "claimed"))[0][:3] == (ALL, 2, 1)
    assert agreement(mine, said(path, "grader"))[0][:3] == (ALL, 2, 1)
    assert {v for labels in second_labels([second]).values() for v in labels[0].values()} == {"met"}


def test_a_follow_up_is_judged_and_handed_on_with_what_was_said_before(place: World) -> None:
    contest(place, "ann", "gamma first", "alpha then", "/contest 2 met")
    (row,) = candidates(place.store, BANK).rows
    assert row["answers"][0]["text"] == "gamma first\n\nalpha then"


def test_what_left_the_bank_is_counted(place: World) -> None:
    contest(place, "ann", "alpha", "/contest 2 met")
    found = candidates(place.store, {})
    assert (found.rows, found.verdicts, found.left_out) == ([], 0, 1)


def test_the_command_reads_the_store_and_says_what_is_next(place: World, tmp_path: Path) -> None:
    url, out = f"sqlite:///{tmp_path}/tutor.db", tmp_path / "out.jsonl"
    contest(place, "ann", "alpha", "/contest 2 met")
    env = os.environ | {"TUTOR_DATA_DIR": str(tmp_path / "data"), "OMP_NUM_THREADS": "1"}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "evals", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=env)

    done = run("candidates", "--database", url, "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert "0 contested verdicts on 0 answers" in done.stdout, "the fake questions are not in the real bank"
    assert "1 left out" in done.stdout
    assert out.exists()
    lost = run("candidates", "--database", f"sqlite:///{tmp_path}/nowhere.db")
    assert lost.returncode == 1
    assert "there is no database" in lost.stderr
    assert not (tmp_path / "nowhere.db").exists()


def test_a_database_url_that_is_none_is_explained() -> None:
    with pytest.raises(InputError, match="is no database URL"):
        open_store("here")


def test_a_verdict_with_its_quote_is_kept_in_the_format_of_second_labels(tmp_path: Path) -> None:
    row = {
        "question": "Why?",
        "criteria": [{"id": "a", "text": "A."}],
        "answers": [{"text": "x y", "verdicts": {"a": "met"}}],
    }
    (tmp_path / "own.jsonl").write_text(json.dumps(row), encoding="utf-8")
    (sample,) = load_dataset(str(tmp_path / "own.jsonl")).samples()
    path, item = tmp_path / "second" / "ann.jsonl", Item(sample, "a", "A.")
    save(path, item, "met", "x y")
    save(path, item, "partial")
    assert marks(path) == {(sample.id, "a"): "partial"}
    assert second_labels([path]) == {sample.id: [{"a": "partial"}]}
    assert '"verdict": ["met", "x y"]' in path.read_text()
    assert authors([sample]) == {(sample.id, "a"): "met"}


def test_agreement_by_verdict_follows_the_worked_example_of_cohen() -> None:
    """The textbook table of 50 grant proposals: 20 and 15 agreed, 5 and 10 not; kappa is .4."""
    mine, theirs = {}, {}
    counts = {("met", "met"): 20, ("met", "missing"): 5, ("missing", "met"): 10, ("missing", "missing"): 15}
    pairs = [pair for pair, n in counts.items() for _ in range(n)]
    for n, (first, second) in enumerate(pairs):
        mine[f"q{n % 10}/a{n}", "c"], theirs[f"q{n % 10}/a{n}", "c"] = first, second
    rows = {row.verdict: row for row in agreement(mine, theirs | {("other/a", "c"): "met"})}
    assert rows[ALL].kappa == pytest.approx(0.4)
    assert (rows[ALL].n, rows[ALL].same) == (50, 35)
    assert rows["met"].kappa == pytest.approx(0.4)
    assert (rows["met"].n, rows["met"].same, rows["missing"].n) == (35, 20, 30)
    low, high = rows[ALL].low, rows[ALL].high
    assert low is not None
    assert high is not None
    assert low < 0.4 < high
    assert rows["partial"] == ("partial", 0, 0, None, None, None)
    assert agreement(mine, {}) == []
