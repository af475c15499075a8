"""The shipped network: what it gives, that nothing else in a call changes it, and what is said of damaged files."""

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from tutor.errors import ModelError
from tutor.models.embedder import load_embedder
from tutor.models.stance import WEIGHTS, StanceModel, joined, load_stance
from tutor.settings import Settings

STATEMENTS = ["L1 regularisation drives many weights to exactly zero.", "The learning rate is warmed up."]
SAID = [
    "With L1 a lot of the weights end up being exactly zero, so the model is sparse.",
    "With L1 none of the weights ever becomes zero, they all stay large.",
    "The learning rate should be warmed up.",
]


def load(**settings: Path) -> StanceModel:
    chosen = Settings(_env_file=None, **settings)
    return load_stance(chosen, load_embedder(chosen))


@pytest.fixture(scope="module")
def model() -> StanceModel:
    return load()


def test_every_pair_has_a_distribution(model: StanceModel) -> None:
    rows = model.relate(model.encode(SAID), model.encode(STATEMENTS))
    assert rows.shape == (3, 2, 4)
    assert rows.dtype == np.float32
    assert rows.sum(axis=-1) == pytest.approx(1, abs=1e-5)
    assert model.relate(model.encode([]), model.encode(STATEMENTS)).shape == (0, 2, 4)


def test_both_vectors_are_unit_rows_and_differ(model: StanceModel) -> None:
    found = model.encode(SAID)
    for side in found:
        assert np.linalg.norm(side, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.abs(found.meaning - found.stance).max() > 0.01


def test_agreement_is_nearer_than_denial_by_stance_where_meaning_sees_no_difference(model: StanceModel) -> None:
    said, statement = model.encode(SAID[:2]), model.encode(STATEMENTS[:1])
    by_stance, by_meaning = (mine @ theirs.T for mine, theirs in zip(said, statement, strict=True))
    assert by_stance[0, 0] - by_stance[1, 0] > by_meaning[0, 0] - by_meaning[1, 0]


def test_what_speaks_of_something_else_is_missing(model: StanceModel) -> None:
    rows = model.relate(model.encode(SAID), model.encode(STATEMENTS))
    assert int(rows[2, 0].argmax()) == 2
    assert int(rows[0, 1].argmax()) == 2


def test_a_pair_has_the_same_numbers_alone_in_any_order_and_on_any_thread(model: StanceModel) -> None:
    said, statements = model.encode(SAID), model.encode(STATEMENTS)
    together = model.relate(said, statements)
    backwards = model.relate(joined([said.rows([i]) for i in (2, 1, 0)]), statements)[::-1]
    alone = np.stack(
        [np.stack([model.relate(said.rows([i]), statements.rows([j]))[0, 0] for j in (0, 1)]) for i in range(3)]
    )
    found: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: found.append(load().relate(said, statements))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in (backwards, alone, *found):
        np.testing.assert_allclose(together, other, atol=1e-6)
    assert len(found) == 3


@pytest.mark.parametrize("text", ["", " ", "x", "\x00\u202e", "word " * 5000, "日本語の答え", "🙂" * 400, "\ud800"])
def test_any_text_can_be_read(model: StanceModel, text: str) -> None:
    assert np.isfinite(model.relate(model.encode([text]), model.encode(STATEMENTS))).all()


def test_another_process_gives_the_same_numbers_without_torch(model: StanceModel) -> None:
    code = (
        "from tutor.models.embedder import load_embedder; from tutor.models.stance import load_stance\n"
        "from tutor.settings import Settings\n"
        "s = Settings(_env_file=None); m = load_stance(s, load_embedder(s))\n"
        f"rows = m.relate(m.encode({SAID!r}), m.encode({STATEMENTS!r}))\n"
        "import sys; print(rows.tobytes().hex(), 'torch' in sys.modules, 'transformers' in sys.modules)"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7", "LC_ALL": "C"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    here = model.relate(model.encode(SAID), model.encode(STATEMENTS))
    assert done.stdout.split() == [here.tobytes().hex(), "False", "False"]


def test_missing_weights_are_reported_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="git checkout"):
        load(judge_weights=tmp_path)
    shutil.copy(WEIGHTS / "stance.json", tmp_path)
    with pytest.raises(ModelError, match="git checkout"):
        load(judge_weights=tmp_path).encode(SAID)


def test_damaged_weights_are_reported(tmp_path: Path) -> None:
    for name in ("stance.json", "stance.safetensors"):
        shutil.copy(WEIGHTS / name, tmp_path / name)
    with (tmp_path / "stance.safetensors").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\x00\xff\x00\xff")
    with pytest.raises(ModelError, match="damaged"):
        load(judge_weights=tmp_path).encode(SAID)


def test_weights_trained_beside_another_embedding_model_are_refused(tmp_path: Path) -> None:
    card = json.loads((WEIGHTS / "stance.json").read_text("utf-8")) | {"minilm_sha256": "0" * 64}
    (tmp_path / "stance.json").write_text(json.dumps(card), "utf-8")
    with pytest.raises(ModelError, match="another MiniLM"):
        load(judge_weights=tmp_path)


def test_the_weights_are_small_enough_to_ship() -> None:
    assert (WEIGHTS / "stance.safetensors").stat().st_size < 25_000_000
