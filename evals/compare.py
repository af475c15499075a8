"""What changed between two runs over the same answers: two graders, or two versions of one."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from evals.metrics.intervals import paired_test
from evals.report import cell
from evals.results import shown
from evals.runs import Row, read_config, read_items
from evals.samples import SCHEMES
from tutor.errors import InputError


class Change(NamedTuple):
    """A criterion of an answer that the two runs judge differently."""

    key: str
    criterion: str
    first: str
    second: str
    label: str | None
    answer: str


class Comparison(NamedTuple):
    """What `compare` found: Markdown to print, the changes, and how many verdicts and answers both runs graded."""

    markdown: str
    changes: tuple[Change, ...]
    verdicts: int
    answers: int


def compare(first: Path, second: Path, seed: int = 0, listed: int = 30) -> Comparison:
    """Compare two run folders item by item; raises `InputError` when they share no graded items."""
    names = [read_config(path)["grader"] for path in (first, second)]
    schemes = {d["name"]: SCHEMES[d["scheme"]] for d in read_config(first)["datasets"]}
    changes: list[Change] = []
    right: dict[str, list[tuple[str, bool, bool]]] = defaultdict(list)
    errors: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
    verdicts, answers = 0, 0
    for a, b in _pairs(first, second):
        answers += 1
        scheme = schemes.get(a["set"])
        for criterion, mark in a["grade"]["verdicts"].items():
            other = b["grade"]["verdicts"].get(criterion)
            if other is None or mark["verdict"] is None or other["verdict"] is None:
                continue
            verdicts += 1
            label = a["labels"].get(criterion)
            if mark["verdict"] != other["verdict"]:
                changes.append(Change(a["key"], criterion, mark["verdict"], other["verdict"], label, a["answer"]))
            if label is not None and scheme is not None and a["group"] == "plain":
                hits = (scheme.label(mark["verdict"]) == label, scheme.label(other["verdict"]) == label)
                right[a["set"]].append((a["question"], *hits))
        scores = (a["label_score"], a["grade"]["score"], b["grade"]["score"])
        if a["group"] == "plain" and None not in scores:
            errors[a["set"]].append((a["question"], abs(scores[1] - scores[0]), abs(scores[2] - scores[0])))
    if not answers:
        raise InputError(f"{first} and {second} share no items; compare runs of the same suites, sets, seed and limit")
    parts = [f"# A: {names[0]}  B: {names[1]}", _tests(right, errors, seed), _moved(changes, verdicts, answers)]
    parts.append(_list(changes, listed))
    return Comparison("\n\n".join(parts) + "\n", tuple(changes), verdicts, answers)


def _pairs(first: Path, second: Path) -> Iterator[tuple[Row, Row]]:
    """Items of both runs with the same key and the same answer text."""
    known = {row["key"]: row for row in read_items(first)}
    for row in read_items(second):
        other = known.get(row["key"])
        if other is not None and other["answer"] == row["answer"]:
            yield other, row


def _tests(
    right: dict[str, list[tuple[str, bool, bool]]], errors: dict[str, list[tuple[str, float, float]]], seed: int
) -> str:
    lines = ["| figure | A | B | B - A | 95% interval | p | n | could see |", "|---|---:|---:|---:|---|---:|---:|---:|"]
    tables: list[tuple[str, list[tuple[str, float, float]]]] = [
        *(
            (f"{name}: accuracy of verdicts", [(q, float(a), float(b)) for q, a, b in rows])
            for name, rows in right.items()
        ),
        *((f"{name}: distance from the given score", rows) for name, rows in errors.items()),
    ]
    for name, rows in tables:
        test = paired_test([q for q, _, _ in rows], [b for _, _, b in rows], [a for _, a, _ in rows], seed)
        a, b = sum(row[1] for row in rows) / len(rows), sum(row[2] for row in rows) / len(rows)
        interval = "" if test.interval is None else f"[{test.interval.low:+.3f}, {test.interval.high:+.3f}]"
        lines.append(
            f"| {name} | {a:.3f} | {b:.3f} | {test.difference:+.3f} | {interval} | {shown(test.p_value)} | {test.n} "
            f"| {shown(test.detectable)} |"
        )
    if len(lines) == 2:
        return "No labelled answers in common, so no figure can say which run is better."
    note = "p: signs of questions' differences flipped. could see: true difference found in four of five samples."
    return "\n".join(lines) + f"\n\n{note}"


def _moved(changes: list[Change], verdicts: int, answers: int) -> str:
    counts = Counter((c.first, c.second) for c in changes)
    lines = [f"{len(changes)} of {verdicts} verdicts on {answers} answers differ."]
    lines += [f"- {a} -> {b}: {n}" for (a, b), n in counts.most_common()]
    return "\n".join(lines)


def _list(changes: list[Change], listed: int) -> str:
    lines = [f"## The first {min(listed, len(changes))} changes"] if changes else ["No verdict changed."]
    for change in changes[:listed]:
        label = f"; people: {change.label}" if change.label else ""
        lines.append(f"- **{change.key}** {change.criterion}: {change.first} -> {change.second}{label}")
        lines.append(f"  > {cell(change.answer[:300])}")
    return "\n".join(lines)
