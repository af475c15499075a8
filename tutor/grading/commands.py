"""What `tutor grade` does: files and streams in and out; the grading itself is `tutor.grading.bulk`."""

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, TextIO

from tutor.errors import InputError
from tutor.grading.bulk import grade_lines
from tutor.grading.load import load_grader
from tutor.settings import Settings

STREAM = "-"


def run_grade(file: str, grader: str | None, out: str | None, settings: Settings) -> int:
    """Grade a file (or `-`) into another (default: stdout); returns 1 when a line was skipped, else 0.

    Raises:
        InputError: a file cannot be opened, both are the same, or no grader has this name.
        ModelError: the grader's model is missing or damaged.
    """
    if out not in (None, STREAM) and file != STREAM and Path(str(out)).resolve() == Path(file).resolve():
        raise InputError(f"--out {out} would overwrite the input. Name another file.")
    skipped = 0
    with ExitStack() as stack:
        lines, judge = _source(file, stack), load_grader(settings, name=grader)
        sink = _sink(out, stack)
        for result in grade_lines(lines, judge):
            if result.row is None:
                skipped += 1
                print(f"line {result.line}: {result.problem}; skipped", file=sys.stderr, flush=True)
            else:
                sink.write(json.dumps(result.row) + "\n")
                sink.flush()
    if skipped:
        print(f"{skipped} of the lines could not be read and were skipped; mend them and run again.", file=sys.stderr)
    return 1 if skipped else 0


def _source(file: str, stack: ExitStack) -> BinaryIO:
    if file == STREAM:
        return sys.stdin.buffer
    try:
        return stack.enter_context(Path(file).open("rb"))
    except OSError as error:
        raise InputError(
            f"{file} cannot be read ({error.strerror}). Give a JSON-lines file, or - for stdin."
        ) from error


def _sink(out: str | None, stack: ExitStack) -> TextIO:
    if out is None or out == STREAM:
        return sys.stdout
    try:
        return stack.enter_context(Path(out).open("w", encoding="ascii"))
    except OSError as error:
        raise InputError(f"{out} cannot be written ({error.strerror}). Name a file in a folder that can.") from error
