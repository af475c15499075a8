"""Graders by name, so that another process, or another machine, can load the same one.

| name | what grades |
|---|---|
| `local`, `similarity` | ours (`tutor.grading.load`) |
| `length`, `keywords`, `sequence`, `tfidf`, `cosine` | rules that grade without reading (`evals.baselines`) |
| `module:function` | a Python callable of (exercise, answer), an object with `grade`, or a class of such objects |
| `command:PROGRAM ARGS` | a program that reads a JSON line and answers with one, started once for each process |
| `panel:A+B+C` | the majority of the named graders; a tie is unsure |
| `chat`, `chat:provider:model` | the chat model of the settings, or the one named |

A callable or a command gives what `evals.grades.from_outside` accepts. A command reads {"id", "question", "criteria":
[{"id", "text", "weight"}], "misconceptions", "answer"}.
"""

import contextlib
import hashlib
import importlib
import importlib.util
import inspect
import json
import os
import shlex
import subprocess
import weakref
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from evals.grades import Grade, Mark, best, from_critique, from_outside, graded, ungraded
from tutor.domain import Exercise, Verdict
from tutor.errors import InputError, TutorError
from tutor.settings import Settings, settings

OURS = ("local", "judge", "similarity")
RULES = ("length", "keywords", "sequence", "tfidf", "cosine")


class Loaded(NamedTuple):
    """A grader ready to use: its name with version, and a function of (exercise, answer) that never raises.

    `metered` graders cost money for each token.
    """

    name: str
    grade: Callable[[Exercise, str], Grade]
    metered: bool = False


def grade_alternatives(grader: Loaded, exercises: tuple[Exercise, ...], answer: str) -> Grade:
    """The answer graded against each alternative reference; the best counts."""
    if len(exercises) == 1:
        return grader.grade(exercises[0], answer)
    return best([grader.grade(exercise, answer) for exercise in exercises])


@lru_cache(maxsize=4)
def load(spec: str, _copy: int = 0) -> Loaded:
    """The grader of that name, loaded once in a process for each copy; raises `InputError` or `ModelError`.

    Each repeat of an answer is graded by another copy, so that nothing a grader remembers can make it repeat itself.
    """
    kind, _, rest = spec.partition(":")
    if spec in OURS or spec in ("chat", "panel"):
        return _tutor_grader(spec, settings())
    if spec in RULES:
        from evals.baselines import rule

        return Loaded(f"{spec}@1", _safely(rule(spec)))
    if kind == "command" and rest:
        return Loaded(f"command {rest}", _safely(_command(rest)))
    if kind == "panel" and rest:
        return _panel([load(part) for part in rest.split("+")])
    if kind == "chat" and rest:
        return _tutor_grader("chat", settings().model_copy(update={"chat_model": rest}))
    if rest and not rest.count(":") and _importable(kind):
        return _callable(kind, rest)
    raise InputError(
        f"there is no grader {spec!r}; use {', '.join((*OURS, *RULES))}, module:function, "
        "command:PROGRAM, panel:A+B or chat:provider:model"
    )


def _safely(grade: Callable[[Exercise, str], Grade]) -> Callable[[Exercise, str], Grade]:
    """A grader that fails leaves the answer ungraded, with the reason; it is never scored for it."""

    def safe(exercise: Exercise, answer: str) -> Grade:
        try:
            return grade(exercise, answer)
        except TutorError as error:
            return ungraded(str(error))
        except Exception as error:  # other people's code: whatever it raises is a reason, not a crash of the run
            return ungraded(f"{type(error).__name__}: {error}")

    return safe


def _tutor_grader(name: str, chosen: Settings) -> Loaded:
    from tutor.grading.load import load_grader

    grader = load_grader(chosen.model_copy(update={"grader": name}))
    return Loaded(
        grader.name, _safely(lambda e, a: from_critique(grader.grade(e, a))), metered=name in ("chat", "panel")
    )


def _importable(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def _callable(module: str, attribute: str) -> Loaded:
    found = getattr(importlib.import_module(module), attribute, None)
    found = found() if isinstance(found, type) else found
    grade = getattr(found, "grade", found)
    if not callable(grade):
        raise InputError(f"{module} has no callable {attribute!r}; name a function of (exercise, answer)")
    source = Path(inspect.getsourcefile(importlib.import_module(module)) or __file__)
    version = hashlib.sha256(source.read_bytes()).hexdigest()[:8]
    name = getattr(found, "name", None) or f"{module}:{attribute}@{version}"
    return Loaded(str(name), _safely(lambda e, a: from_outside(grade(e, a), e, a)))


def _command(line: str) -> Callable[[Exercise, str], Grade]:
    try:
        program = subprocess.Popen(
            shlex.split(line), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", bufsize=1
        )
    except OSError as error:
        raise InputError(f"the grader's program cannot be started ({error}); check command:{line}") from error
    send, receive = program.stdin, program.stdout
    if send is None or receive is None:
        raise InputError(f"the grader's program has no input or output; check command:{line}")

    def grade(exercise: Exercise, answer: str) -> Grade:
        send.write(json.dumps(request(exercise, answer)) + os.linesep)
        send.flush()
        reply = receive.readline()
        if not reply:
            return ungraded(f"the program ended with status {program.wait()}")
        return from_outside(json.loads(reply), exercise, answer)

    weakref.finalize(grade, _stop, program)
    return grade


def _stop(program: subprocess.Popen[str]) -> None:
    """End a grader's program: its input ends, and it has a second to end by itself."""
    for pipe in (program.stdin, program.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    try:
        program.wait(timeout=1)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()


def request(exercise: Exercise, answer: str) -> dict[str, object]:
    """What a command reads: one question with one answer."""
    return {
        "id": exercise.id,
        "question": exercise.prompt,
        "criteria": [{"id": c.id, "text": c.text, "weight": c.weight} for c in exercise.rubric.criteria],
        "misconceptions": [{"id": m.id, "text": m.text} for m in exercise.rubric.misconceptions],
        "answer": answer,
    }


def _panel(members: list[Loaded]) -> Loaded:
    if len(members) < 2:
        raise InputError("a panel needs two graders or more: panel:A+B")

    def grade(exercise: Exercise, answer: str) -> Grade:
        grades = [member.grade(exercise, answer) for member in members]
        return graded(
            exercise, {c.id: vote([g["verdicts"].get(c.id) for g in grades]) for c in exercise.rubric.criteria}
        )

    return Loaded("panel:" + "+".join(m.name for m in members), grade, any(m.metered for m in members))


_CAUTIOUS_FIRST = (Verdict.CONTRADICTED, Verdict.MISSING, Verdict.PARTIAL, Verdict.MET)


def vote(marks: list[Mark | None]) -> Mark:
    """The verdict most marks give, with their share as confidence; a tie takes the lower verdict and is unsure."""
    given = [m for m in marks if m is not None and m["verdict"] is not None]
    nothing = Mark(verdict=None, confidence=None, unsure=False, quote=None, at=None, passages=[])
    if not given:
        return nothing
    verdicts = [Verdict(str(m["verdict"])) for m in given]
    winner = max(_CAUTIOUS_FIRST, key=lambda v: (verdicts.count(v), -_CAUTIOUS_FIRST.index(v)))
    share = verdicts.count(winner) / len(given)
    tied = sum(verdicts.count(v) == verdicts.count(winner) for v in Verdict) > 1
    witness = next(m for m in given if m["verdict"] == winner)
    return {**witness, "confidence": share, "unsure": tied}
