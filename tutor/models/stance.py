"""The local judge's network: whether what was said agrees with a statement, denies it, or does not speak of it.

>>> model = load_stance(settings())
>>> said, statement = model.encode(["It dried up."]), model.encode(["The water evaporated."])
>>> model.relate(said.vectors, statement.vectors).shape
(1, 1, 4)

A text becomes a unit vector, and one for each of its words' tokens, by the packaged MiniLM after training
(`evals/training`): statements that agree lie near, those that deny each other lie apart. Clauses are pooled out of the
tokens of their sentence, so that one pass serves both. A small head reads two vectors together (u, v, |u - v|, u * v,
as in Conneau et al. 2017, InferSent). Statements are encoded once, an answer once for all its criteria, and no pair
changes another's result.

Weights: six layers and the head in 16 bits, computed in 32; word embeddings are those of the packaged MiniLM. Both are
verified against checksums. Not here: which sentences are compared, what closeness is worth (`tutor.grading`).
"""

import hashlib
import json
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tutor.errors import ModelError
from tutor.models.embedder import DIMENSIONS, MODEL_SHA256, packaged_model, printable
from tutor.settings import Settings

if TYPE_CHECKING:
    from tutor.models.minilm import MiniLM

Vectors = NDArray[np.float32]
WEIGHTS = Path(__file__).resolve().parent / "stance_weights"
REMEDY = "Get the file back with `git checkout tutor/models/stance_weights` or install the package again."
COSINES = 4.0  # scale of the two closeness features beside vectors of unit variance


class Encoded(NamedTuple):
    """Texts as unit vectors (n, 384), and those of the tokens of their words, (t, 384) for each text.

    Where an answer was read with its clauses, `vectors` has rows for them too: sentences and clauses, n in all, are
    what is compared as a whole, `words` (of sentences only) what is compared token by token.
    """

    vectors: Vectors
    words: tuple[Vectors, ...]

    def rows(self, at: slice | Sequence[int]) -> "Encoded":
        """Some of the texts; only for texts that were read without clauses."""
        numbers = range(len(self.words))[at] if isinstance(at, slice) else at
        return Encoded(self.vectors[at], tuple(self.words[i] for i in numbers))


def joined(parts: Sequence[Encoded]) -> Encoded:
    """The texts of all parts, in order; at least one part."""
    return Encoded(np.concatenate([p.vectors for p in parts]), tuple(words for p in parts for words in p.words))


class StanceModel:
    """The encoder and the head, one thread a call; threads may share it. Weights are read at the first call."""

    def __init__(self, folder: Path, card: dict[str, Any]) -> None:
        """Use the weights of `folder`, described by `card`."""
        self._folder, self._card = folder, card
        self._lock = threading.Lock()
        self._loaded: tuple[MiniLM, dict[str, Vectors]] | None = None

    @property
    def name(self) -> str:
        """Name and version."""
        return str(self._card["name"])

    @property
    def held_out(self) -> list[str]:
        """Questions of our `train` split that its training never read."""
        return list(self._card.get("held_out", ()))

    def read(self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]) -> list[Encoded]:
        """Each text with spans of its characters, as an `Encoded` of its own; raises `ModelError` for bad weights."""
        encoder, _ = self._load()
        readings = encoder.read([printable(t) for t in texts], spans) if texts else []
        return [Encoded(r.vectors, (r.words,)) for r in readings]

    def encode(self, texts: Sequence[str]) -> Encoded:
        """The texts without spans; raises `ModelError` for missing or damaged weights."""
        found = self.read(texts, [()] * len(texts))
        return joined(found) if found else Encoded(np.zeros((0, DIMENSIONS), dtype=np.float32), ())

    def relate(self, said: Vectors, statements: Vectors) -> Vectors:
        """Probabilities of met, partial, missing, contradicted, shape (said, statements, 4); rows sum to 1."""
        encoder, head = self._load()
        with encoder.one_thread():
            return _related(said, statements, head)

    def one_thread(self) -> AbstractContextManager[object]:
        """See `MiniLM.one_thread`."""
        return self._load()[0].one_thread()

    def _load(self) -> tuple["MiniLM", dict[str, Vectors]]:
        with self._lock:
            if self._loaded is None:
                self._loaded = _read(self._folder, self._card)
            return self._loaded


def load_stance(settings: Settings) -> StanceModel:
    """The model of `settings.judge_weights` (the shipped one by default); its weights are read at the first call.

    Raises:
        ModelError: its card is missing or damaged, or it was trained beside another MiniLM; says what to do.
    """
    folder = settings.judge_weights or WEIGHTS
    try:
        card = json.loads((folder / "stance.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"The judge's weights in {folder} cannot be read ({error}). {REMEDY}") from error
    if card.get("minilm_sha256") != MODEL_SHA256:
        raise ModelError(f"The judge in {folder} was trained beside another MiniLM than the packaged one. {REMEDY}")
    return StanceModel(folder, card)


def _read(folder: Path, card: dict[str, Any]) -> tuple["MiniLM", dict[str, Vectors]]:
    from tutor.models.minilm import MiniLM, read_safetensors, read_tokenizer

    path, packaged = folder / "stance.safetensors", packaged_model()
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"The judge's weights in {folder} cannot be read ({error}). {REMEDY}") from error
    if digest != card["sha256"]:
        raise ModelError(f"{path} is damaged: its checksum is not the one in stance.json. {REMEDY}")
    own = read_safetensors(path)
    words = {n: w for n, w in read_safetensors(packaged / "model.safetensors").items() if n.startswith("embeddings.")}
    head = {name.removeprefix("head."): w for name, w in own.items() if name.startswith("head.")}
    body = {name: w for name, w in own.items() if not name.startswith("head.")}
    return MiniLM(read_tokenizer(packaged), words | body), head


def _related(said: Vectors, statements: Vectors, head: dict[str, Vectors]) -> Vectors:
    from tutor.models.minilm import gelu

    width = np.float32(DIMENSIONS)
    parts = np.split(head["inner.weight"].T, [384, 768, 1152, 1536])
    u, v = np.repeat(said, len(statements), axis=0), np.tile(statements, (len(said), 1))
    apart, product = np.abs(u - v), u * v
    close = np.stack([product.sum(-1), apart.max(-1, initial=0)], axis=-1)
    one, other = said @ parts[0], statements @ parts[1]
    hidden = np.repeat(one, len(statements), axis=0) + np.tile(other, (len(said), 1)) + apart @ parts[2]
    hidden = hidden * np.sqrt(width) + product @ parts[3] * width + close @ parts[4] * np.float32(COSINES)
    logits = gelu(hidden + head["inner.bias"]) @ head["outer.weight"].T + head["outer.bias"]
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    rows = np.asarray(powers / powers.sum(-1, keepdims=True), dtype=np.float32)
    return rows.reshape(len(said), len(statements), len(head["outer.bias"]))
