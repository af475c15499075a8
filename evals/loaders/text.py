"""What all loaders share: lines with their numbers, digests, ids."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tutor.errors import InputError

Row = dict[str, Any]


def digest(paths: Iterable[Path]) -> str:
    """First 12 hex digits of the SHA-256 over the files' contents, in the order given."""
    total = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()[:12]


def rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Line numbers and objects of a JSON-lines file, one at a time; raises `InputError` at the first bad line."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise InputError(f"{path}, line {number}: not JSON ({error.msg}); mend or remove the line") from error
            if not isinstance(row, dict):
                raise InputError(f"{path}, line {number}: needs a JSON object")
            yield number, row


def first_row(path: Path) -> Row:
    """The first object of a JSON-lines file; raises `InputError` when there is none."""
    for _, row in rows(path):
        return row
    raise InputError(f"{path} is empty; it needs one JSON object a line")


def bad_row(path: Path, number: int, error: Exception) -> InputError:
    """What is wrong with a line, in one sentence."""
    if isinstance(error, KeyError):
        what = f"the key {error} is missing"
    elif isinstance(error, ValidationError):
        first = error.errors()[0]
        what = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    else:
        what = str(error)
    return InputError(f"{path}, line {number}: {what}")


def slugs(ids: Iterable[object]) -> dict[str, str]:
    """Ids of outside criteria as slugs, each unique: {"Variance (d_k)": "variance-d-k"}."""
    found: dict[str, str] = {}
    for raw in ids:
        slug = re.sub(r"[^a-z0-9]+", "-", str(raw).lower()).strip("-")[:70].strip("-") or "criterion"
        taken, number = slug, 2
        while taken in found.values():
            taken, number = f"{slug}-{number}", number + 1
        found[str(raw)] = taken
    return found
