"""What `tutor material add`, `list` and `remove` do and print. `ask` is a session (`tutor.terminal`)."""

import sys
from pathlib import Path
from textwrap import indent

from tutor.errors import InputError
from tutor.material.questions import MARK
from tutor.material.service import Material
from tutor.models.embedder import load_embedder
from tutor.settings import settings
from tutor.store.log import EventStore
from tutor.store.material import Document, MaterialStore


def run_add(files: list[Path], learner: str) -> None:
    """Add each file and say what came of it; raises InputError at the first that cannot be used."""
    material = _open()
    for file in files:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise InputError(f"{file} cannot be read ({error.strerror}). Give a file that you may read.") from error
        added = material.add(learner, file.name, content, _progress if sys.stderr.isatty() else None)
        print(summary(added))
        for question in material.questions(learner, added.id):
            print("\n" + indent(question.prompt, "  "))
    print(f"\nThe questions are {MARK}. Practise them: tutor material ask")


def run_list(learner: str) -> None:
    """Print the learner's files."""
    files = _open().documents(learner)
    for file in files:
        print(f"{file.id}  {summary(file)}")
    if not files:
        print("Nothing was added yet. Add a file: tutor material add FILE")


def run_remove(file: str, learner: str) -> None:
    """Remove a file by its id, or by its name when only one has it."""
    material = _open()
    found = [d for d in material.documents(learner) if file in (d.id, d.name)]
    if len(found) != 1:
        what = "Several files have that name" if found else f"There is no file {file!r}"
        raise InputError(f"{what}. Give the id that `tutor material list` shows.")
    material.remove(learner, found[0].id)
    print(
        f"Removed {found[0].name}: its passages, vectors and questions are gone. Answers given stay in their sessions."
    )


def summary(file: Document) -> str:
    """One line on a file: how much of it there is, and how much of it can be asked for."""
    return (
        f"{file.name}: {file.words:,} words in {file.passages} passages; {file.usable} of {file.sentences} sentences "
        f"can be asked for; {file.questions} questions"
    )


def _open() -> Material:
    knobs = settings()
    embedder = load_embedder(knobs)
    return Material(MaterialStore(EventStore(knobs.sql_url).engine), lambda: embedder)


def _progress(what: str, done: int, total: int) -> None:
    end = "\n" if done == total else ""
    print(f"\r{what}: {done} of {total}   ", end=end, file=sys.stderr, flush=True)
