"""Contested verdicts of practice as candidates for gold, in the documented format of `evals.loaders.own`.

    {"id": "attention-scaling", "question": "Why ...?", "criteria": [{"id": "variance", "text": "..."}],
     "answers": [{"id": "c-1f2e3d4c5b6a", "text": "...",
                  "contested": {"variance": {"grader": "missing", "by": "local-1", "claimed": "met", "words": "..."}}}],
     "split": "candidate", "rubric": "0a1b2c3d4e5f"}

One line an answer, with the criteria that were contested and no others. The answer has no `verdicts`: those are for
people to give, and what lies under `contested` is not shown to them. Learners are not named; what they typed is as
they typed it, so read it before you pass the file on.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from evals.label import Marks
from evals.loaders.text import Row, rows
from tutor.domain import Critique, Question
from tutor.errors import InputError
from tutor.session.events import Contested
from tutor.session.state import Attempt, fold
from tutor.store.log import EventStore

FILE = "candidates.jsonl"


class Found(NamedTuple):
    """The candidates, and how many contested verdicts were left out: their question or criterion is gone."""

    rows: list[Row]
    verdicts: int
    left_out: int


def labels_dir(data_dir: Path) -> Path:
    """Where the app keeps what people label; `candidates.jsonl` there is what its page Label offers beside gold."""
    return data_dir / "labels"


def open_store(url: str) -> EventStore:
    """The store at the SQLAlchemy URL; raises InputError where a SQLite file is not there, in place of making one."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise InputError(
            f"--database {url!r} is no database URL; write sqlite:///path/to/tutor.db or postgresql://..."
        ) from error
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        raise InputError(f"there is no database at {parsed.database}; contest a verdict in the tutor, or name another")
    return EventStore(url)


def candidates(store: EventStore, questions: Mapping[str, Question]) -> Found:
    """All contested verdicts in the store; of several contests of one verdict the last counts."""
    found: list[Row] = []
    verdicts = left_out = 0
    for session in store.sessions_with("contested"):
        state = fold(store.events(session))
        last = {(c.attempt, c.criterion): c for c in state.contests}
        for attempt in state.attempts:
            mine = [c for (name, _), c in last.items() if name == attempt.answered.attempt]
            row, kept = _row(attempt, mine, questions)
            verdicts, left_out = verdicts + kept, left_out + len(mine) - kept
            found += [row] if row else []
    return Found(found, verdicts, left_out)


def _row(attempt: Attempt, mine: list[Contested], questions: Mapping[str, Question]) -> tuple[Row | None, int]:
    question, critique = questions.get(attempt.answered.question), attempt.critique
    if question is None or critique is None:
        return None, 0
    claims = {c.criterion: _claim(c, critique) for c in mine}
    criteria = [c for c in question.rubric.criteria if c.id in claims]
    if not criteria:
        return None, 0
    contested = {c.id: claims[c.id] for c in criteria}
    # The attempt's name holds that of the session, which is the learner's.
    name = hashlib.sha256(attempt.answered.attempt.encode()).hexdigest()[:12]
    row = {
        "id": question.id,
        "question": question.prompt,
        "criteria": [{"id": c.id, "text": c.text, "weight": c.weight, "essential": c.essential} for c in criteria],
        "answers": [{"id": f"c-{name}", "text": attempt.text, "contested": contested}],
        "split": "candidate",
        "rubric": critique.rubric,
    }
    return row, len(criteria)


def _claim(contested: Contested, critique: Critique) -> dict[str, Any]:
    given = next((v.verdict for v in critique.verdicts if v.criterion == contested.criterion), None)
    return {
        "grader": given.value if given else None,
        "by": critique.grader,
        "claimed": contested.claimed.value,
        "words": contested.words,
    }


def write(found: Found, path: Path) -> None:
    """Write the candidates, one JSON object a line, in place of what the file held."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".part")
    fresh.write_text("".join(json.dumps(row) + "\n" for row in found.rows), encoding="utf-8")
    fresh.replace(path)


def said(path: Path, who: str) -> Marks:
    """What the `grader`, or the learner (`claimed`), says on each verdict of a candidates file."""
    return {
        (f"{row['id']}/{answer['id']}", criterion): claim[who]
        for answer, row in _answers(path)
        for criterion, claim in answer.get("contested", {}).items()
        if claim[who]
    }


def _answers(path: Path) -> Iterator[tuple[Row, Row]]:
    for _, row in rows(path):
        for answer in row.get("answers", ()):
            yield answer, row
