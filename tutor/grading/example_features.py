"""What is known of an answer about one criterion or misconception, as numbers for a small classifier.

Where an author fixed the verdict of statements (`evals/gold/claims`): nearness to those that meet the criterion, meet
it partly, or contradict it, the kinds of the nearest ones, what differs from them, and the network's verdicts on them.
Where there is only the criterion: the same about it alone. Nothing here depends on the order of the sentences or on
other criteria. Not here: reading statements, encoding, what the numbers are worth.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tutor.grading.nearness import Group, Near, Relate, Table, near, relations
from tutor.grading.wording import Rarity, Wording, differences, style
from tutor.models.stance import Encoded

_VOTE = 0.06  # temperature of the vote of the statements, in cosine


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


def criterion_features(answer: Group, examples: Examples, rarity: Rarity, relate: Relate) -> Table:
    """What is known of an answer's sentences about one criterion by its examples: one row of numbers."""
    own, met, partial, wrong = (near(answer, g, rarity) for g in examples)
    told: list[float] = []
    ats = []
    for side in (0, 1):
        sides = own[side], met[side], partial[side], wrong[side]
        at = int(np.argmax(np.maximum.reduce([n.both.max(1) for n in (own[side], met[side], wrong[side])])))
        told += (
            _closeness(*sides, at) + _ranks(*sides[1:], at) + _scale(examples, side, own[side], met[side], wrong[side])
        )
        ats.append(at)
    said = answer.wordings
    told += _only_words(said, examples, rarity, ats[0])
    for known, found in ((examples.met, met), (examples.contradicted, wrong), (examples.criterion, own)):
        i, j = found[0].best()
        told += differences(said[i], known.wordings[j], float(found[0].both[i, j]))
    told += style(said, ats[0])
    told += _verdicts(answer, examples, relate, ats[1])
    return np.array(told, dtype=np.float64)


def alone_features(answer: Group, statement: Group, rarity: Rarity, relate: Relate) -> Table:
    """What is known of an answer's sentences about one statement by itself: one row of numbers."""
    meaning, stance = near(answer, statement, rarity)
    at = int((meaning.both + stance.both)[:, 0].argmax())
    verdicts = np.asarray(relate(answer.encoded, statement.encoded), dtype=np.float64)[:, 0]
    told = [
        meaning.cosine.max(),
        meaning.cosine.mean(),
        meaning.cosine[at, 0],
        stance.cosine.max(),
        stance.cosine.mean(),
        stance.cosine[at, 0],
        stance.cosine.max() - meaning.cosine.max(),
        meaning.words.max(),
        meaning.words[at, 0],
        *relations(verdicts, at),
        *differences(answer.wordings[at], statement.wordings[0], float(meaning.both[at, 0])),
        *style(answer.wordings, at),
    ]
    return np.array(told, dtype=np.float64)


def misconception_features(answer: Group, contrast: Contrast, rarity: Rarity, relate: Relate) -> Table:
    """What is known of an answer's sentences about one misconception: one row of numbers."""
    claim, correction = near(answer, contrast.claim, rarity), near(answer, contrast.correction, rarity)
    told: list[float] = []
    for side in (0, 1):
        made, mended = claim[side], correction[side]
        at = made.best()[0]
        gap = made.cosine[:, 0] - mended.cosine[:, 0]
        told += [made.cosine.max(), mended.cosine.max(), gap[at], gap.max(), made.cosine.mean()]
        told += [float(contrast.claim.encoded[side][0] @ contrast.correction.encoded[side][0])]
    at = claim[0].best()[0]
    told += [claim[0].words.max(), correction[0].words.max(), claim[0].words[at, 0] - correction[0].words[at, 0]]
    for statement, found in ((contrast.claim, claim), (contrast.correction, correction)):
        i, j = found[0].best()
        told += differences(answer.wordings[i], statement.wordings[j], float(found[0].both[i, j]))
        verdicts = np.asarray(relate(answer.encoded, statement.encoded), dtype=np.float64)[:, 0]
        told += relations(verdicts, found[1].best()[0])
    told += style(answer.wordings, at)
    return np.array(told, dtype=np.float64)


def _verdicts(answer: Group, examples: Examples, relate: Relate, at: int) -> list[float]:
    """The network's verdicts on the criterion, and the means of those on what meets and what contradicts it."""
    known = (examples.criterion, examples.met, examples.contradicted)
    statements = Encoded(*(np.concatenate([g.encoded[side] for g in known]) for side in (0, 1)))
    verdicts = np.asarray(relate(answer.encoded, statements), dtype=np.float64)
    parted = np.split(verdicts, np.cumsum([len(g.wordings) for g in known])[:-1], axis=1)
    return [value for part in parted for value in relations(part.mean(1), at)]


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


def _scale(examples: Examples, side: int, own: Near, met: Near, wrong: Near) -> list[float]:
    """Closeness as against that of the statements to each other and to the criterion."""
    right, false = examples.met.encoded[side], examples.contradicted.encoded[side]
    among = right @ right.T - 2 * np.eye(len(right), dtype=np.float32)
    across = right @ false.T
    usual = float(among.max(1).mean()) if len(right) > 1 else float(across.max())
    to_criterion = float((right @ examples.criterion.encoded[side].T).mean())
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
