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

_REMEMBERED = 4096
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:\.\d+)?")
_CLAUSE = re.compile(r"[,;:()]|\b(?:so|and|but|which|because|while|whereas|then|therefore)\b")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_CORRECTED = re.compile(
    r"^(?:(?:oh|wait|no|actually|sorry|hold on)[, ]+)+|\b(?:scratch that|i mean|or rather|wait,? no|no,? wait)[, ]+",
    re.I,
)


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STOP = _set(
    """a an the this that these those it its they their them we our you your i my is are was were be been being am do
    does did has have had can could will would shall should may might must and or but so because if then than as while
    when where which who what how why of in on at by for with to from into onto there here also just very too such each
    both all any some one more less get gets got make makes thing things like really basically"""
)
_NEGATION = _set(
    """not no never none nor cannot without neither hardly nothing isn't aren't wasn't weren't don't doesn't didn't
    can't won't wouldn't shouldn't couldn't hasn't haven't"""
)
_OPPOSITES = sorted(
    _set(
        """increase/decrease increase/reduce increase/lower increase/shrink grow/shrink grow/decrease grow/fall
        rise/fall raise/lower raise/reduce higher/lower high/low larger/smaller large/small big/small bigger/smaller
        more/fewer more/less most/least faster/slower fast/slow better/worse improve/worsen improve/hurt before/after
        first/last
        always/never same/different open/closed linear/quadratic linear/exponential constant/linear overfit/underfit
        sparse/dense positive/negative maximize/minimize maximise/minimise max/min maximum/minimum vanish/explode
        convex/concave connected/disconnected connected/separated parallel/sequential cheap/expensive cheaper/costlier
        with/without supervised/unsupervised biased/unbiased dependent/independent deterministic/random stable/unstable
        correlated/uncorrelated strong/weak hot/cold harder/softer upper/lower short/long shorter/longer"""
    )
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
        if _words(rest):
            kept.append(rest)
    return kept


def blend(cosine: float, share: float) -> float:
    """Closeness in about [0, 1]: mostly meaning, partly shared words."""
    return 0.65 * max(cosine, 0.0) + 0.35 * share


def overlap(statement: str, text: str) -> float:
    """Share of the statement's content words that the text has, in [0, 1]."""
    wanted = _content(statement)
    found = {_stem(w) for w in _words(text)}
    return len(wanted & found) / len(wanted) if wanted else 0.0


def disagrees(statement: str, text: str) -> bool:
    """Whether a clause of the text says a clause of the statement with an odd number of reversals, or another number.

    Reversals are negations and opposites. A clause is held against the one of the statement nearest in words.
    """
    claims = _clauses(statement)
    for clause in _clauses(text):
        closest = max(
            claims, key=lambda claim: (len(_content(clause) & _content(claim)), -claims.index(claim)), default=""
        )
        if len(_content(clause) & _content(closest)) >= 2 and _reversed(clause, closest):
            return True
    numbers, wanted = ({w for w in _words(t) if w[0].isdigit()} for t in (text, statement))
    return bool(numbers) and bool(wanted) and not numbers & wanted


def spread(closeness: float, contradicts: bool) -> tuple[float, float, float, float]:
    """Probabilities of met, partial, missing, contradicted from closeness and disagreement."""
    addressed = 1 / (1 + exp(-18 * (closeness - 0.38)))
    complete = 1 / (1 + exp(-14 * (closeness - 0.4)))
    against = addressed * (0.8 if contradicts else 0.06)
    agrees = addressed - against
    return (agrees * complete, agrees * (1 - complete), 1 - addressed, against)


def _clauses(text: str) -> list[str]:
    return [clause for clause in _CLAUSE.split(text.lower()) if _content(clause)]


def _content(text: str) -> set[str]:
    return {_stem(w) for w in _words(text) if w not in _STOP and w not in _NEGATION}


def _reversed(clause: str, claim: str) -> bool:
    flips = sum(w in _NEGATION for w in _words(clause)) - sum(w in _NEGATION for w in _words(claim))
    mine, theirs = ({_stem(w) for w in _words(t)} for t in (clause, claim))
    opposed = any(_opposed(mine, theirs, *(_stem(w) for w in pair.split("/"))) for pair in _OPPOSITES)
    return (flips % 2 == 1) != opposed


def _opposed(mine: set[str], theirs: set[str], one: str, other: str) -> bool:
    if one in theirs and other not in theirs:
        return other in mine and one not in mine
    return other in theirs and one not in theirs and one in mine and other not in mine


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("’", "'"))  # noqa: RUF001


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending).rstrip("e")
    return word.rstrip("e") if len(word) > 3 else word
