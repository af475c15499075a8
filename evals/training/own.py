"""Our own gold as training examples: materials for composition, and hand-labelled answers whole and in windows."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from evals.loaders.gold import bank, load_claims, load_gold
from evals.samples import Sample
from evals.training.compose import BY_NAME, WRONG_OR_NOT, Material, attack, compose, model_answer, typo
from evals.training.data import CONTRADICTED, MET, MISSING, NOT_MADE, PARTIAL, Example
from tutor.domain import Exercise
from tutor.grading.windows import sentences

LABELS = BY_NAME | {"missing": MISSING}


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


def whole(sample: Sample) -> Example:
    """The answer against all labelled criteria (in rubric order) and then its question's misconceptions."""
    exercise: Exercise = sample.exercises[0]
    items = [(c.text, LABELS[sample.labels[c.id]]) for c in exercise.rubric.criteria if c.id in sample.labels]
    items += [(m.text, MET if m.id in sample.misconceptions else WRONG_OR_NOT) for m in exercise.rubric.misconceptions]
    return Example(sample.answer, tuple(items), "own")


def windows(sample: Sample, rng: random.Random) -> Iterator[Example]:
    """Runs of two or three sentences: the verdict where its quote lies inside, else the point is not made there."""
    spans = sentences(sample.answer)
    size = rng.choice((2, 3))
    if len(spans) <= size:
        return
    for start in range(rng.randrange(2), len(spans), size):
        part = sample.answer[spans[start].start : spans[min(start + size, len(spans)) - 1].end]
        items = []
        for criterion in sample.exercises[0].rubric.criteria:
            quote = sample.quotes.get(criterion.id)
            inside = quote is not None and quote in part
            if inside or quote is None:
                items.append((criterion.text, LABELS[sample.labels.get(criterion.id, "missing")]))
            else:
                items.append((criterion.text, NOT_MADE))
        yield Example(part, tuple(items), "own-window")


def reworded(sample: Sample, material: Material, rng: random.Random) -> Example:
    """The answer, perhaps in small letters and with typos, against claims in the place of the criteria."""
    items = []
    for criterion, claims in material.claims.items():
        label = sample.labels.get(criterion, "missing")
        right, wrong = rng.choice(claims["met"]), rng.choice(claims["contradicted"])
        if label == "met":
            items.append((wrong, CONTRADICTED))
        elif label == "contradicted":
            items.append((right, CONTRADICTED | PARTIAL))
        elif label == "missing":
            items.append((rng.choice((right, wrong)), MISSING))
        if criterion in material.criteria and rng.random() < 0.5:
            items.append((material.criteria[criterion], LABELS[label]))
    text = sample.answer.lower() if rng.random() < 0.3 else sample.answer
    if rng.random() < 0.3:
        text = " ".join(typo(w, rng) if rng.random() < 0.06 else w for w in text.split(" "))
    rng.shuffle(items)
    return Example(text, tuple(items[:8]), "own-reworded")


def edited(sample: Sample, material: Material, rng: random.Random) -> Example | None:
    """The answer with one sentence added, dropped or replaced so that one verdict changes; None where that cannot be.

    A sentence is only touched when it carries the quote of that criterion and of no other.
    """
    spans = sentences(sample.answer)
    criterion = rng.choice(list(material.criteria))
    if criterion not in sample.labels or not spans:
        return None
    before = sample.labels[criterion]
    carriers = [i for i, s in enumerate(spans) if (sample.quotes.get(criterion) or "\0") in s.quote]
    shared = [i for i in carriers for c, q in sample.quotes.items() if c != criterion and q in spans[i].quote]
    if before != "missing" and (len(carriers) != 1 or shared):
        return None
    told = [s.quote for s in spans]
    after = rng.choice(
        [v for v in ("met", "contradicted", "partial") if v != before and material.claims[criterion].get(v)]
    )
    if before == "missing":
        told.insert(rng.randint(0, len(told)), rng.choice(material.claims[criterion][after]))
        label = LABELS[after]
    elif rng.random() < 0.3:
        del told[carriers[0]]
        label = NOT_MADE
    else:
        told[carriers[0]] = rng.choice(material.claims[criterion][after])
        label = LABELS[after]
    labels = {c: label if c == criterion else LABELS[v] for c, v in sample.labels.items()}
    items = [(c.text, labels[c.id]) for c in sample.exercises[0].rubric.criteria if c.id in labels]
    text = " ".join(t if t[-1:] in ".?!;:" else t + "." for t in told)
    return Example(text, tuple(items), "own-edited") if text else None


def own_examples(found: Sequence[Material], labelled: Sequence[Sample], composed: int, seed: int) -> list[Example]:
    """Composed answers (`composed` a question, one in eight an attack) and labelled answers, whole and in windows."""
    rng = random.Random(seed)
    examples = [whole(s) for s in labelled] + [w for s in labelled for w in windows(s, rng)]
    by_id = {m.id: m for m in found}
    examples += [reworded(s, by_id[s.question], rng) for s in labelled if s.question in by_id]
    changed = [edited(s, by_id[s.question], rng) for s in labelled if s.question in by_id for _ in range(3)]
    examples += [e for e in changed if e is not None]
    for material in found:
        others = [m for m in found if m.id != material.id]
        model = model_answer(material, others, rng)
        examples += [] if model is None else [model]
        for i in range(composed):
            examples.append(attack(material, rng) if i % 8 == 0 else compose(material, others, rng))
    return examples
