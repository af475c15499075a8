"""Composes training answers from claims, so that one answer carries several verdicts and only its words tell which.

    compose(material, others, rng) -> Example(
        answer="So, let me think. The variance stays at 1 whatever the head size. Also, one weight is close to 1 ...",
        items=(("The dot product ... has variance d_k.", {contradicted}), ("Softmax saturates ...", {met}),
               ("The gradient vanishes ...", {missing}), ...))

Beside the criteria, claims serve as statements: what contradicts a criterion is contradicted by what meets it. Attacks
and disguises are composed too. Not here: hand-labelled answers (`evals.training.own`).
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from evals.training import phrases
from evals.training.data import CONTRADICTED, MET, MISSING, NOT_MADE, PARTIAL, Example, Labels

BY_NAME = {"met": MET, "partial": PARTIAL, "contradicted": CONTRADICTED}
WRONG_OR_NOT = MISSING | CONTRADICTED
Item = tuple[str, Labels]


@dataclass(frozen=True)
class Material:
    """What composition needs of a question: statements by criterion and verdict, misconceptions with corrections."""

    id: str
    prompt: str
    criteria: Mapping[str, str]
    claims: Mapping[str, Mapping[str, tuple[str, ...]]]
    misconceptions: tuple[tuple[str, str | None], ...]
    model_answer: str | None = None


@dataclass
class _Said:
    """What a composed answer says about one criterion: sentences, the verdict, and the claim that carries it."""

    sentences: list[str]
    labels: Labels
    claim: str
    kind: str


def bare(claim: str) -> str:
    """The claim without its final full stop, its first letter small unless it starts with a symbol or an acronym."""
    text = " ".join(claim.split()).rstrip(".")
    return text[0].lower() + text[1:] if len(text) > 1 and text[1].islower() else text


def opposite(claim: str, rng: random.Random) -> str | None:
    """The claim with one word turned into its opposite; None where no word of the table occurs."""
    table = dict(phrases.OPPOSITES) | {b: a for a, b in phrases.OPPOSITES}
    found = [m for m in re.finditer(r"[A-Za-z]+", claim) if m.group().lower() in table]
    if not found:
        return None
    match = rng.choice(found)
    return claim[: match.start()] + table[match.group().lower()] + claim[match.end() :]


def typo(word: str, rng: random.Random) -> str:
    """The word with one letter dropped, doubled, swapped or replaced."""
    if len(word) < 4 or not word.isalpha():
        return word
    i = rng.randrange(1, len(word) - 1)
    return rng.choice(
        (
            word[:i] + word[i + 1 :],
            word[:i] + word[i] + word[i:],
            word[:i] + word[i + 1] + word[i] + word[i + 2 :],
            word[:i] + rng.choice(ascii_lowercase) + word[i + 1 :],
        )
    )


def disguise(sentences: Sequence[str], rng: random.Random) -> str:
    """Sentences as one text in some voice: plain, joined, spoken, bulleted, shouted, without marks, with typos."""
    voice = rng.random()
    parts = [" ".join(s.split()) for s in sentences]
    if voice < 0.12:
        return "\n".join("- " + p.rstrip(".") for p in parts)
    if voice < 0.35:
        parts = [
            rng.choice(phrases.JOINERS) + bare(p) + "." if i and rng.random() < 0.5 else p for i, p in enumerate(parts)
        ]
    elif voice < 0.5:
        parts = [rng.choice(phrases.SPOKEN) + bare(p) if rng.random() < 0.6 else bare(p) for p in parts]
        return (", ".join if rng.random() < 0.5 else " and ".join)(parts)
    text = " ".join(p if p[-1:] in ".?!" else p + "." for p in parts if p)
    if rng.random() < 0.12:
        text = text.lower() if rng.random() < 0.7 else text.upper()
    if rng.random() < 0.15:
        text = " ".join(typo(w, rng) if rng.random() < 0.08 else w for w in text.split(" "))
    return text


def say(material: Material, criterion: str, rng: random.Random) -> _Said:
    """One or more sentences on a criterion, with the verdict they amount to."""
    claims = material.claims[criterion]
    kind = rng.choices(("met", "contradicted", "partial"), (0.45, 0.37, 0.18))[0]
    kind = kind if claims.get(kind) else "met"
    claim = rng.choice(claims[kind])
    turn = rng.random()
    opposing = claims.get({"met": "contradicted", "contradicted": "met"}.get(kind, ""), ())
    if turn < 0.07 and opposing:  # taken back: the last word counts
        return _Said([rng.choice(opposing), rng.choice(phrases.RETRACT), claim], BY_NAME[kind], claim, "retracted")
    if turn < 0.14 and kind == "met":
        return _Said([rng.choice(phrases.DENY).format(bare(claim))], CONTRADICTED, claim, "denied")
    if turn < 0.19 and kind == "contradicted":
        return _Said([rng.choice(phrases.DENY).format(bare(claim))], MET | PARTIAL, claim, "denied")
    if turn < 0.30 and kind == "met" and (turned := opposite(claim, rng)):
        return _Said([turned], CONTRADICTED | PARTIAL, turned, "turned")
    if turn < 0.35:
        return _Said([rng.choice(phrases.ENDORSE) + bare(claim) + "."], BY_NAME[kind], claim, kind)
    if turn < 0.42 and len(claims[kind]) > 1:
        second = rng.choice([c for c in claims[kind] if c != claim])
        return _Said([claim, second], BY_NAME[kind], claim, kind)
    return _Said([claim], BY_NAME[kind], claim, kind)


def _as_statements(material: Material, criterion: str, said: _Said | None, rng: random.Random) -> list[Item]:
    """Perhaps a claim on the same criterion in the place of the criterion, with the verdict that follows."""
    claims = material.claims[criterion]
    wrong, right = rng.choice(claims["contradicted"]), rng.choice(claims["met"])
    if said is None:
        return [(rng.choice((wrong, right)), MISSING)]
    if said.kind == "met":
        other = [c for c in claims["met"] if c != said.claim]
        return [(wrong, CONTRADICTED)] if rng.random() < 0.7 or not other else [(rng.choice(other), MET | PARTIAL)]
    if said.kind == "contradicted":
        return [(said.claim, MET)] if rng.random() < 0.4 else [(right, CONTRADICTED | PARTIAL)]
    return []


def _misconception(material: Material, rng: random.Random) -> tuple[list[str], list[Item]]:
    """Perhaps asserts or corrects a misconception: the sentences said, and what follows for the statement."""
    if not material.misconceptions:
        return [], []
    text, correction = rng.choice(material.misconceptions)
    draw = rng.random()
    if draw < 0.12:
        return [text], [(text, MET)]
    if draw < 0.2 and correction:
        return [correction], [(text, CONTRADICTED)]
    if draw < 0.26 and correction:
        return [text], [(text, MET), (correction, CONTRADICTED)]
    return [], []


def compose(material: Material, others: Sequence[Material], rng: random.Random, most: int = 6) -> Example:
    """One answer to the question out of claims, held against said and unsaid criteria, claims and misconceptions."""
    ids = list(material.criteria)
    rng.shuffle(ids)
    count = min(len(ids), rng.choices((1, 2, 3, 4, 5, 6), (0.22, 0.24, 0.22, 0.16, 0.1, 0.06))[0])
    said = {c: say(material, c, rng) for c in ids[:count]}
    false, items = _misconception(material, rng)
    blocks = [s.sentences for s in said.values()] + ([false] if false else [])
    other = rng.choice(others)
    if rng.random() < 0.35:
        blocks.append([rng.choice(phrases.FILLERS)])
    if rng.random() < 0.25:
        claims = other.claims[rng.choice(list(other.claims))]
        blocks.append([rng.choice(claims[rng.choice([k for k in claims if claims[k]])])])
    if rng.random() < 0.08:
        blocks.append([rng.choice(phrases.OFF_TOPIC + phrases.FLUFF + phrases.INJECTIONS)])
    rng.shuffle(blocks)
    # What a misconception means for criteria that were not addressed is not known: it may contradict them.
    unsaid = WRONG_OR_NOT if false else MISSING
    items += [(material.criteria[c], s.labels) for c, s in said.items()]
    items += [(material.criteria[c], unsaid) for c in ids[count : count + 3]]
    for c in rng.sample(ids, min(2, len(ids))):
        if c in said or not false:
            items += _as_statements(material, c, said.get(c), rng)
    if rng.random() < 0.3:
        items.append((rng.choice(list(other.criteria.values())), MISSING))
    if not false and material.misconceptions and rng.random() < 0.5 and all(s.kind == "met" for s in said.values()):
        items.append((rng.choice(material.misconceptions)[0], WRONG_OR_NOT))
    rng.shuffle(items)
    return Example(disguise([s for b in blocks for s in b], rng), tuple(items[: most + 2]), "composed")


def model_answer(material: Material, others: Sequence[Material], rng: random.Random) -> Example | None:
    """The question's model answer: makes its points, asserts no misconception, and says nothing on other questions."""
    if material.model_answer is None:
        return None
    items: list[Item] = [(text, MET | PARTIAL) for text in material.criteria.values()]
    items += [(text, WRONG_OR_NOT) for text, _ in material.misconceptions]
    items += [(rng.choice(list(rng.choice(others).criteria.values())), MISSING) for _ in range(3)]
    return Example(material.model_answer, tuple(items), "model-answer")


def _keywords(texts: Sequence[str], rng: random.Random) -> str:
    found = [w for t in texts for w in re.findall(r"[A-Za-z][\w-]+", t) if w.lower() not in phrases.STOP]
    rng.shuffle(found)
    return rng.choice((", ", " ", "\n", "; ")).join(dict.fromkeys(found[: rng.randint(4, 25)]))


def attack(material: Material, rng: random.Random) -> Example:
    """An answer that earns nothing: keywords, the question, negated copies, gibberish, orders to the grader, fluff."""
    criteria = list(material.criteria.values())
    target = rng.choice(criteria)
    first: Item = (target, MISSING)
    draw = rng.randrange(9)
    if draw == 0:
        text = _keywords(rng.sample(criteria, rng.randint(1, len(criteria))), rng)
    elif draw == 1:
        text = (
            material.prompt
            if rng.random() < 0.5
            else "You ask: " + bare(material.prompt) + " " + rng.choice(phrases.FLUFF)
        )
    elif draw in (2, 3):
        text, first = rng.choice(phrases.DENY).format(bare(target)), (target, CONTRADICTED)
        if draw == 3 and (turned := opposite(target, rng)):
            text, first = turned, (target, CONTRADICTED | PARTIAL)
    elif draw == 4:
        text = disguise([*rng.sample(phrases.INJECTIONS, 2), rng.choice(phrases.FLUFF)], rng)
    elif draw == 5:
        text = rng.choice(phrases.MASTER_KEYS)
    elif draw == 6:
        letters = [rng.choice(ascii_lowercase) for _ in range(rng.randint(10, 60))]
        text = "".join(c if rng.random() > 0.2 else " " for c in letters)
    elif draw == 7:
        text = disguise(rng.sample(phrases.OFF_TOPIC + phrases.FLUFF + phrases.FILLERS, rng.randint(1, 5)), rng)
    else:
        text = rng.choice(phrases.ASK).format(bare(target))
    rest = [c for c in criteria if c != target]
    labels = MISSING if draw not in (2, 3) else NOT_MADE
    items = [first, *((c, labels) for c in rng.sample(rest, min(3, len(rest))))]
    items += [(m, WRONG_OR_NOT) for m, _ in material.misconceptions[:1]]
    return Example(text, tuple(items), "attack")
