"""A run is a folder: what was run, every graded item, what came out. Nothing else is kept anywhere.

    config.json       suites, grader with version, sets with digests, seed, git commit, machine
    questions.jsonl   each question once: prompt, rubric version, for each criterion its text (alternatives: texts)
    items.jsonl       one graded item a line, appended as it is graded
    results.json      figures, tables, plots (`evals.results`), written at the end
    report.md, report.html

A run that was killed goes on where it stopped: items that are in the file are not graded again. The position of an
item in the stream of tasks identifies it, and a checksum of its key is compared, so that a changed program cannot
mix two runs.
"""

import json
import os
import platform
import subprocess
import zlib
from array import array
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from evals.samples import Sample
from tutor.errors import InputError
from tutor.settings import REPOSITORY, settings

Row = dict[str, Any]
# What makes two runs the same run; the rest of the config is for people.
IDENTITY = ("suites", "grader", "datasets", "splits", "limit", "seed", "repeats", "quick", "cached")


def git_commit() -> str:
    """Commit of the checkout, with `+` when tracked files differ from it; `unknown` outside a checkout."""
    try:
        head = _git("rev-parse", "--short=12", "HEAD")
        return head + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(REPOSITORY), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def machine() -> str:
    """Cores, architecture, system and Python, in words."""
    return f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"


def new_folder(name: str) -> Path:
    """A folder for a run of this name in the data folder, not yet made; dated, so that names sort by age."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    safe = "".join(c if c.isalnum() else "-" for c in name)[:60]
    return settings().data_dir / "evals" / f"{stamp}-{safe}"


class RunFolder:
    """An open run folder; a context manager that closes its files. One process writes a folder at a time."""

    def __init__(self, path: Path, config: Row) -> None:
        """Open the folder for this config, or make it; raises `InputError` when it holds another run."""
        self.path = path
        self.config = config
        path.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(path)
        known = read_config(path) if (path / "config.json").exists() else None
        if known is None:
            write_json(path / "config.json", config)
        elif changed := [key for key in IDENTITY if known.get(key) != config.get(key)]:
            self._lock.close()
            raise InputError(f"{path} holds a run with other {', '.join(changed)}; name another folder with --out")
        _drop_torn_line(path / "items.jsonl")
        _drop_torn_line(path / "questions.jsonl")
        self._done = array("Q")
        self.resumed = self._index_items()
        self._questions = {row["id"] for row in read_rows(path / "questions.jsonl")}
        self._items = (path / "items.jsonl").open("a", encoding="utf-8", buffering=1)

    def __enter__(self) -> "RunFolder":
        return self

    def __exit__(self, *_: object) -> None:
        self._items.close()
        self._lock.close()

    def _index_items(self) -> int:
        count = 0
        for row in read_rows(self.path / "items.jsonl"):
            self._mark(row["n"], row["key"])
            count += 1
        return count

    def _mark(self, place: int, key: str) -> None:
        if place >= len(self._done):
            self._done.extend([0] * (place + 1 - len(self._done)))
        self._done[place] = _checksum(key)

    def has(self, place: int, key: str) -> bool:
        """Whether the item was graded before; raises `InputError` when another item stands at its place."""
        if place >= len(self._done) or not self._done[place]:
            return False
        if self._done[place] != _checksum(key):
            raise InputError(f"{self.path} was made by another version of the evals; start a new run with --out")
        return True

    def append(self, row: Row) -> None:
        """Write one graded item; it is in the file when this returns."""
        self._items.write(json.dumps(row) + "\n")
        self._mark(row["n"], row["key"])

    def note_question(self, sample: Sample) -> None:
        """Write the sample's question down, once."""
        if sample.question in self._questions:
            return
        self._questions.add(sample.question)
        first = sample.exercises[0]
        texts: dict[str, list[str]] = {}
        for criterion in (c for exercise in sample.exercises for c in exercise.rubric.criteria):
            texts.setdefault(criterion.id, []).append(criterion.text)
        row = {"id": first.id, "prompt": first.prompt, "rubric": first.rubric.version, "criteria": texts}
        with (self.path / "questions.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def _checksum(key: str) -> int:
    """Never 0, which marks a gap."""
    return zlib.crc32(key.encode()) + 1


def _lock(path: Path) -> IO[str]:
    """Held until the process ends, however it ends."""
    import fcntl

    file = (path / ".lock").open("w", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise InputError(f"another process is writing {path}; wait for it or name another folder with --out") from error
    return file


def _drop_torn_line(path: Path) -> None:
    """Cut off what a kill left of a line that was being written."""
    if not path.exists():
        return
    with path.open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        back = size
        while back > 0:
            start = max(0, back - 65536)
            file.seek(start)
            found = file.read(back - start).rfind(b"\n")
            if found >= 0:
                file.truncate(start + found + 1)
                return
            back = start
        file.truncate(0)


def read_rows(path: Path) -> Iterator[Row]:
    """The objects of a JSON-lines file of a run, one at a time; none when the file is not there."""
    if not path.exists():
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.endswith("\n"):
                yield json.loads(line)


def read_items(path: Path, group: str | None = None) -> Iterator[Row]:
    """The graded items of a run folder, all of them or those of one group of tasks."""
    for row in read_rows(path / "items.jsonl"):
        if group is None or row["group"] == group:
            yield row


def read_questions(path: Path) -> dict[str, Row]:
    """The questions of a run folder by id."""
    return {row["id"]: row for row in read_rows(path / "questions.jsonl")}


def read_config(path: Path) -> Row:
    """The config of a run folder; raises `InputError` when it is none."""
    try:
        with (path / "config.json").open(encoding="utf-8") as file:
            found: Row = json.load(file)
            return found
    except (OSError, json.JSONDecodeError) as error:
        raise InputError(f"{path} is not a run folder ({error}); name one that `python -m evals` made") from error


def write_json(path: Path, value: object) -> None:
    """Write the file so that a reader sees the old content or the new, never a part."""
    fresh = path.with_suffix(".part")
    fresh.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
    fresh.replace(path)
