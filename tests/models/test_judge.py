"""The shipped judge: what it gives, that nothing else in a call changes it, and what is said of damaged files."""

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from tutor.errors import ModelError
from tutor.models.judge import WEIGHTS, Judge, LateJudge, load_judge
from tutor.settings import Settings

MET, MISSING = 0, 2
CRITERION = "L1 regularisation drives many weights to exactly zero."
PAIRS = [
    (CRITERION, "With L1 a lot of the weights end up being exactly zero, so the model is sparse."),
    (CRITERION, "With L1 none of the weights ever becomes zero, they all stay large."),
    (CRITERION, "The learning rate should be warmed up."),
    ("The learning rate is warmed up.", "The learning rate should be warmed up."),
]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return load_judge(Settings())


def test_rows_are_probabilities(judge: Judge) -> None:
    rows = judge.probabilities(PAIRS)
    assert rows.shape == (4, 4)
    assert rows.dtype == np.float32
    assert rows.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert judge.probabilities([]).shape == (0, 4)


def test_it_tells_what_is_addressed_from_what_is_not(judge: Judge) -> None:
    """The wrong claim of `PAIRS` is left out: contradictions are this judge's known weakness (docs/MODEL_CARD.md)."""
    right, _, elsewhere, own = judge.probabilities(PAIRS)
    assert [int(row.argmax()) for row in (right, elsewhere, own)] == [MET, MISSING, MET]


def test_a_pair_has_the_same_numbers_alone_in_any_order_and_on_any_thread(judge: Judge) -> None:
    together = judge.probabilities(PAIRS)
    alone = np.concatenate([judge.probabilities([pair]) for pair in PAIRS])
    backwards = judge.probabilities(PAIRS[::-1])[::-1]
    found: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: found.append(judge.probabilities(PAIRS))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(together, other) for other in (alone, backwards, *found))


@pytest.mark.parametrize("text", ["", " ", "x", "\x00\u202e", "word " * 5000, "日本語の答え", "🙂" * 400])
def test_any_text_can_be_judged(judge: Judge, text: str) -> None:
    assert np.isfinite(judge.probabilities([(CRITERION, text), (text, "an answer")])).all()


def test_another_process_gives_the_same_numbers_without_torch(judge: Judge) -> None:
    code = (
        "import sys; from tutor.models.judge import load_judge; from tutor.settings import Settings\n"
        f"rows = load_judge(Settings()).probabilities({PAIRS!r})\n"
        "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)\n"
        "print(rows.tobytes().hex())"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7", "LC_ALL": "C"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == judge.probabilities(PAIRS).tobytes().hex()


def test_missing_weights_are_reported_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="git checkout"):
        load_judge(Settings(judge_weights=tmp_path))


def test_damaged_weights_are_reported(tmp_path: Path) -> None:
    for name in ("judge.json", "judge.onnx"):
        shutil.copy(WEIGHTS / name, tmp_path / name)
    with (tmp_path / "judge.onnx").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\x00\xff\x00\xff")
    with pytest.raises(ModelError, match="damaged"):
        load_judge(Settings(judge_weights=tmp_path))


def test_a_late_judge_knows_its_name_and_says_what_the_judge_says(judge: Judge) -> None:
    late = LateJudge(Settings())
    assert late.name == judge.name
    assert late.probabilities([]).shape == (0, 4)
    assert np.array_equal(late.probabilities(PAIRS), judge.probabilities(PAIRS))


def test_a_late_judge_that_is_damaged_is_reported_when_it_is_needed(tmp_path: Path) -> None:
    shutil.copy(WEIGHTS / "judge.json", tmp_path / "judge.json")
    (tmp_path / "judge.onnx").write_bytes(b"no graph")
    late = LateJudge(Settings(judge_weights=tmp_path))
    with pytest.raises(ModelError, match="damaged"):
        late.probabilities([])


def test_the_weights_are_small_enough_to_ship() -> None:
    assert (WEIGHTS / "judge.onnx").stat().st_size < 25_000_000
