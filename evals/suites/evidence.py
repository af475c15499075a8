"""Does a verdict rest on words that are there, on the words people point at, and on passages that exist?"""

import re
from collections.abc import Iterable

from evals.loaders.gold import corpus
from evals.metrics.intervals import wilson
from evals.results import Draft, Item, Result
from evals.runs import Row
from evals.samples import Dataset
from evals.suites.common import PLAIN, Context, Suite, by_set, plain_tasks

CLAIMS = "Each verdict but `missing` quotes words that stand in the answer, and mostly those people quote too."


def summarise(context: Context, rows: Iterable[Row]) -> Result:
    """Quotes given, found, and shared with people; citations that exist and are the criterion's own."""
    draft = Draft("evidence", CLAIMS)
    for dataset, its_rows in by_set(context, rows):
        _quotes(draft, dataset, its_rows, context)
        _citations(draft, dataset, its_rows, context)
    return draft.done()


def _rate(draft: Draft, name: str, hits: int, n: int, note: str = "") -> None:
    if n:
        draft.figure(name, hits / n, wilson(hits, n), n, note)


def _quotes(draft: Draft, dataset: Dataset, rows: list[Row], context: Context) -> None:
    given, found, claims = 0, 0, 0
    shared, comparable = 0, 0
    people = {s.id: s.quotes for s in context.samples(dataset) if s.quotes}
    for row in rows:
        for criterion, mark in row["grade"]["verdicts"].items():
            if mark["verdict"] in (None, "missing"):
                continue
            claims += 1
            if mark["quote"] is None:
                continue
            given += 1
            at = mark["at"]
            there = at is not None and row["answer"][at : at + len(mark["quote"])] == mark["quote"]
            found += there
            if not there and len(draft.worst) < 5:
                draft.worst.append(Item(row["sample"], row["answer"][:1500], mark["quote"], "words of the answer"))
            theirs = people.get(row["sample"], {}).get(criterion)
            if theirs and row["labels"].get(criterion) == mark["verdict"]:
                comparable += 1
                shared += overlap(mark["quote"], theirs) > 0
    _rate(draft, f"{dataset.name}.quotes_given", given, claims, "of verdicts other than missing")
    _rate(draft, f"{dataset.name}.quotes_found", found, given, "of quotes, those that stand in the answer")
    _rate(
        draft, f"{dataset.name}.quotes_shared", shared, comparable, "of right verdicts, quotes that meet the people's"
    )


def overlap(one: str, other: str) -> float:
    """Share of the shorter quote's words that are in the other, when at least half are; else 0."""
    first, second = (set(re.findall(r"\w+", text.lower())) for text in (one, other))
    if not first or not second:
        return 0.0
    share = len(first & second) / min(len(first), len(second))
    return share if share >= 0.5 else 0.0


def _citations(draft: Draft, dataset: Dataset, rows: list[Row], context: Context) -> None:
    teaches: dict[tuple[str, str], set[str]] = {}
    for sample in context.samples(dataset):
        for criterion in sample.exercises[0].rubric.criteria:
            if criterion.passages:
                teaches[sample.question, criterion.id] = set(criterion.passages)
    cited = [
        (row["question"], criterion, mark["passages"])
        for row in rows
        for criterion, mark in row["grade"]["verdicts"].items()
        if mark["passages"]
    ]
    if not cited:
        draft.notes.append(
            f"{dataset.name}: the grader cites no passages itself (the session adds them; see retrieval)."
        )
        return
    known = corpus(context.knowledge).passages
    every = [passage for _, _, passages in cited for passage in passages]
    _rate(draft, f"{dataset.name}.citations_exist", sum(p in known for p in every), len(every))
    judged = [(teaches[q, c], set(p)) for q, c, p in cited if (q, c) in teaches]
    support = sum(bool(own & shown) for own, shown in judged)
    _rate(
        draft, f"{dataset.name}.citations_support", support, len(judged), "one of those that the author named is shown"
    )


SUITE = Suite("evidence", PLAIN, plain_tasks, summarise)
