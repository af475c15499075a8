"""The public sets, one answer a line: {id, question_id, question, references[], answer, score, label, split, ...}.

References are alternatives: the best verdict over them counts. Khan's rows carry a `criterion`, which is used
instead, and three raters; Mohler's carry two graders' marks from 0 to 5.

Labels and the verdicts that count as them:

| labels | scheme | met | partial | missing | contradicted |
|---|---|---|---|---|---|
| Beetle's five | verdicts | correct | partially_correct_incomplete | irrelevant, non_domain | contradictory |
| SciEntsBank's three | three-way | correct | incorrect | incorrect | contradictory |
| SAF, neural-network exam | partial-credit | correct | partially_correct | incorrect | incorrect |
| Khan | binary | correct | incorrect | incorrect | incorrect |
| none (Mohler) | the score alone is compared | | | | |
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from evals.loaders.text import Row, bad_row, digest, rows
from evals.samples import (
    BINARY,
    PARTIAL_CREDIT,
    REFERENCE,
    SCHEMES,
    THREE_WAY,
    VERDICTS,
    Dataset,
    Labels,
    Sample,
    Scheme,
    reference_exercises,
)
from tutor.domain import Exercise
from tutor.errors import InputError

# Labels of public sets in the words of their scheme; a label that is already a class of the scheme needs no entry.
BEETLE = {
    "correct": "met",
    "partially_correct_incomplete": "partial",
    "irrelevant": "missing",
    "non_domain": "missing",
    "contradictory": "contradicted",
}
TOP_MARK = 5.0


def load_public(path: Path, scheme: str | None = None) -> Dataset:
    """A file of the public format; the scheme shows from its labels unless given. Raises `InputError` while reading."""
    chosen = _named(scheme) if scheme else _scheme_of(path)
    return Dataset(path.stem, digest([path]), chosen, lambda: _samples(path, chosen), "public set, read by path")


def _named(name: str) -> Scheme:
    if name not in SCHEMES:
        raise InputError(f"there is no label scheme {name!r}; choose one of: {', '.join(SCHEMES)}")
    return SCHEMES[name]


def _scheme_of(path: Path) -> Scheme:
    """The scheme that holds all labels of the file; one pass, because rare labels may come late."""
    labels = set()
    for _, row in rows(path):
        if "human" in row:
            return BINARY
        labels.add(str(row.get("label") or ""))
    labels.discard("")
    if labels & {"irrelevant", "non_domain", "partially_correct_incomplete"} or labels <= set(VERDICTS.classes):
        return VERDICTS
    for scheme in (BINARY, PARTIAL_CREDIT, THREE_WAY):
        if labels <= set(scheme.classes):
            return scheme
    raise InputError(
        f"{path}: the labels {', '.join(sorted(labels))} belong to no known scheme; name one with --scheme"
    )


def _samples(path: Path, scheme: Scheme) -> Iterator[Sample]:
    for number, row in rows(path):
        try:
            yield _sample(row, number, scheme)
        except (KeyError, ValueError, TypeError) as error:
            raise bad_row(path, number, error) from error


@lru_cache(maxsize=1024)
def _exercises(question: str, prompt: str, references: tuple[str, ...]) -> tuple[Exercise, ...]:
    return reference_exercises(question, prompt, references)


def _sample(row: Row, number: int, scheme: Scheme) -> Sample:
    references = (row["criterion"],) if row.get("criterion") else tuple(row["references"])
    label = _label(row, scheme)
    graders = tuple(float(mark) / TOP_MARK for mark in row.get("graders", ()))
    return Sample(
        id=str(row.get("id", number)),
        exercises=_exercises(str(row.get("question_id") or row["question"]), row["question"], references),
        answer=row["answer"],
        labels={REFERENCE: label} if label else {},
        score=None if row.get("score") is None else float(row["score"]),
        raters=tuple(_binary(vote) for vote in row.get("human", ())),
        rater_scores=graders,
        split=row.get("split", ""),
    )


def _binary(vote: int) -> Labels:
    return {REFERENCE: "correct" if vote else "incorrect"}


def _label(row: Row, scheme: Scheme) -> str | None:
    raw = row.get("label")
    if not raw:
        return None
    label = BEETLE.get(raw, raw) if scheme is VERDICTS else raw
    if scheme is THREE_WAY and raw not in scheme.classes:
        label = row.get("label_3way", raw)
    if label not in scheme.classes:
        raise ValueError(f"the label {raw!r} is not one of {', '.join(scheme.classes)}")
    return str(label)
