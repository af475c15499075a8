"""The audit of a labelled set sees what is wrong with one: copied words, and style that tells the verdict."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from evals.run import Options, execute
from evals.suites.dataset import runs_of, shared_runs

LABELS = ("met", "partial", "missing", "contradicted")
COPIED = "the very same eight words stand in here again and again"


def labelled_set(path: Path, label: object, opening: Sequence[str]) -> dict[str, float | None]:
    """Figures of a set of 24 questions whose answers open with a word for each of four voices."""
    rows = []
    for n in range(24):
        answers = [
            {
                "id": f"a{i}",
                "text": f"{opening[i]} thing number {n} and thing {i} on the matter",
                "verdicts": {c: label(n, i, j) for j, c in enumerate(("x", "y"))},  # type: ignore[operator]
            }
            for i in range(4)
        ]
        criteria = [{"id": c, "text": f"The {c} of {n} holds."} for c in ("x", "y")]
        split = "test" if n % 3 == 0 else "train"
        rows.append(
            {"id": f"q{n}", "question": f"What of {n}?", "criteria": criteria, "answers": answers, "split": split}
        )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    outcome = execute(Options(("dataset",), "length", (str(path),), silent=True, out=path.with_suffix("")))
    return {f.name.partition(".")[2]: f.value for f in outcome.results[0].figures}


VOICES = ("well", "thus", "um", "wrongly")


def test_style_that_tells_the_verdict_is_found(tmp_path: Path) -> None:
    found = labelled_set(tmp_path / "told.jsonl", lambda _n, i, _j: LABELS[i], VOICES)
    assert found["blind_words.accuracy"] == 1.0
    assert found["mixed_answers"] == 0.0


def test_mixed_answers_leave_a_blind_judge_near_the_majority(tmp_path: Path) -> None:
    found = labelled_set(tmp_path / "mixed.jsonl", lambda n, i, j: LABELS[(n * 7 + i * 5 + j * 2 + n // 3) % 4], VOICES)
    blind, majority = found["blind_words.accuracy"], found["blind_majority.accuracy"]
    assert blind is not None
    assert majority is not None
    assert blind < majority + 0.25
    assert found["share_met"] == pytest.approx(0.25, abs=0.05)


def test_words_copied_between_answers_are_found(tmp_path: Path) -> None:
    clean = labelled_set(tmp_path / "clean.jsonl", lambda _n, i, _j: LABELS[i], VOICES)
    copied = labelled_set(tmp_path / "copied.jsonl", lambda _n, i, _j: LABELS[i], [f"{v} {COPIED}" for v in VOICES])
    assert clean["overlap_between_answers"] == 0.0
    assert (copied["overlap_between_answers"] or 0) > 0.2


def test_runs_of_words() -> None:
    runs = runs_of("One two, three FOUR five six seven eight nine.")
    assert len(runs) == 2
    assert shared_runs(runs, runs_of("zero one two three four five six seven eight")) == 0.5
    assert shared_runs(runs, set()) == 0.0
