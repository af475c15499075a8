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


def all_met(exercise: Exercise, answer: str) -> dict[str, object]:
    """Every criterion is met, surely."""
    return {"verdicts": {c.id: {"verdict": "met", "confidence": 0.9} for c in exercise.rubric.criteria}}


class Remembers:
    """Each copy makes up its verdicts once, by its number, and gives them again."""

    name = "remembers@1"
    copies = 0

    def __init__(self) -> None:
        """Another copy."""
        Remembers.copies += 1
        self._verdict = ("met", "missing", "partial")[Remembers.copies % 3]

    def grade(self, exercise: Exercise, answer: str) -> dict[str, object]:
        """The verdict of this copy."""
        return {"verdicts": {c.id: {"verdict": self._verdict, "quote": answer[:3]} for c in exercise.rubric.criteria}}


class Moody:
    """Changes its mind with each call."""

    name = "moody@1"
    calls = 0

    @classmethod
    def grade(cls, exercise: Exercise, answer: str) -> dict[str, object]:
        """Goes through the verdicts, whatever the answer."""
        cls.calls += 1
        verdict = ("met", "missing", "partial", "missing", "met", "met", "missing")[cls.calls % 7]
        return {"verdicts": {c.id: {"verdict": verdict, "quote": answer[:3]} for c in exercise.rubric.criteria}}


def by_length(exercise: Exercise, answer: str) -> float:
    """A quarter for each word."""
    return min(1.0, len(answer.split()) / 4)


def minds_case(exercise: Exercise, answer: str) -> dict[str, object]:
    """Nothing is met without a capital letter."""
    found = keyword(exercise, answer)
    if answer == answer.lower():
        found = {"verdicts": {c.id: "missing" for c in exercise.rubric.criteria}}
    return found


def likes_emily(exercise: Exercise, answer: str) -> float:
    """Half a point for the right name."""
    return 1.0 if "Emily" in answer else 0.5


def knows_when_wrong(exercise: Exercise, answer: str) -> dict[str, object]:
    """Says met always, and is sure only where `keyword` agrees."""
    right: dict[str, dict[str, object]] = keyword(exercise, answer)["verdicts"]  # type: ignore[assignment]
    return {
        "verdicts": {
            c: {"verdict": "met", "confidence": 0.9 if v["verdict"] == "met" else 0.3, "unsure": v["verdict"] != "met"}
            for c, v in right.items()
        }
    }


def invents_quotes(exercise: Exercise, answer: str) -> dict[str, object]:
    """Quotes what nobody said."""
    return {"verdicts": {c.id: {"verdict": "met", "quote": "as Bayes told me"} for c in exercise.rubric.criteria}}


def regressed(exercise: Exercise, answer: str) -> dict[str, object]:
    """`keyword` after a careless change: it no longer sees what is denied, nor what comes second."""
    found = keyword(exercise, answer.split(" and ")[0].replace("not ", "indeed "))
    marks: dict[str, dict[str, object]] = found["verdicts"]  # type: ignore[assignment]
    return {"verdicts": {c: {**mark, "quote": None} for c, mark in marks.items()}}


def reads_itself(exercise: Exercise, answer: str) -> dict[str, object]:
    """Verdict and P(met) of each criterion, and misconceptions, as the answer says: `a=met:0.9 b=missing:0.2 !myth`."""
    verdicts = {}
    for part in (p for p in answer.split() if "=" in p):
        criterion, _, said = part.partition("=")
        verdict, _, chance = said.partition(":")
        met = float(chance)
        rest = "missing" if verdict == "met" else verdict
        odds = {"met": met, "partial": 0.0, "missing": 0.0, "contradicted": 0.0} | {rest: 1 - met}
        verdicts[criterion] = {"verdict": verdict, "confidence": max(met, 1 - met), "probabilities": odds}
    return {"verdicts": verdicts, "misconceptions": [p[1:] for p in answer.split() if p.startswith("!")]}
