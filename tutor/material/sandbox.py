"""Reads a file in a process of its own, so that one made to hang, to fill the memory or to crash a parser cannot."""

import json
import logging
import os
import subprocess
import sys
from pathlib import PurePath

from tutor.errors import InputError
from tutor.material.formats import MAX_WORDS, kind_of
from tutor.settings import REPOSITORY

SECONDS = 90
log = logging.getLogger(__name__)


def file_name(name: str) -> str:
    """The last part of a path or an upload's name, printable and of at most 120 characters."""
    last = PurePath(name.replace("\\", "/")).name
    shown = "".join(c for c in last if c.isprintable()).strip()
    return shown if len(shown) <= 120 else shown[:100] + shown[-20:]


def read_file(name: str, content: bytes, seconds: float = SECONDS) -> tuple[str, list[tuple[int | None, str]]]:
    """The kind of the file, and its pages (number, or None where it has no pages) as Markdown.

    Raises InputError, saying what is wrong with the file and what to do, whatever the file holds.
    """
    name = file_name(name)
    kind = kind_of(name, content)
    path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-m", "tutor.material.read", name, kind]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=seconds, env=os.environ | {"PYTHONPATH": path}
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(
            f"{name} took more than {seconds:g} seconds to read and was given up. Split it, or save its text "
            "as Markdown."
        ) from error
    if done.returncode != 0:
        log.info("reading %s failed: %s", name, done.stderr.decode("utf-8", "replace")[-2000:])
        raise InputError(
            f"{name} cannot be read; it seems damaged, cut off or far too complex. Open it in its program, save it "
            "again (or export its text as Markdown), and add that."
        )
    found = json.loads(done.stdout)
    if "refused" in found:
        raise InputError(str(found["refused"]))
    pages = [(number, str(text)) for number, text in found["pages"]]
    words = sum(len(text.split()) for _, text in pages)
    if words > MAX_WORDS:
        raise InputError(f"{name} has {words:,} words; at most {MAX_WORDS:,} are read. Add the chapters you need.")
    return kind, pages
