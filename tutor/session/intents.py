"""What a message asks for, by its likeness to authored examples: a linear model over MiniLM vectors and word pairs.

>>> reader = IntentReader(lambda: load_embedder(settings()))      # doctest: +SKIP
>>> reader.load()                                         # doctest: +SKIP
>>> max(odds := reader("could you point me somewhere", True), key=odds.get)   # doctest: +SKIP
<Act.HINT: 'hint'>

The examples are `intents.yaml`; `python -m evals fit-router` fits the weights in `intents.npz` on them. Until weights
and embedder are loaded, the reader says nothing and the router goes by its rules.

Not here: what is made of the probabilities (`tutor.session.router`).
"""

import hashlib
import re
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tutor.models.embedder import Embedder
from tutor.session.acts import Act

Array = NDArray[np.float32]
EXAMPLES = Path(__file__).with_name("intents.yaml")
WEIGHTS = Path(__file__).with_name("intents.npz")
_BUCKETS = 4096
_VECTOR_SCALE = 2.0
# An example with a slot stands for as many texts as this, with other words each time.
_FILLED = 3

When = Literal["any", "open", "idle"]


@dataclass(frozen=True)
class Example:
    """A text with the act it means: with an open question, without (`idle`), or both (`any`)."""

    act: Act
    when: When
    text: str


def read_examples(path: Path = EXAMPLES) -> list[Example]:
    """The authored examples, their slots filled in turn."""
    import yaml

    content = yaml.safe_load(path.read_text("utf-8"))
    slots: dict[str, list[str]] = content["slots"]
    slot = re.compile("{(" + "|".join(slots) + ")}")
    turn: Counter[str] = Counter()

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        turn[name] += 1
        return slots[name][(turn[name] - 1) % len(slots[name])]

    return [
        Example(Act(act), when, slot.sub(fill, line))
        for act, groups in content["acts"].items()
        for when, lines in groups.items()
        for line in lines
        for _ in range(_FILLED if slot.search(line) else 1)
    ]


def version(path: Path = EXAMPLES) -> str:
    """The examples' checksum, which the weights carry: a test sees that they were fitted on these."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def features(texts: Sequence[str], vectors: Array, pending: Sequence[bool]) -> Array:
    """Rows (n, d + buckets + 1): the vector, hashed words and word pairs with unit norm, and whether none is open."""
    hashed = np.zeros((len(texts), _BUCKETS), dtype=np.float32)
    for row, text in zip(hashed, texts, strict=True):
        said = ["^", *re.findall(r"[a-z']+|[^\sa-z]", text.lower()), "$"]
        for term in (*said[1:-1], *(f"{a} {b}" for a, b in pairwise(said))):
            row[zlib.crc32(term.encode()) % _BUCKETS] = 1
    hashed /= np.maximum(np.linalg.norm(hashed, axis=1, keepdims=True), 1)
    idle = 1 - np.asarray(pending, dtype=np.float32)[:, None]
    return np.hstack([_VECTOR_SCALE * vectors, hashed, idle], dtype=np.float32)


class IntentReader:
    """Says how likely each act is; None until `load` was done, which takes a moment and belongs in the background."""

    def __init__(self, embedder: Callable[[], Embedder], weights: Path = WEIGHTS) -> None:
        """Remember where the weights are and how the embedder is made; nothing is read yet."""
        self._embedder = embedder
        self._path = weights
        self._lock = threading.Lock()
        self._fitted: tuple[Embedder, tuple[Act, ...], Array, Array] | None = None

    def load(self) -> None:
        """Read the weights and warm the embedder; with another embedder than theirs the reader stays silent.

        Raises ModelError when the embedder cannot be loaded.
        """
        with self._lock:
            if self._fitted is not None:
                return
            embedder = self._embedder()
            with np.load(self._path) as file:
                if str(file["embedder"]) != embedder.name:
                    return
                acts = tuple(Act(act) for act in file["acts"])
                fitted = acts, file["weights"].astype(np.float32), file["bias"].astype(np.float32)
            embedder.encode(["warm up"])
            self._fitted = embedder, *fitted

    def __call__(self, text: str, pending: bool) -> Mapping[Act, float] | None:
        """The probability of each act for the text, with or without an open question."""
        if self._fitted is None:
            return None
        embedder, acts, weights, bias = self._fitted
        row = features([text], embedder.encode([text]), [pending])
        logits = (row @ weights + bias)[0]
        odds = np.exp(logits - logits.max())
        return dict(zip(acts, (odds / odds.sum()).tolist(), strict=True))
