"""Labelling by people, blind: one criterion of one answer at a time, nobody's verdict shown.

Verdicts are appended to `second/<rater>.jsonl` of a gold folder as they are given, so that nothing is lost by
stopping; what is there is not asked again. `evals.loaders.gold` reads the file, and validity reports how far the
raters agree.
"""

import json
import random
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from evals.loaders.own import verdict_and_quote
from evals.loaders.text import rows
from evals.samples import Sample

Marks = dict[tuple[str, str], str]

KEYS = {"m": "met", "p": "partial", "x": "missing", "c": "contradicted"}
Ask = Callable[[str], str]


class Item(NamedTuple):
    """One criterion of one answer, to be labelled."""

    sample: Sample
    criterion: str
    text: str


def items(samples: Iterable[Sample], done: set[tuple[str, str]], seed: int) -> Iterator[Item]:
    """The criteria that are not labelled yet; answers in an order drawn by the seed, so that none primes the next."""
    order = list(samples)
    random.Random(seed).shuffle(order)
    for sample in order:
        for criterion in sample.exercises[0].rubric.criteria:
            if (sample.id, criterion.id) not in done:
                yield Item(sample, criterion.id, criterion.text)


def labelled(path: Path) -> set[tuple[str, str]]:
    """Answers and criteria that the file has verdicts for."""
    return set(marks(path))


def marks(path: Path) -> Marks:
    """The verdicts in the file by answer and criterion; the last one given counts."""
    if not path.exists():
        return {}
    return {(row["answer"], row["criterion"]): verdict_and_quote(row["verdict"])[0] for _, row in rows(path)}


def save(path: Path, item: Item, verdict: str, quote: str | None = None) -> None:
    """Append a verdict, with the words of the answer that it rests on where they were named; on disk at return."""
    path.parent.mkdir(parents=True, exist_ok=True)
    row = {"answer": item.sample.id, "criterion": item.criterion, "verdict": [verdict, quote] if quote else verdict}
    row["at"] = datetime.now(UTC).isoformat(timespec="seconds")
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def label(samples: Iterable[Sample], path: Path, seed: int, ask: Ask, say: Callable[[str], None]) -> int:
    """Ask for each item until the rater stops; returns how many were labelled. `ask` returns a key, or `q` to stop."""
    given, shown = 0, ""
    for item in items(samples, labelled(path), seed):
        if item.sample.id != shown:
            shown = item.sample.id
            say(f"\nQuestion: {item.sample.exercises[0].prompt}\n\nAnswer:\n{item.sample.answer}\n")
        key = _key(f"{item.text}\n[m]et [p]artial [x] missing [c]ontradicted [s]kip [q]uit: ", ask)
        if key == "q":
            break
        if key == "s":
            continue
        save(path, item, KEYS[key])
        given += 1
    return given


def _key(text: str, ask: Ask) -> str:
    """A valid key; asks again until there is one. The end of the input is `q`."""
    while True:
        try:
            key = ask(text).strip().lower()[:1]
        except EOFError:
            return "q"
        if key in (*KEYS, "s", "q"):
            return key
