"""What a message asks for, by its likeness to authored examples: a linear model over MiniLM vectors, words and form.

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
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
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
    """The model: rows of weights (d + 5, acts) for the plain part and (buckets, acts) for the hashed one."""

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


class IntentReader:
    """Says how likely each act is; None until `load` was done, which takes a moment and belongs in the background."""

    def __init__(self, embedder: Callable[[], Embedder], weights: Path = WEIGHTS) -> None:
        """Remember where the weights are and how the embedder is made; nothing is read yet."""
        self._embedder = embedder
        self._path = weights
        self._lock = threading.Lock()
        self._fitted: tuple[Embedder, Fitted] | None = None

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
                fitted = Fitted(
                    acts=tuple(Act(act) for act in file["acts"]),
                    plain=file["plain"].astype(np.float32),
                    hashed=file["hashed"].astype(np.float32),
                    known=frozenset(file["known"].tolist()),
                )
            embedder.encode(["warm up"])
            self._fitted = embedder, fitted

    def __call__(self, text: str, pending: bool) -> Mapping[Act, float] | None:
        """The probability of each act for the text, with or without an open question."""
        if self._fitted is None:
            return None
        embedder, fitted = self._fitted
        return fitted.odds(text, embedder.encode([text])[0], pending)
