"""Composes attacks out of a question's material: answers that say nothing, or the opposite, in its words.

Not here: hand-labelled answers (`evals.training.own`), the attacks that measure (`evals/attacks.yaml`).
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from evals.training import phrases
from evals.training.data import CONTRADICTED, MISSING, NOT_MADE, PARTIAL, Example, Labels

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
