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
from tutor.models.stance import WEIGHTS, Encoded, StanceModel, joined, load_stance
from tutor.settings import Settings

STATEMENTS = ["L1 regularisation drives many weights to exactly zero.", "The learning rate is warmed up."]
SAID = [
    "With L1 a lot of the weights end up being exactly zero, so the model is sparse.",
    "With L1 none of the weights ever becomes zero, they all stay large.",
    "The learning rate should be warmed up.",
]


def load(**settings: Path) -> StanceModel:
    return load_stance(Settings(_env_file=None, **settings))


@pytest.fixture(scope="module")
def model() -> StanceModel:
    return load()


def related(model: StanceModel, said: Encoded, statements: Encoded) -> np.ndarray:
    return model.relate(said.vectors, statements.vectors)


def test_every_pair_has_a_distribution(model: StanceModel) -> None:
    rows = related(model, model.encode(SAID), model.encode(STATEMENTS))
    assert rows.shape == (3, 2, 4)
    assert rows.dtype == np.float32
    assert rows.sum(axis=-1) == pytest.approx(1, abs=1e-5)
    assert related(model, model.encode([]), model.encode(STATEMENTS)).shape == (0, 2, 4)


def test_texts_and_their_words_are_unit_vectors(model: StanceModel) -> None:
    found = model.encode(["Weights, all of them!", "Zero."])
    assert found.vectors.shape == (2, 384)
    assert [w.shape for w in found.words] == [(4, 384), (1, 384)]
    for rows in (found.vectors, *found.words):
        assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)


def test_clauses_are_pooled_out_of_their_sentence(model: StanceModel) -> None:
    sentence = "Weights become zero, so the model is sparse."
    (found,) = model.read([sentence], [[(0, 19), (21, 44)]])
    whole = model.encode([sentence])
    np.testing.assert_allclose(found.vectors[0], whole.vectors[0], atol=1e-6)
    assert found.vectors.shape == (3, 384)
    alone = model.encode([sentence[:19], sentence[21:]]).vectors
    own = np.diag(found.vectors[1:] @ alone.T)
    assert own.min() > max(found.vectors[1] @ alone[1], found.vectors[2] @ alone[0])
    assert np.abs(found.vectors[1:] - alone).max() > 0.01  # they know the words around them


def test_what_speaks_of_something_else_is_missing(model: StanceModel) -> None:
    rows = related(model, model.encode(SAID), model.encode(STATEMENTS))
    assert int(rows[2, 0].argmax()) == 2
    assert int(rows[0, 1].argmax()) == 2


def test_a_pair_has_the_same_numbers_alone_in_any_order_and_on_any_thread(model: StanceModel) -> None:
    said, statements = model.encode(SAID), model.encode(STATEMENTS)
    together = related(model, said, statements)
    backwards = related(model, joined([said.rows([i]) for i in (2, 1, 0)]), statements)[::-1]
    alone = np.stack(
        [np.stack([related(model, said.rows([i]), statements.rows([j]))[0, 0] for j in (0, 1)]) for i in range(3)]
    )
    found: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: found.append(related(load(), said, statements))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in (backwards, alone, *found):
        np.testing.assert_allclose(together, other, atol=1e-6)
    assert len(found) == 3


@pytest.mark.parametrize("text", ["", " ", "x", "\x00\u202e", "word " * 5000, "日本語の答え", "🙂" * 400, "\ud800"])
def test_any_text_can_be_read(model: StanceModel, text: str) -> None:
    assert np.isfinite(related(model, model.encode([text]), model.encode(STATEMENTS))).all()


def test_another_process_gives_the_same_numbers_without_torch(model: StanceModel) -> None:
    code = (
        "from tutor.models.stance import load_stance\nfrom tutor.settings import Settings\n"
        "m = load_stance(Settings(_env_file=None))\n"
        f"rows = m.relate(m.encode({SAID!r}).vectors, m.encode({STATEMENTS!r}).vectors)\n"
        "import sys; print(rows.tobytes().hex(), 'torch' in sys.modules, 'transformers' in sys.modules)"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7", "LC_ALL": "C"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    here = related(model, model.encode(SAID), model.encode(STATEMENTS))
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
