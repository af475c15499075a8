"""Grades kept between runs, for graders that cost money; only when asked for, and never when repeats are measured."""

import hashlib
import json
import sqlite3
from pathlib import Path

from evals.grades import Grade
from tutor.domain import Exercise


class GradeCache:
    """Grades in an SQLite file, by grader, exercise and answer. A grader of another version never finds them."""

    def __init__(self, path: Path, grader: str) -> None:
        """Open or make the file; `grader` is the name with version."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._grader = grader
        self._base = sqlite3.connect(path, isolation_level=None)
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("CREATE TABLE IF NOT EXISTS grades (key TEXT PRIMARY KEY, grade TEXT NOT NULL)")

    def _key(self, exercises: tuple[Exercise, ...], answer: str) -> str:
        text = json.dumps([self._grader, [e.model_dump_json() for e in exercises], answer])
        return hashlib.sha256(text.encode()).hexdigest()

    def get(self, exercises: tuple[Exercise, ...], answer: str) -> Grade | None:
        """The grade given before, or None."""
        row = self._base.execute("SELECT grade FROM grades WHERE key = ?", (self._key(exercises, answer),)).fetchone()
        if row is None:
            return None
        found: Grade = json.loads(row[0])
        return found

    def put(self, exercises: tuple[Exercise, ...], answer: str, grade: Grade) -> None:
        """Keep the grade."""
        key = self._key(exercises, answer)
        self._base.execute("INSERT OR REPLACE INTO grades VALUES (?, ?)", (key, json.dumps(grade)))

    def close(self) -> None:
        """Close the file."""
        self._base.close()
