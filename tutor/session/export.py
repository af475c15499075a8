"""A learner's progress and answers as data: for a file, a spreadsheet, another program."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from tutor.learner.readiness import Readiness
from tutor.learner.target import Target
from tutor.session.planning import progress_of
from tutor.session.record import Record
from tutor.store.log import AttemptRow

COLUMNS = ("at", "question", "topic", "kind", "level", "first", "credit", "hints", "seconds", "session", "attempt")
ABOUT = (
    "Estimates from graded answers. mean, low and high are the expected share of the points on a question of the level "
    "asked, with its 95% interval; null where no answer was graded. Not a chance of passing."
)


def progress_data(known: Record, learner: str, now: datetime, day: date) -> dict[str, Any]:
    """Target, readiness of every topic with its interval, and every answer; ready for JSON."""
    found = progress_of(known, day)
    target = known.planned.target if known.planned else Target()
    return {
        "learner": learner,
        "made_at": now.isoformat(timespec="seconds"),
        "about": ABOUT,
        "target": target.model_dump(mode="json", exclude={"weights"}),
        "topics_asked": found.asked,
        "topics_unknown": found.unknown,
        "answers_in_seven_days": found.answers,
        "weakest": [r.topic for r in found.weakest],
        "readiness": [_readiness(r) for r in found.readiness.values()],
        "attempts": [_attempt(row, known) for row in known.rows],
    }


def attempts_csv(known: Record) -> str:
    """Every answer as a line of CSV, oldest first, with a header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_attempt(row, known) for row in known.rows)
    return text.getvalue()


def _attempt(row: AttemptRow, known: Record) -> dict[str, Any]:
    question = known.corpus.questions.get(row.question)
    return {
        "at": row.at.isoformat(timespec="seconds"),
        "question": row.question,
        "topic": question.topic if question else None,
        "kind": question.kind.value if question else None,
        "level": question.level if question else None,
        "first": row.first,
        "credit": row.credit,
        "hints": row.hints,
        "seconds": round(row.seconds),
        "session": row.session_id,
        "attempt": row.attempt,
    }


def _readiness(found: Readiness) -> dict[str, Any]:
    return {
        "topic": found.topic,
        "level": found.asked.level if found.asked else None,
        "standing": found.standing.value,
        "mean": _rounded(found.mean),
        "low": _rounded(found.low),
        "high": _rounded(found.high),
        "answers": found.answers,
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def latest(rows: Sequence[AttemptRow], n: int) -> tuple[AttemptRow, ...]:
    """The last n answers, the newest first."""
    return tuple(reversed(rows))[:n]
