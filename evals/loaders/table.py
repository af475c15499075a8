"""CSV import, for graders' spreadsheets. The first line names the columns; order does not matter, others are ignored.

Against a reference answer, one answer a line:   question, reference, answer, label and/or score (0 to 1)
Criterion by criterion, lines of one answer together: question, answer, criterion, verdict

Optional: id, question_id, split; `reference` may hold several, separated by " || ".
"""

import csv
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from evals.loaders.own import question_samples
from evals.loaders.public import BEETLE, _named
from evals.loaders.text import Row, bad_row, digest
from evals.samples import PARTIAL_CREDIT, REFERENCE, VERDICTS, Dataset, Sample, Scheme, reference_exercises
from tutor.errors import InputError

Numbered = tuple[int, Row]


def load_csv(path: Path, scheme: str | None = None) -> Dataset:
    """A CSV file with the columns above; raises `InputError` for missing columns now, for bad lines while reading."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        columns = set(next(csv.reader(file), []))
    version = digest([path])
    if {"question", "answer", "criterion", "verdict"} <= columns:
        return Dataset(path.stem, version, VERDICTS, lambda: _by_criterion(path))
    if {"question", "answer", "reference"} <= columns and columns & {"label", "score"}:
        chosen = _named(scheme) if scheme else PARTIAL_CREDIT
        return Dataset(path.stem, version, chosen, lambda: _by_reference(path, chosen))
    raise InputError(
        f"{path}: needs the columns question, answer and either criterion, verdict or reference and label or score; "
        f"it has: {', '.join(sorted(columns)) or 'none'}"
    )


def _lines(path: Path) -> Iterator[Numbered]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            yield reader.line_num, row


def _by_criterion(path: Path) -> Iterator[Sample]:
    for _, group in groupby(_lines(path), key=lambda item: (item[1]["question"], item[1]["answer"], item[1].get("id"))):
        lines = list(group)
        number, first = lines[0]
        criteria = [{"id": f"c{i}", "text": row["criterion"]} for i, (_, row) in enumerate(lines, 1)]
        verdicts = {f"c{i}": row["verdict"].strip().lower() for i, (_, row) in enumerate(lines, 1)}
        answer = {"id": first.get("id") or number, "text": first["answer"], "verdicts": verdicts}
        question = {
            "id": first.get("question_id") or first["question"],
            "question": first["question"],
            "criteria": criteria,
            "answers": [answer],
            "split": first.get("split") or "",
        }
        try:
            yield from question_samples(question, f"line {number}")
        except ValueError as error:
            raise bad_row(path, number, error) from error


def _by_reference(path: Path, scheme: Scheme) -> Iterator[Sample]:
    for number, row in _lines(path):
        try:
            yield _sample(row, number, scheme)
        except ValueError as error:
            raise bad_row(path, number, error) from error


def _sample(row: Row, number: int, scheme: Scheme) -> Sample:
    references = tuple(part.strip() for part in row["reference"].split("||") if part.strip())
    raw = (row.get("label") or "").strip()
    label = BEETLE.get(raw, raw) if scheme is VERDICTS else raw
    if label and label not in scheme.classes:
        raise ValueError(
            f"the label {raw!r} is not one of {', '.join(scheme.classes)}; name another scheme with --scheme"
        )
    score = float(row["score"]) if row.get("score") else None
    if score is not None and not 0 <= score <= 1:
        raise ValueError(f"the score {score} is not between 0 and 1; divide by the top mark")
    return Sample(
        id=row.get("id") or f"line {number}",
        exercises=reference_exercises(row.get("question_id") or row["question"], row["question"], references),
        answer=row["answer"],
        labels={REFERENCE: label} if label else {},
        score=score,
        split=row.get("split") or "",
    )
