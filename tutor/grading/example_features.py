"""What the sentences of an answer have in common with, and differ in from, statements whose verdict an author fixed.

Numbers for a small classifier: closeness (cosines), shared words weighted by rarity, the kind of the nearest
statements, and what differs between a sentence and the nearest statement that meets the criterion: negations,
opposites, numbers, order, words that only wrong statements have. Nothing here depends on the order of the sentences or
on other criteria. Not here: reading statements, embedding, what the numbers are worth.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tutor.grading.overlap import plain
from tutor.models.polarity import NEGATION, STOP, negations, opposed, stem, words

Vectors = NDArray[np.float32]
Table = NDArray[np.float64]
_WORDS_WEIGHT = 0.5  # of shared words beside the cosine when the nearest is looked for
_VOTE = 0.06  # temperature of the vote of the statements, in cosine
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


class Group(NamedTuple):
    """Statements of one kind: unit vectors (n, d) and their words."""

    vectors: Vectors
    wordings: tuple[Wording, ...]


class Examples(NamedTuple):
    """A criterion (a group of one) and the statements that meet it, meet it partly, contradict it."""

    criterion: Group
    met: Group
    partial: Group
    contradicted: Group


class Contrast(NamedTuple):
    """A misconception and its correction, groups of one."""

    claim: Group
    correction: Group


class Rarity(NamedTuple):
    """Inverse document frequency of stems in thousandths, and that of a stem that is not in the table.

    Whole numbers, so that a sum over a set is the same in whatever order a process walks it.
    """

    table: Mapping[str, int]
    unknown: int

    def of(self, stems: frozenset[str]) -> int:
        """Sum over the stems."""
        return sum(self.table.get(s, self.unknown) for s in stems)


class Near(NamedTuple):
    """Cosines, shared words in [0, 1], and both together, each (sentences, statements) of one kind."""

    cosine: Table
    words: Table
    both: Table

    def best(self) -> tuple[int, int]:
        """Sentence and statement that are nearest."""
        row, column = np.unravel_index(int(self.both.argmax()), self.both.shape)
        return int(row), int(column)


def group(vectors: Vectors, texts: Sequence[str]) -> Group:
    """Sentences or statements with their words."""
    return Group(vectors, tuple(wording(t) for t in texts))


def near(answer: Group, statements: Group, rarity: Rarity) -> Near:
    """How near each sentence is to each statement."""
    cosine = np.asarray(answer.vectors @ statements.vectors.T, dtype=np.float64)
    sizes = [rarity.of(w.stems) for w in statements.wordings]
    shared = np.zeros_like(cosine)
    for i, mine in enumerate(answer.wordings):
        size = rarity.of(mine.stems)
        for j, theirs in enumerate(statements.wordings):
            common = mine.stems & theirs.stems
            if common:
                shared[i, j] = 2 * rarity.of(common) / (size + sizes[j])
    return Near(cosine, shared, cosine + _WORDS_WEIGHT * shared)


def criterion_features(answer: Group, examples: Examples, rarity: Rarity) -> Table:
    """What is known of an answer's sentences about one criterion: one row of numbers."""
    own, met, partial, wrong = (near(answer, g, rarity) for g in examples)
    at = int(np.argmax(np.maximum.reduce([n.both.max(1) for n in (own, met, wrong)])))
    told = [
        *_closeness(own, met, partial, wrong, at),
        *_ranks(met, partial, wrong, at),
        *_scale(examples, own, met, wrong),
        *_only_words(answer.wordings, examples, rarity, at),
        *_differences(answer.wordings, examples.met.wordings, met),
        *_differences(answer.wordings, examples.contradicted.wordings, wrong),
        *_differences(answer.wordings, examples.criterion.wordings, own),
        *_style(answer.wordings, at),
    ]
    return np.array(told, dtype=np.float64)


def misconception_features(answer: Group, contrast: Contrast, rarity: Rarity) -> Table:
    """What is known of an answer's sentences about one misconception: one row of numbers."""
    claim, correction = near(answer, contrast.claim, rarity), near(answer, contrast.correction, rarity)
    at = claim.best()[0]
    gap = claim.cosine[:, 0] - correction.cosine[:, 0]
    told = [
        claim.cosine.max(),
        correction.cosine.max(),
        gap[at],
        gap.max(),
        claim.cosine.mean(),
        claim.words.max(),
        correction.words.max(),
        claim.words[at, 0] - correction.words[at, 0],
        float(contrast.claim.vectors[0] @ contrast.correction.vectors[0]),
        *_differences(answer.wordings, contrast.claim.wordings, claim),
        *_differences(answer.wordings, contrast.correction.wordings, correction),
        *_style(answer.wordings, at),
    ]
    return np.array(told, dtype=np.float64)


def _closeness(own: Near, met: Near, partial: Near, wrong: Near, at: int) -> list[float]:
    lead = met.cosine.mean(1) - wrong.cosine.mean(1)
    both = met.both.max(1) - wrong.both.max(1)
    return [
        own.cosine.max(),
        own.cosine.mean(),
        own.cosine[at, 0],
        met.cosine.max(),
        partial.cosine.max(),
        wrong.cosine.max(),
        met.cosine.max() - wrong.cosine.max(),
        met.cosine[at].max(),
        wrong.cosine[at].max(),
        met.cosine[at].mean() - wrong.cosine[at].mean(),
        partial.cosine[at].max() - met.cosine[at].max(),
        lead.max(),
        lead.min(),
        own.words.max(),
        met.words.max(),
        partial.words.max(),
        wrong.words.max(),
        met.both.max() - wrong.both.max(),
        both[at],
        partial.both.max() - max(met.both.max(), wrong.both.max()),
    ]


def _ranks(met: Near, partial: Near, wrong: Near, at: int) -> list[float]:
    """The kinds of the nearest statements, over all sentences and for the nearest one, and their vote."""
    kinds = np.repeat([0, 1, 2], [n.both.shape[1] for n in (met, partial, wrong)])
    both = np.concatenate([n.both for n in (met, partial, wrong)], axis=1)
    cosine = np.concatenate([n.cosine for n in (met, partial, wrong)], axis=1)
    told: list[float] = []
    for row, close in ((both.max(0), cosine.max(0)), (both[at], cosine[at])):
        order = kinds[np.argsort(-row, kind="stable")]
        vote = np.exp((close - close.max()) / _VOTE)
        told += [
            float(order[0] == 0),
            float(order[0] == 2),
            float((order[:3] == 0).mean()),
            float((order[:3] == 2).mean()),
        ]
        told += [float(vote[kinds == k].sum() / vote.sum()) for k in (0, 2)]
    return told


def _scale(examples: Examples, own: Near, met: Near, wrong: Near) -> list[float]:
    """Closeness as against that of the statements to each other and to the criterion."""
    right, false = examples.met.vectors, examples.contradicted.vectors
    among = right @ right.T - 2 * np.eye(len(right), dtype=np.float32)
    across = right @ false.T
    usual = float(among.max(1).mean()) if len(right) > 1 else float(across.max())
    to_criterion = float((right @ examples.criterion.vectors.T).mean())
    return [
        met.cosine.max() - usual,
        wrong.cosine.max() - float(across.max(0).mean()),
        own.cosine.max() - to_criterion,
        usual - float(across.max(1).mean()),
        usual,
        to_criterion,
    ]


def _only_words(said: Sequence[Wording], examples: Examples, rarity: Rarity, at: int) -> list[float]:
    """Shares of the words, of the nearest and of any sentence, that only wrong or only right statements have."""
    right = frozenset().union(*(w.stems for g in (examples.criterion, examples.met) for w in g.wordings))
    false = frozenset().union(*(w.stems for w in examples.contradicted.wordings))
    shares = []
    for w in said:
        size = rarity.of(w.stems) + 1000
        shares.append((rarity.of(w.stems & (false - right)) / size, rarity.of(w.stems & (right - false)) / size))
    table = np.array(shares)
    return [*table[at], *table.max(0), table[at, 1] - table[at, 0]]


def _differences(said: Sequence[Wording], statements: Sequence[Wording], found: Near) -> list[float]:
    """What differs between the nearest sentence and statement of one kind."""
    i, j = found.best()
    mine, theirs = said[i], statements[j]
    closeness = float(found.both[i, j])
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


def _style(said: Sequence[Wording], at: int) -> list[float]:
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
