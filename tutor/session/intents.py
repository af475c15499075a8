"""What a message asks for, by its likeness to authored examples: a linear model over MiniLM vectors, words and form.

>>> reader = IntentReader(lambda: load_embedder(settings()))      # doctest: +SKIP
>>> reader.load()                                         # doctest: +SKIP
>>> max(odds := reader("could you point me somewhere", True), key=odds.get)   # doctest: +SKIP
<Act.HINT: 'hint'>

The examples are `intents.yaml`; `python -m evals fit-router` fits the weights in `intents.npz` on them. Until the
embedder is loaded, or with another one than theirs, a second model of the same file reads words and form alone.

Not here: what is made of the probabilities (`tutor.session.router`).
"""

import hashlib
import re
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count, pairwise
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tutor.models.embedder import Embedder
from tutor.session.acts import Act

Array = NDArray[np.float32]
EXAMPLES = Path(__file__).with_name("intents.yaml")
WEIGHTS = Path(__file__).with_name("intents.npz")
BUCKETS = 8192
_VECTOR_SCALE = 4.0
# An example with a slot stands for as many texts as this, with other words each time.
_FILLED = 2
_NO_VECTOR = np.zeros(0, dtype=np.float32)

When = Literal["any", "open", "idle"]


@dataclass(frozen=True)
class Example:
    """A text with the act it means: with an open question, without (`idle`), or both (`any`)."""

    act: Act
    when: When
    text: str


def read_examples(path: Path = EXAMPLES) -> list[Example]:
    """The authored examples, their slots filled."""
    import yaml

    content = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    slots: dict[str, list[str]] = content["slots"]
    slot = re.compile("{(" + "|".join(slots) + ")}")

    def filled(line: str, copy: int) -> str:
        # By the line's own checksum, so that a new line changes no other's words.
        turn = count(zlib.crc32(line.encode()) + copy)
        return slot.sub(lambda match: slots[match[1]][next(turn) % len(slots[match[1]])], line)

    return [
        Example(Act(act), when, filled(line, 5 * copy))
        for act, groups in content["acts"].items()
        for when, lines in groups.items()
        for line in lines
        for copy in range(_FILLED if slot.search(line) else 1)
    ]


def known_words(path: Path = EXAMPLES, least: int = 8) -> list[str]:
    """Words that stand in at least so many examples of requests, and marks: how one asks, not what one asks about."""
    import yaml

    acts: dict[str, dict[str, list[str]]] = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)["acts"]
    lines = [line for act, groups in acts.items() if act != Act.ANSWER for of in groups.values() for line in of]
    seen = Counter(word for line in lines for word in {*spoken(re.sub(r"{\w+}", "", line))[1:-1]})
    return sorted(word for word, n in seen.items() if n >= least or not word.isalpha())


def version(path: Path = EXAMPLES) -> str:
    """The examples' checksum, which the weights carry: a test sees that they were fitted on these."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def spoken(text: str) -> list[str]:
    """Lower-case words and single marks, between `^` and `$`."""
    return ["^", *re.findall(r"[a-z']+|[^\sa-z]", text.lower()), "$"]


def frame(said: Sequence[str], known: Container[str]) -> list[str]:
    """What was said, with each run of words not `known` from requests, so of what is asked about, as a blank."""
    masked = [word if word in known or word in "^$" else "_" for word in said]
    return [word for word, before in zip(masked, ["", *masked], strict=False) if word != "_" or before != "_"]


def hashed(text: str, known: Container[str]) -> dict[int, float]:
    """Values by bucket (of `BUCKETS`): words and pairs, the frame's runs of three and four, and letters in fours.

    Each of the three parts has unit norm. The frame is what "what is entropy again" and "what is RLHF again" share; the
    letters what "harder" and "hardr" share.
    """
    said = spoken(text)
    form = frame(said, known)
    spelt = [f"<{word}>" for word in said[1:-1] if word.isalpha()]
    parts = (
        [*(f"w:{word}" for word in said[1:-1]), *(f"w:{a} {b}" for a, b in pairwise(said))],
        [f"s{n}:{' '.join(form[i : i + n])}" for n in (3, 4) for i in range(len(form) - n + 1)]
        + [f"b{n}:{' '.join(form[:n])}" for n in (3, 5)],
        [f"c:{word[i : i + 4]}" for word in spelt for i in range(max(1, len(word) - 3))],
    )
    found: dict[int, float] = {}
    for part in parts:
        buckets = {zlib.crc32(term.encode()) % BUCKETS for term in part}
        for bucket in buckets:
            found[bucket] = found.get(bucket, 0.0) + 1 / len(buckets) ** 0.5
    return found


def plain(text: str, vector: Array, pending: bool) -> Array:
    """The row (d + 5,) that is not hashed: vector, length, question mark, several sentences, none open, and one."""
    length = np.log1p(min(len(text.split()), 40)) / 3
    scalars = [length, text.rstrip().endswith("?"), bool(re.search(r"[.!?]\s+\S", text)), not pending, 1]
    return np.concatenate([_VECTOR_SCALE * vector, np.asarray(scalars, dtype=np.float32)], dtype=np.float32)


@dataclass(frozen=True)
class Fitted:
    """A model: rows of weights (d + 5, acts) for the plain part and (buckets, acts) for the hashed one.

    `d` is 0 for the model that reads no vector.
    """

    acts: tuple[Act, ...]
    plain: Array
    hashed: Array
    known: frozenset[str]

    def odds(self, text: str, vector: Array, pending: bool) -> dict[Act, float]:
        """The probability of each act."""
        values = hashed(text, self.known)
        logits = plain(text, vector, pending) @ self.plain
        logits = logits + np.fromiter(values.values(), dtype=np.float32) @ self.hashed[list(values)]
        odds = np.exp(logits - logits.max())
        return dict(zip(self.acts, (odds / odds.sum()).tolist(), strict=True))


@dataclass(frozen=True)
class Weights:
    """Both models, and the name of the embedder whose vectors the first one reads."""

    embedder: str
    full: Fitted
    words: Fitted


def read_weights(path: Path = WEIGHTS) -> Weights:
    """The weights as `python -m evals fit-router` wrote them."""
    with np.load(path) as file:
        acts, known = tuple(Act(act) for act in file["acts"]), frozenset(file["known"].tolist())
        full, words = (
            Fitted(acts, file[f"{of}plain"].astype(np.float32), file[f"{of}hashed"].astype(np.float32), known)
            for of in ("", "words_")
        )
        return Weights(str(file["embedder"]), full, words)


class IntentReader:
    """Says how likely each act is: by words and form alone until `load` was done, which belongs in the background."""

    def __init__(self, embedder: Callable[[], Embedder], weights: Path = WEIGHTS) -> None:
        """Remember where the weights are and how the embedder is made; nothing is read yet."""
        self._make = embedder
        self._path = weights
        self._lock = threading.Lock()
        self._embedder: Embedder | None = None

    @cached_property
    def _weights(self) -> Weights:
        return read_weights(self._path)

    def load(self) -> None:
        """Warm the embedder; with another than that of the weights the reader goes on without vectors.

        Raises ModelError when the embedder cannot be loaded.
        """
        with self._lock:
            if self._embedder is not None:
                return
            embedder = self._make()
            if self._weights.embedder == embedder.name:
                embedder.encode(["warm up"])
                self._embedder = embedder

    def __call__(self, text: str, pending: bool) -> Mapping[Act, float]:
        """The probability of each act for the text, with or without an open question."""
        embedder = self._embedder
        if embedder is None:
            return self._weights.words.odds(text, _NO_VECTOR, pending)
        return self._weights.full.odds(text, embedder.encode([text])[0], pending)
