"""Does the verdict move, and the right way, when the claim it rests on is removed, turned or taken back?

The claim is found by the quote that people gave with their label. Only criteria that the grader called met before
the change can show whether it notices; how many those are is part of the result.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from evals.edits import negate, replaced, sentence_with, without
from evals.engine import Task
from evals.loaders.gold import load_claims
from evals.metrics.intervals import wilson
from evals.results import Cell, Draft, Item, Result
from evals.runs import Row
from evals.samples import VERDICTS, Sample
from evals.suites.common import Context, Suite
from evals.suites.shifts import chosen

GROUP = "sensitivity"
COLUMNS = (
    "change", "cases", "verdict before was right", "moved the right way", "low", "high", "other criteria that moved",
)  # fmt: skip
CLAIMS = "Removing, negating, swapping or retracting a claim moves its criterion's verdict the right way, and no other."
MOST, MOST_QUICK = 120, 8
# What the verdict may be after the change. A negation by rule can be as vague as it is false, so `missing` passes too.
ALLOWED = {
    "removed": ("missing", "partial"),
    "negated": ("contradicted", "missing"),
    "swapped": ("contradicted",),
    "retracted": ("contradicted", "missing"),
    "added": ("met",),
}
BEFORE = {"removed": "met", "negated": "met", "swapped": "met", "retracted": "met", "added": "missing"}
ClaimsOf = Callable[[str, str, str], tuple[str, ...]]


def tasks(context: Context) -> Iterator[Task]:
    """Chosen answers as they are, and with one claim changed."""
    claims = load_claims(context.gold)

    def of(question: str, criterion: str, verdict: str) -> tuple[str, ...]:
        _, by_criterion = claims.get(question, ("", {}))
        return by_criterion.get(criterion, {}).get(verdict, ())

    for name, sample in chosen(context, MOST, MOST_QUICK):
        if context.dataset(name).scheme is not VERDICTS or not sample.quotes:
            continue
        yield Task(GROUP, name, sample, sample.answer)
        rng = random.Random(f"{context.seed} {sample.id}")
        for change, criterion, text in _changes(sample, of, rng):
            expect = {"change": change, "criterion": criterion}
            yield Task(
                GROUP,
                name,
                sample,
                text,
                f"{change}:{criterion}",
                expect=expect,
            )


def _changes(sample: Sample, claims: ClaimsOf, rng: random.Random) -> Iterator[tuple[str, str, str]]:
    """At most one change of each kind, each on a criterion drawn from those it applies to."""
    met = [c for c, label in sample.labels.items() if label == "met" and sample.quotes.get(c, "") in sample.answer]
    met = [c for c in met if sample.quotes.get(c)]
    missing = [c for c, label in sample.labels.items() if label == "missing"]
    rng.shuffle(met)
    for change, make in _MAKERS.items():
        for criterion in missing if change == "added" else met:
            text = make(sample, criterion, claims, rng)
            if text is not None and text != sample.answer:
                yield change, criterion, text
                break


def _removed(sample: Sample, criterion: str, _: ClaimsOf, __: random.Random) -> str | None:
    return without(sample.answer, sample.quotes[criterion])


def _negated(sample: Sample, criterion: str, _: ClaimsOf, __: random.Random) -> str | None:
    sentence = sentence_with(sample.answer, sample.quotes[criterion])
    return sentence and replaced(sample.answer, sample.quotes[criterion], negate(sentence))


def _swapped(sample: Sample, criterion: str, claims: ClaimsOf, rng: random.Random) -> str | None:
    wrong = claims(sample.question, criterion, "contradicted")
    return replaced(sample.answer, sample.quotes[criterion], rng.choice(wrong).strip()) if wrong else None


def _retracted(sample: Sample, criterion: str, _: ClaimsOf, __: random.Random) -> str | None:
    return f'{sample.answer} Wait, no: I take back "{sample.quotes[criterion]}". That is wrong.'


def _added(sample: Sample, criterion: str, claims: ClaimsOf, rng: random.Random) -> str | None:
    right = claims(sample.question, criterion, "met")
    return f"{sample.answer} {rng.choice(right).strip()}" if right else None


_MAKERS: dict[str, Callable[[Sample, str, ClaimsOf, random.Random], str | None]] = {
    "removed": _removed,
    "negated": _negated,
    "swapped": _swapped,
    "retracted": _retracted,
    "added": _added,
}


def summarise(_: Context, rows: Iterable[Row]) -> Result:
    """For each change: how often the verdict moved as it must, and how often another criterion's moved too."""
    draft = Draft(GROUP, CLAIMS)
    originals: dict[tuple[str, str], Row] = {}
    changed: dict[str, list[tuple[Row, Row]]] = defaultdict(list)
    for row in rows:
        if not row["variant"]:
            originals[row["set"], row["sample"]] = row
        elif (row["set"], row["sample"]) in originals:
            changed[row["expect"]["change"]].append((originals[row["set"], row["sample"]], row))
    table = [_summarise_change(draft, change, found) for change, found in changed.items()]
    draft.table("Changes of one claim", COLUMNS, table)
    if not changed:
        draft.notes.append("No answer of these sets has quotes for its labels, so no claim could be changed.")
    return draft.done()


def _summarise_change(draft: Draft, change: str, found: list[tuple[Row, Row]]) -> tuple[Cell, ...]:
    moved, seen, other_moved, other_seen = 0, 0, 0, 0
    for before, after in found:
        criterion = after["expect"]["criterion"]
        for other, mark in after["grade"]["verdicts"].items():
            if other != criterion and other in before["grade"]["verdicts"]:
                other_seen += 1
                other_moved += mark["verdict"] != before["grade"]["verdicts"][other]["verdict"]
        if _verdict(before, criterion) != BEFORE[change]:
            continue
        seen += 1
        right = _verdict(after, criterion) in ALLOWED[change]
        moved += right
        if not right and len(draft.worst) < 15:
            said = f"{criterion}: still {_verdict(after, criterion)}"
            expected = f"{criterion}: {' or '.join(ALLOWED[change])} ({change})"
            draft.worst.append(Item(f"{after['set']}: {after['sample']}", after["answer"][:1500], said, expected))
    rate = moved / seen if seen else None
    note = f"of {len(found)} cases; in the others the verdict before was not {BEFORE[change]}"
    interval = wilson(moved, seen)
    draft.figure(f"{change}.moved", rate, interval, seen, note)
    collateral = other_moved / other_seen if other_seen else None
    draft.figure(f"{change}.collateral", collateral, wilson(other_moved, other_seen), other_seen)
    return change, len(found), seen, rate, *(interval or (None, None)), collateral


def _verdict(row: Row, criterion: str) -> Any:
    return row["grade"]["verdicts"].get(criterion, {}).get("verdict")


SUITE = Suite(GROUP, GROUP, tasks, summarise)
