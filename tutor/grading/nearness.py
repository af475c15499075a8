"""How near the sentences of an answer are to statements: by meaning, by stance, by words, by the network's verdict.

Not here: what nearness is worth (the fitted numbers of `tutor.grading.examples`).
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tutor.grading.wording import Rarity, Wording, wording
from tutor.models.stance import Encoded

Table = NDArray[np.float64]
Relate = Callable[[Encoded, Encoded], NDArray[np.float32]]
MET, MISSING, CONTRADICTED = 0, 2, 3
_WORDS_WEIGHT = 0.5  # of shared words beside the cosine when the nearest is looked for
_LEAST = 1e-4  # added to probabilities before their logarithm


class Group(NamedTuple):
    """Sentences or statements: their vectors, n of each, and their words."""

    encoded: Encoded
    wordings: tuple[Wording, ...]

    def rows(self, at: Sequence[int]) -> "Group":
        """Some of them."""
        return Group(self.encoded.rows(list(at)), tuple(self.wordings[i] for i in at))


def group(encoded: Encoded, texts: Sequence[str]) -> Group:
    """Sentences or statements with their words."""
    return Group(encoded, tuple(wording(t) for t in texts))


class Near(NamedTuple):
    """Cosines, shared words in [0, 1], and both together, each (sentences, statements) of one kind."""

    cosine: Table
    words: Table
    both: Table

    def best(self) -> tuple[int, int]:
        """Sentence and statement that are nearest."""
        row, column = np.unravel_index(int(self.both.argmax()), self.both.shape)
        return int(row), int(column)


def shared_words(answer: Group, statements: Group, rarity: Rarity) -> Table:
    """Shared stems weighted by rarity, as a share of all of both (Dice), shape (sentences, statements)."""
    sizes = [rarity.of(w.stems) for w in statements.wordings]
    shared = np.zeros((len(answer.wordings), len(sizes)))
    for i, mine in enumerate(answer.wordings):
        size = rarity.of(mine.stems)
        for j, theirs in enumerate(statements.wordings):
            common = mine.stems & theirs.stems
            if common:
                shared[i, j] = 2 * rarity.of(common) / (size + sizes[j])
    return shared


def near(answer: Group, statements: Group, rarity: Rarity) -> tuple[Near, Near]:
    """How near each sentence is to each statement, by meaning and by stance."""
    words = shared_words(answer, statements, rarity)
    meaning, stance = (
        np.asarray(mine @ theirs.T, dtype=np.float64)
        for mine, theirs in zip(answer.encoded, statements.encoded, strict=True)
    )
    return Near(meaning, words, meaning + _WORDS_WEIGHT * words), Near(stance, words, stance + _WORDS_WEIGHT * words)


def relations(verdicts: Table, at: int) -> list[float]:
    """16 numbers out of the network's verdicts (sentences, 4) on one statement; `at` is the sentence nearest to it."""
    told = np.log(verdicts + _LEAST)
    lead = told[:, MET] - told[:, CONTRADICTED]
    addressed = int(verdicts[:, MISSING].argmin())
    return [
        *verdicts.max(0),
        verdicts[:, MET].mean(),
        verdicts[:, CONTRADICTED].mean(),
        told[:, MET].max(),
        told[:, CONTRADICTED].max(),
        told[:, MISSING].min(),
        *told[at],
        lead.max(),
        lead.min(),
        lead[addressed],
    ]
