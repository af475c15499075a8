"""The words of a sentence as a judge by differences sees them: stems, numbers, negations, marks, rarity of stems.

Not here: closeness of meaning, which sentences are compared.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from tutor.grading.overlap import plain
from tutor.models.polarity import NEGATION, STOP, negations, opposed, stem, words

_DENIAL = re.compile(
    r"\b(?:not|n't|never) (?:\w+ )?(?:true|correct|right|the case|agree|believe)\b|\b(?:false|wrong|incorrect|mistake"
    r"|error|myth|misconception|nonsense)\b"
)


class Wording(NamedTuple):
    """The words of one sentence: stems that carry meaning in order, their set, counts, and marks."""

    order: tuple[str, ...]
    stems: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    numbers: frozenset[str]
    negations: int
    size: int
    function: int
    denies: bool
    asks: bool


@lru_cache(maxsize=20_000)
def wording(text: str) -> Wording:
    """The words of a sentence."""
    found = words(text)
    order = tuple(stem(w) for w in found if w not in STOP and w not in NEGATION)
    return Wording(
        order,
        frozenset(order),
        frozenset(pairwise(order)),
        frozenset(w for w in found if w[0].isdigit()),
        negations(found),
        len(found),
        sum(w in STOP for w in found),
        _DENIAL.search(plain(text)) is not None,
        text.rstrip().endswith("?"),
    )


class Rarity(NamedTuple):
    """Inverse document frequency of stems in thousandths, and that of a stem that is not in the table.

    Whole numbers, so that a sum over a set is the same in whatever order a process walks it.
    """

    table: Mapping[str, int]
    unknown: int

    def of(self, stems: frozenset[str]) -> int:
        """Sum over the stems."""
        return sum(self.table.get(s, self.unknown) for s in stems)


def differences(mine: Wording, theirs: Wording, closeness: float) -> list[float]:
    """What differs between two near sentences: negations, opposites, either weighed by closeness, numbers, order."""
    odd = float((mine.negations - theirs.negations) % 2)
    against = float(opposed(mine.stems, theirs.stems))
    turned = float(odd != against)
    numbers = float(bool(mine.numbers) and bool(theirs.numbers) and not mine.numbers & theirs.numbers)
    pairs = len(mine.pairs & theirs.pairs) / max(len(theirs.pairs), 1)
    return [odd, against, turned * closeness, numbers, _inverted(mine.order, theirs.order), pairs]


def _inverted(mine: Sequence[str], theirs: Sequence[str]) -> float:
    """Share of the pairs of shared words that stand the other way round, in [0, 1]; 0 with fewer than two shared."""
    place = {s: k for k, s in reversed(list(enumerate(theirs)))}
    ranks = [place[s] for s in dict.fromkeys(mine) if s in place]
    total = len(ranks) * (len(ranks) - 1) / 2
    swapped = sum(ranks[a] > ranks[b] for a in range(len(ranks)) for b in range(a + 1, len(ranks)))
    return swapped / total if total else 0.0


def style(said: Sequence[Wording], at: int) -> list[float]:
    """Length and marks of the nearest sentence, and of the answer."""
    one = said[at]
    sizes = sum(w.size for w in said)
    return [
        np.log1p(len(said)),
        np.log1p(sizes),
        np.log1p(one.size),
        one.function / max(one.size, 1),
        sum(w.function for w in said) / max(sizes, 1),
        float(one.negations > 0),
        float(one.denies),
        sum(w.denies for w in said) / len(said),
        float(one.asks),
    ]
