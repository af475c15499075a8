"""Our own gold as training data: what composition needs of a question, labelled answers, points with their texts."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.loaders.gold import bank, load_claims, load_gold
from evals.samples import Sample
from evals.training.compose import Material

KINDS = ("met", "partial", "contradicted")


@dataclass(frozen=True)
class Point:
    """A criterion (or the correction of a misconception) and all that was written for or against it."""

    question: str
    text: str
    said: dict[str, tuple[str, ...]]
    misconception: bool = False

    @property
    def two_sided(self) -> bool:
        """Whether something meets it and something contradicts it."""
        return bool(self.said["met"]) and bool(self.said["contradicted"])


def materials(gold: Path, knowledge: Path, split: str = "train") -> list[Material]:
    """The questions of a split that have claims, by id; criteria without both right and wrong claims are left out."""
    found = []
    questions = bank(knowledge)
    for name, (where, claims) in sorted(load_claims(gold).items()):
        if where != split or name not in questions:
            continue
        rubric = questions[name].rubric
        usable = {c: by for c, by in claims.items() if by.get("met") and by.get("contradicted")}
        criteria = {c.id: c.text for c in rubric.criteria if c.id in usable}
        if criteria:
            wrong = tuple((m.text, m.correction) for m in rubric.misconceptions)
            found.append(Material(name, questions[name].prompt, criteria, usable, wrong, questions[name].model_answer))
    return found


def samples(gold: Path, knowledge: Path, split: str) -> list[Sample]:
    """The hand-labelled answers of a split."""
    return [s for s in load_gold(gold, knowledge).read() if s.split == split]


def points(found: Sequence[Material], labelled: Sequence[Sample]) -> list[Point]:
    """The criteria with their claims and the spans of answers that carry a verdict; then the misconceptions."""
    spans: dict[tuple[str, str, str], list[str]] = {}
    for sample in labelled:
        for criterion, quote in sample.quotes.items():
            spans.setdefault((sample.question, criterion, sample.labels.get(criterion, "")), []).append(quote)
    made = []
    for material in found:
        for criterion, text in material.criteria.items():
            said = {
                kind: tuple(
                    dict.fromkeys(
                        [*material.claims[criterion].get(kind, ()), *spans.get((material.id, criterion, kind), ())]
                    )
                )
                for kind in KINDS
            }
            made.append(Point(material.id, text, said))
        for wrong, right in material.misconceptions:
            if right:
                made.append(Point(material.id, right, {"met": (), "partial": (), "contradicted": (wrong,)}, True))
    return made


def twisted(text: str, rng: random.Random) -> str:
    """The same claim in other clothes: small letters, a lead-in, or one word short."""
    bare = text.rstrip(". ")
    draw = rng.random()
    if draw < 0.3:
        return bare.lower()
    if draw < 0.6:
        lead = rng.choice(("I think ", "So basically ", "Well, ", "As far as I know, ", "um, ", "First, ", "And also "))
        return lead + bare[:1].lower() + bare[1:]
    words = bare.split()
    if len(words) > 8:
        del words[rng.randrange(len(words))]
    return " ".join(words)


def careless(text: str, rng: random.Random) -> str:
    """Now and then without capitals, without its full stop, or with two letters of a word swapped."""
    draw = rng.random()
    if draw < 0.15:
        return text.lower()
    if draw < 0.25:
        return text.rstrip(".")
    if draw < 0.32:
        words = text.split(" ")
        i = rng.randrange(len(words))
        if len(words[i]) > 4:
            words[i] = words[i][:2] + words[i][3] + words[i][2] + words[i][4:]
        return " ".join(words)
    return text
