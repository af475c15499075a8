"""A judge without trained weights: closeness of meaning, shared words, and signs of disagreement.

The baseline that every trained judge is held against, and the fallback while no weights are installed. Per criterion it
takes the closest sentence of the text; cosine and the share of the criterion's words give P(addressed); a negation, an
antonym or a number on one side only moves that mass to `contradicted`. The constants were set by hand on our own
`train` answers, so that answers to other questions earn nothing. It is a baseline: on 1,000 of those verdicts macro-F1
.19, AUC met against missing .72, against contradicted .49, because most wrong claims come without a negation.

Not here: anything that reads order or roles. "A causes B" and "B causes A" look the same to it.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from math import exp

import numpy as np
from numpy.typing import NDArray

from tutor.models.embedder import Embedder
from tutor.models.polarity import content, disagrees, stem, words

_REMEMBERED = 4096
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_CORRECTED = re.compile(
    r"^(?:(?:oh|wait|no|actually|sorry|hold on)[, ]+)+|\b(?:scratch that|i mean|or rather|wait,? no|no,? wait)[, ]+",
    re.I,
)


class SimilarityJudge:
    """Cosine, word overlap and polarity; one text is encoded at a time, so results never depend on the batch."""

    name = "similarity-1"

    def __init__(self, embedder: Embedder) -> None:
        """Judge with this embedder's vectors; the last few thousand are kept."""
        self._embedder = embedder
        self._lock = threading.Lock()
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Probabilities of shape (n, 4) in the order met, partial, missing, contradicted; rows sum to 1."""
        rows = [self._judge(statement, text) for statement, text in pairs]
        return np.array(rows, dtype=np.float32).reshape(len(pairs), 4)

    def _judge(self, statement: str, text: str) -> tuple[float, float, float, float]:
        sentences = spoken_last(text)
        if not sentences:
            return (0.0, 0.0, 1.0, 0.0)
        target = self._vector(statement)
        near = [(float(self._vector(s) @ target), overlap(statement, s), s) for s in sentences]
        cosine, share, closest = max(near, key=lambda n: (round(blend(n[0], n[1]), 6), n[2]))
        return spread(blend(cosine, share), disagrees(statement, closest))

    def _vector(self, text: str) -> NDArray[np.float32]:
        with self._lock:
            known = self._vectors.get(text)
            if known is not None:
                self._vectors.move_to_end(text)
                return known
        vector: NDArray[np.float32] = self._embedder.encode([text])[0]
        with self._lock:
            self._vectors[text] = vector
            if len(self._vectors) > _REMEMBERED:
                self._vectors.popitem(last=False)
        return vector


def spoken_last(text: str) -> list[str]:
    """The sentences that the next one does not correct ("no wait, ..."), each without what it corrects itself."""
    kept: list[str] = []
    for sentence in (s.strip() for s in _SENTENCE.split(text)):
        corrections = list(_CORRECTED.finditer(sentence))
        if corrections and corrections[0].start() == 0:
            del kept[-1:]
        rest = sentence[corrections[-1].end() :] if corrections else sentence
        if words(rest):
            kept.append(rest)
    return kept


def blend(cosine: float, share: float) -> float:
    """Closeness in about [0, 1]: mostly meaning, partly shared words."""
    return 0.65 * max(cosine, 0.0) + 0.35 * share


def overlap(statement: str, text: str) -> float:
    """Share of the statement's content words that the text has, in [0, 1]."""
    wanted = content(statement)
    found = {stem(w) for w in words(text)}
    return len(wanted & found) / len(wanted) if wanted else 0.0


def spread(closeness: float, contradicts: bool) -> tuple[float, float, float, float]:
    """Probabilities of met, partial, missing, contradicted from closeness and disagreement."""
    addressed = 1 / (1 + exp(-18 * (closeness - 0.38)))
    complete = 1 / (1 + exp(-14 * (closeness - 0.4)))
    against = addressed * (0.8 if contradicts else 0.06)
    agrees = addressed - against
    return (agrees * complete, agrees * (1 - complete), 1 - addressed, against)
