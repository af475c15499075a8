"""Texts that judging by example must not pay for, with the verdict each deserves, made from `train` questions.

What people type to be paid without knowing: denied and negated claims, claims with one word turned, a denied model
answer, negated criteria, terms in empty sentences, words in no order. The words around them are not those of
`evals/attacks.yaml`, which only measures. `EITHER` is what deserves no credit but may be wrong or just not said.
"""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from evals.edits import negate
from evals.training import phrases
from evals.training.compose import Material, bare, opposite
from tutor.grading.overlap import content
from tutor.grading.windows import sentences

EITHER = frozenset({"missing", "contradicted"})
WRONG = frozenset({"contradicted"})
ABSENT = frozenset({"missing"})
_EMPTY = (
    "There is {} to name.",
    "{} plays a part here.",
    "We also have {}.",
    "{} should be mentioned.",
    "I would bring up {} too.",
    "Another point would be {}.",
)
_VAGUE = (
    "I have worked with {} quite a lot, and it always comes down to the details.",
    "Both {} have strong and weak sides, so it is a matter of judgement.",
    "With {} one has to look at the whole picture and find a balance.",
)


_PADDING = (
    "First I would clarify what we are trying to do and who will use it.",
    "I like to begin with something simple and improve it over time.",
    "It helps to write things down and to share them with the people concerned.",
    "I always try to keep the customer in view when {} comes up.",
    "There was a project where {} mattered, and we learned a great deal from it.",
    "One has to weigh cost against benefit, and {} is part of that.",
    "Good communication with the other teams is half of the work.",
    "I would ask colleagues who have dealt with {} before.",
    "Of course everything depends on the data and on the requirements.",
    "At some point one has to decide and move on.",
    "I pay attention to quality, and I test what I build.",
    "With {} there is no silver bullet.",
)


class Attack(NamedTuple):
    """A text with what criteria deserve: `about` (an id, with its verdicts), and what all the others do."""

    kind: str
    sentences: tuple[str, ...]
    about: tuple[str, frozenset[str]] | None
    rest: frozenset[str]


def attacks(material: Material, rng: random.Random) -> Iterator[Attack]:
    """About eleven attacks on one question, always the same ones for the same generator."""
    ids = sorted(material.criteria)
    for criterion in rng.sample(ids, min(2, len(ids))):
        claim = rng.choice(material.claims[criterion]["met"])
        yield Attack("denied", (rng.choice(phrases.DENY).format(bare(claim)),), (criterion, WRONG), ABSENT)
        claim = rng.choice(material.claims[criterion]["met"])
        yield Attack("negated", (negate(claim),), (criterion, EITHER), ABSENT)
    for criterion in rng.sample(ids, len(ids)):
        turned = opposite(rng.choice(material.claims[criterion]["met"]), rng)
        if turned is not None:
            yield Attack("turned", (turned,), (criterion, WRONG), ABSENT)
            break
    deny = rng.choice(phrases.DENY)
    model = [s.quote for s in sentences(material.model_answer or "")]
    if model:
        yield Attack("model-denied", tuple(deny.format(bare(s)) for s in model[:5]), None, EITHER)
    denied = [negate(material.criteria[c]) for c in rng.sample(ids, min(3, len(ids)))]
    yield Attack("criteria-negated", tuple(denied), None, EITHER)
    terms = _terms(material, rng)
    pairs = [f"{a} and {b}" for a, b in zip(terms[::2], terms[1::2], strict=False)]
    named = [rng.choice(_EMPTY).format(p) for p in pairs[:4]]
    yield Attack("named", tuple(s[:1].upper() + s[1:] for s in named), None, ABSENT)
    vague = rng.choice(_VAGUE).format(pairs[-1])
    yield Attack("vague", (vague, rng.choice(phrases.FLUFF)), None, ABSENT)
    for _ in range(2):
        filler = [*rng.sample(_PADDING, 6), *rng.sample(phrases.FLUFF + phrases.FILLERS + phrases.OFF_TOPIC, 5)]
        padding = [line.format(rng.choice(pairs)) for line in rng.sample(filler, rng.randint(3, len(filler)))]
        yield Attack("padding", tuple(padding), None, ABSENT)
    claims = [c for by in material.claims.values() for c in by["met"]]
    yield Attack("claim-salad", (_shuffled(rng.sample(claims, min(2, len(claims))), rng),), None, ABSENT)
    yield Attack("criteria-salad", (_shuffled([material.criteria[c] for c in ids[:3]], rng),), None, ABSENT)


def _terms(material: Material, rng: random.Random) -> list[str]:
    """At least two words of the criteria."""
    words = sorted({w.strip(".,;:()") for t in material.criteria.values() for w in t.split() if content(w)})
    rng.shuffle(words)
    return [*words, "this", "that"]


def _shuffled(texts: Sequence[str], rng: random.Random) -> str:
    words = " ".join(texts).split()
    rng.shuffle(words)
    return " ".join(words[:38])
