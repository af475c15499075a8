"""Graders that tests name to the harness (`toy:keyword`); a call leaves a line in the file that TOY_LOG names."""

import os
import time
from pathlib import Path

from tutor.domain import Exercise


def _log(answer: str) -> None:
    if log := os.environ.get("TOY_LOG"):
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(answer + "\n")


def keyword(exercise: Exercise, answer: str) -> dict[str, object]:
    """Met when the criterion's last word occurs; contradicted when it occurs after `not`."""
    _log(answer)
    verdicts = {}
    for criterion in exercise.rubric.criteria:
        word = criterion.text.rstrip(".").split()[-1].lower()
        if f"not {word}" in answer.lower():
            verdicts[criterion.id] = {"verdict": "contradicted", "confidence": 0.7, "quote": f"not {word}"}
        elif word in answer.lower():
            verdicts[criterion.id] = {"verdict": "met", "confidence": 0.9, "quote": word}
        else:
            verdicts[criterion.id] = {"verdict": "missing", "confidence": 0.8}
    return {"verdicts": verdicts}


def slow(exercise: Exercise, answer: str) -> dict[str, object]:
    """`keyword` at twenty answers a second."""
    time.sleep(0.05)
    return keyword(exercise, answer)


def half(exercise: Exercise, answer: str) -> float:
    """A score of one half, whatever the answer."""
    return 0.5


def broken(exercise: Exercise, answer: str) -> float:
    """Fails on every answer."""
    raise RuntimeError("the model is not there")


def picky(exercise: Exercise, answer: str) -> float:
    """Fails on answers that say `fail`."""
    if "fail" in answer:
        raise RuntimeError("cannot read this")
    return 1.0
