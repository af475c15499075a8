"""Training examples: an answer with the statements it is held against and the verdicts that are allowed for each.

    Example(answer="The water dries up.", items=(("The water was evaporated.", {met}), ...), source="scientsbank")

A label may allow several verdicts: SciEntsBank's `incorrect` does not say whether the point is missing or half
made, so both are right. Public sets are read from `../shared/data` (see its README); only the splits that may be
trained on.
"""

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VERDICTS = ("met", "partial", "missing", "contradicted")
MET, PARTIAL, MISSING, CONTRADICTED = (frozenset({v}) for v in VERDICTS)
NOT_MADE = MISSING | PARTIAL
Labels = frozenset[str]

NLI_LABELS = {"entailment": MET, "neutral": NOT_MADE, "contradiction": CONTRADICTED}
BEETLE_LABELS = {
    "correct": MET,
    "partially_correct_incomplete": PARTIAL,
    "contradictory": CONTRADICTED,
    "irrelevant": MISSING,
    "non_domain": MISSING,
}
SCIENTSBANK_LABELS = {"correct": MET, "contradictory": CONTRADICTED, "incorrect": NOT_MADE}
NLI_ROWS = {
    "breaking_nli": 4000,
    "counterfactual_nli": 10500,
    "fever_symmetric": 1400,
    "monli": 1200,
    "negation_nli": 4000,
    "snli_dev_test": 8000,
}


@dataclass(frozen=True)
class Example:
    """An answer and the statements it is held against, each with the verdicts allowed for it."""

    answer: str
    items: tuple[tuple[str, Labels], ...]
    source: str


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON-lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def words(text: str) -> set[str]:
    """Lower-case word set, for overlap."""
    return set(re.findall(r"[a-z0-9]+", text.lower()))


def closest(answer: str, references: Sequence[str]) -> str:
    """The reference that shares most words with the answer (Jaccard; the first of equals)."""
    mine = words(answer)
    return max(references, key=lambda r: len(mine & words(r)) / max(1, len(mine | words(r))))


def group(pairs: Iterable[tuple[str, str, Labels]], source: str, most: int = 6) -> list[Example]:
    """Pairs (answer, statement, labels) gathered by answer, at most `most` statements together."""
    held: dict[str, list[tuple[str, Labels]]] = defaultdict(list)
    for answer, statement, labels in pairs:
        held[answer].append((statement, labels))
    return [
        Example(answer, tuple(items[i : i + most]), source)
        for answer, items in held.items()
        for i in range(0, len(items), most)
    ]


def inference(folder: Path, rng: random.Random) -> list[Example]:
    """Premise as answer, hypothesis as criterion; a fixed number of rows of each set (`NLI_ROWS`), chosen by `rng`."""
    examples: list[Example] = []
    for name, most in NLI_ROWS.items():
        found = [r for r in rows(folder / f"{name}.jsonl") if r["label"] in NLI_LABELS]
        by_premise: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in found:
            by_premise[row["premise"]].append(row)
        premises = sorted(by_premise)
        rng.shuffle(premises)
        chosen: list[tuple[str, str, Labels]] = []
        for premise in premises:
            if len(chosen) >= most:
                break
            chosen += [(premise, r["hypothesis"], NLI_LABELS[r["label"]]) for r in by_premise[premise][:6]]
        examples += group(chosen, name)
    return examples


def _saf_labels(score: float) -> Labels:
    if score >= 0.999:
        return MET
    return PARTIAL if score > 0 else MISSING | CONTRADICTED


def school(folder: Path, rng: random.Random) -> list[Example]:
    """The `train` splits of Beetle, SciEntsBank and SAF, each answer held against its closest reference."""
    examples: list[Example] = []
    for name in ("beetle", "scientsbank", "saf"):
        found = [r for r in rows(folder / f"{name}.jsonl") if r["split"] == "train" and r["answer"].strip()]
        if name == "saf":  # its long answers and references would take a third of the time
            found = [r for r in found if len(r["answer"].split()) <= 80 and len(r["references"][0].split()) <= 50]
        everything = sorted({ref for r in found for ref in r["references"]})
        for row in found:
            if name == "beetle":
                labels = BEETLE_LABELS[row["label"]]
            elif name == "scientsbank":
                labels = SCIENTSBANK_LABELS[row["label"]]
            else:
                labels = _saf_labels(row["score"])
            items = [(closest(row["answer"], row["references"]), labels)]
            other = rng.choice(everything)
            if rng.random() < 0.3 and other not in row["references"]:
                items.append((other, NOT_MADE))
            examples.append(Example(row["answer"], tuple(items), name))
    return examples
