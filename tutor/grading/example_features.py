"""What is known of an answer about one criterion or misconception, as numbers for a small classifier.

Where an author fixed the verdict of statements (`evals/gold/claims`): nearness to those that meet the criterion, meet
it partly, or contradict it, the kinds of the nearest ones, what differs from them, and the network's verdicts on them.
Where there is only the criterion: the same about it alone. Nothing here depends on the order of the sentences or on
other criteria. Not here: reading statements, encoding, what the numbers are worth.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tutor.grading.nearness import Group, Near, Relate, Table, interaction, near, relations, softened, together
from tutor.grading.wording import Rarity, Wording, differences, style

_VOTE = 0.06  # temperature of the vote of the statements, in cosine


class Examples(NamedTuple):
    """A criterion (a group of one) and the statements that meet it, meet it partly, contradict it."""

    criterion: Group
    met: Group
    partial: Group
    contradicted: Group

    def said_by(self, answer: Group) -> str | None:
        """The kind of a statement that is said word for word; of several, the one that earns least."""
        said = {(w.order, w.numbers, w.negations) for w in answer.wordings if w.order}
        for kind in ("contradicted", "partial", "met"):
            some: Group = getattr(self, kind)
            if any((w.order, w.numbers, w.negations) in said for w in some.wordings):
                return kind
        return None


class Contrast(NamedTuple):
    """A misconception and its correction, groups of one."""

    claim: Group
    correction: Group


def criterion_features(answer: Group, examples: Examples, rarity: Rarity, relate: Relate) -> Table:
    """What is known of an answer's sentences about one criterion by its examples: one row of numbers."""
    own, met, partial, wrong = (near(answer, g, rarity) for g in examples)
    at = int(np.argmax(np.maximum.reduce([n.both.max(1) for n in (own, met, wrong)])))
    said = answer.wordings
    told = _closeness(own, met, partial, wrong, at) + _ranks(met, partial, wrong, at)
    told += _scale(examples, own, met, wrong)
    told += _by_token(answer, examples, np.concatenate([n.cosine for n in (own, met, partial, wrong)], axis=1).T)
    told += _only_words(said, examples, rarity, at)
    for known, found in ((examples.met, met), (examples.contradicted, wrong), (examples.criterion, own)):
        i, j = found.best()
        told += differences(said[i], known.wordings[j], float(found.both[i, j]))
    told += style(said, at)
    told += _verdicts(answer, examples, relate, at)
    return np.array(told, dtype=np.float64)


def alone_features(answer: Group, statement: Group, rarity: Rarity, relate: Relate) -> Table:
    """What is known of an answer's sentences about one statement by itself: one row of numbers."""
    found = near(answer, statement, rarity)
    at = int(found.both[:, 0].argmax())
    tokens = interaction(answer.encoded, statement.encoded)
    said = int(tokens.recall[0].argmax())
    told = [
        found.cosine.max(),
        found.cosine.mean(),
        found.cosine[at, 0],
        found.words.max(),
        found.words[at, 0],
        tokens.recall.max(),
        tokens.recall.mean(),
        tokens.both.max(),
        tokens.whole[0],
        tokens.lowest[0, said],
        tokens.low[0, said],
        *_relations(answer, statement, relate, at),
        *differences(answer.wordings[at], statement.wordings[0], float(found.both[at, 0])),
        *style(answer.wordings, at),
    ]
    return np.array(told, dtype=np.float64)


def misconception_features(answer: Group, contrast: Contrast, rarity: Rarity, relate: Relate) -> Table:
    """What is known of an answer's sentences about one misconception: one row of numbers."""
    claim, correction = near(answer, contrast.claim, rarity), near(answer, contrast.correction, rarity)
    at = claim.best()[0]
    gap = claim.cosine[:, 0] - correction.cosine[:, 0]
    told = [claim.cosine.max(), correction.cosine.max(), gap[at], gap.max(), claim.cosine.mean()]
    told.append(float(contrast.claim.encoded.vectors[0] @ contrast.correction.encoded.vectors[0]))
    told += [claim.words.max(), correction.words.max(), claim.words[at, 0] - correction.words[at, 0]]
    made, mended = (interaction(answer.encoded, g.encoded) for g in contrast)
    said = int(made.both[0].argmax())
    for one, other in ((made.recall, mended.recall), (made.both, mended.both)):
        told += [one.max(), other.max(), one[0, said] - other[0, said]]
    told += [made.whole[0] - mended.whole[0], made.lowest[0, said], made.low[0, said]]
    for statement, found in ((contrast.claim, claim), (contrast.correction, correction)):
        i, j = found.best()
        told += differences(answer.wordings[i], statement.wordings[j], float(found.both[i, j]))
        told += _relations(answer, statement, relate, i)
    told += style(answer.wordings, at)
    return np.array(told, dtype=np.float64)


def _relations(answer: Group, statement: Group, relate: Relate, at: int) -> list[float]:
    """The network's verdicts on one statement; `at` is the sentence nearest to it."""
    verdicts = np.asarray(relate(answer.encoded.vectors, statement.encoded.vectors), dtype=np.float64)
    return relations(verdicts[:, 0], at)


def _verdicts(answer: Group, examples: Examples, relate: Relate, at: int) -> list[float]:
    """The network's verdicts on the criterion, and the means of those on what meets and what contradicts it."""
    known = (examples.criterion, examples.met, examples.contradicted)
    statements = np.concatenate([g.encoded.vectors for g in known])
    verdicts = np.asarray(relate(answer.encoded.vectors, statements), dtype=np.float64)
    parted = np.split(verdicts, np.cumsum([len(g.wordings) for g in known])[:-1], axis=1)
    return [value for part in parted for value in relations(part.mean(1), at)]


def _by_token(answer: Group, examples: Examples, cosine: Table) -> list[float]:
    """Token by token: what is said of the statements of each kind, which kind is said best, and what is left unsaid.

    `cosine` (statements, sentences) are those of the wholes, softened beside them.
    """
    found = interaction(answer.encoded, together(examples).encoded)
    kinds = np.repeat(range(len(examples)), [len(g.wordings) for g in examples])
    told: list[float] = []
    for table in (cosine, found.recall, found.both):
        told += softened(table, kinds)
    for table in (found.recall, found.both):
        own, met, partial, wrong = (table[kinds == k] for k in range(len(examples)))
        at = int(np.argmax(np.maximum(met.max(0), wrong.max(0))))
        lead = met.mean(0) - wrong.mean(0)
        told += [part.max() for part in (own, met, partial, wrong)]
        told += [met.max() - wrong.max(), met[:, at].max() - wrong[:, at].max(), lead[at], lead.max(), lead.min()]
        told += [partial[:, at].max() - met[:, at].max(), own[:, at].max()]
    whole = [found.whole[kinds == k] for k in range(len(examples))]
    told += [part.max() for part in whole] + [whole[1].mean() - whole[3].mean()]
    for k in (1, 3):
        mine = np.flatnonzero(kinds == k)
        row, column = np.unravel_index(int(found.recall[mine].argmax()), found.recall[mine].shape)
        told += [found.lowest[mine[row], column], found.low[mine[row], column]]
    return told


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
    right, false = examples.met.encoded.vectors, examples.contradicted.encoded.vectors
    among = right @ right.T - 2 * np.eye(len(right), dtype=np.float32)
    across = right @ false.T
    usual = float(among.max(1).mean()) if len(right) > 1 else float(across.max())
    to_criterion = float((right @ examples.criterion.encoded.vectors.T).mean())
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
