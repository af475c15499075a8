"""How near the sentences of an answer are to statements: as wholes, token by token, by words, by the network's verdict.

Not here: what nearness is worth (the fitted numbers of `tutor.grading.examples`).
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tutor.grading.wording import Rarity, Wording, wording
from tutor.models.stance import Encoded, Vectors, joined

Table = NDArray[np.float64]
Relate = Callable[[Vectors, Vectors], Vectors]
MET, MISSING, CONTRADICTED = 0, 2, 3
_WORDS_WEIGHT = 0.5  # of shared words beside the cosine when the nearest is looked for
SHARPNESS = 20.0  # of softened maxima, in cosine
_LEAST = 1e-4  # added to probabilities before their logarithm


class Group(NamedTuple):
    """Sentences (with their clauses) or statements: what the network makes of them, and the words of all n of them."""

    encoded: Encoded
    wordings: tuple[Wording, ...]

    def rows(self, at: Sequence[int]) -> "Group":
        """Some of the statements."""
        return Group(self.encoded.rows(list(at)), tuple(self.wordings[i] for i in at))


def group(encoded: Encoded, texts: Sequence[str]) -> Group:
    """Sentences or statements with their words."""
    return Group(encoded, tuple(wording(t) for t in texts))


def together(groups: Sequence[Group]) -> Group:
    """All groups as one, in order; at least one."""
    return Group(joined([g.encoded for g in groups]), tuple(w for g in groups for w in g.wordings))


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


def near(answer: Group, statements: Group, rarity: Rarity) -> Near:
    """How near each sentence is to each statement."""
    words = shared_words(answer, statements, rarity)
    cosine = np.asarray(answer.encoded.vectors @ statements.encoded.vectors.T, dtype=np.float64)
    return Near(cosine, words, cosine + _WORDS_WEIGHT * words)


class Interaction(NamedTuple):
    """Token by token (late interaction, Khattab & Zaharia 2020, ColBERT), shapes (statements, sentences).

    `recall` is how much of a statement a sentence says: the mean over the statement's tokens of the largest cosine with
    one of the sentence's. `both` is the harmonic mean with the same the other way round. `lowest` is the token of the
    statement that is least said, `low` the mean of the three least said. `whole` (statements,) is the recall in all
    sentences together.
    """

    recall: Table
    both: Table
    lowest: Table
    low: Table
    whole: NDArray[np.float64]


def interaction(answer: Encoded, statements: Encoded) -> Interaction:
    """How much of each statement each sentence says."""
    told, said = statements.words, answer.words
    near = np.asarray(np.concatenate(told) @ np.concatenate(said).T, dtype=np.float64)
    told_sizes, said_sizes = (np.array([len(w) for w in words]) for words in (told, said))
    told_starts, said_starts = (np.cumsum(sizes) - sizes for sizes in (told_sizes, said_sizes))
    found = np.maximum.reduceat(near, said_starts, axis=1)  # tokens of statements, sentences
    recall = np.add.reduceat(found, told_starts) / told_sizes[:, None]
    back = np.maximum.reduceat(near, told_starts, axis=0)
    precision = np.add.reduceat(back, said_starts, axis=1) / said_sizes
    least = [np.sort(part, axis=0)[:3].mean(0) for part in np.split(found, told_starts[1:])]
    return Interaction(
        recall,
        2 * recall * precision / np.maximum(recall + precision, _LEAST),
        np.minimum.reduceat(found, told_starts),
        np.array(least),
        np.add.reduceat(found.max(1), told_starts) / told_sizes,
    )


def softened(near: Table, kinds: NDArray[np.int64]) -> list[float]:
    """Softened maxima of nearness (statements, sentences) for each kind, and right before wrong where either is near.

    The same five numbers as in training (`evals.training.answers`): of `kinds` 0 is the criterion itself, 1 what meets
    it, 2 what meets it partly, 3 what contradicts it; the last number weighs sentences by how near they are to 1 or 3.
    """
    sharp = SHARPNESS * near
    table = np.stack([np.logaddexp.reduce(sharp[kinds == k], axis=0) for k in range(4)])
    either = np.maximum(table[1], table[3])
    weights = np.exp(either - either.max())
    lead = float((table[1] - table[3]) @ weights / weights.sum())
    return [*(np.logaddexp.reduce(table, axis=1) / SHARPNESS), lead / SHARPNESS]


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
