"""Bounds that figures must keep, in a TOML file; CI runs `python -m evals gate evals/gates/ci.toml`.

[run]                       # options of the run whose figures are held; see `evals.run.Options`
suites = ["validity", "attacks"]
grader = "local"
data = ["gold"]
quick = true

[[bound]]
figure = "attacks.all.credited"     # <suite>.<figure>
max = 0.05                          # and/or min
side = "high"                       # hold the interval's end instead of the value: value (default), low or high
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from evals.results import Figure, Result
from evals.run import Options
from tutor.errors import InputError


class Bound(BaseModel):
    """What a figure must keep."""

    model_config = ConfigDict(extra="forbid")

    figure: str
    min: float | None = None
    max: float | None = None
    side: Literal["value", "low", "high"] = "value"

    @model_validator(mode="after")
    def _bounds_something(self) -> "Bound":
        if self.min is None and self.max is None:
            raise ValueError(f"{self.figure}: give min, max or both")
        return self


class Gate(BaseModel):
    """A gate file."""

    model_config = ConfigDict(extra="forbid")

    run: dict[str, Any] = {}
    bound: list[Bound]


class Checked(NamedTuple):
    """A bound with the figure found; `why` is empty when it is kept."""

    bound: Bound
    found: float | None
    why: str


def read_gate(path: Path) -> Gate:
    """The gate file; raises `InputError`."""
    try:
        return Gate.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise InputError(f"{path} is no gate file: {error}") from error


def gate_options(gate: Gate, path: Path, out: Path | None) -> Options:
    """The options of the gate's run; data paths are relative to the file. Raises `InputError` for an unknown option."""
    known = {field.name for field in fields(Options)}
    if unknown := sorted(set(gate.run) - known):
        raise InputError(f"{path}: unknown options of the run: {', '.join(unknown)}")
    given = dict(gate.run)
    for name in ("suites", "data", "splits"):
        if name in given:
            given[name] = tuple(given[name])
    beside = path.parent
    given["data"] = tuple(_beside(beside, source) for source in given.get("data", ("gold",)))
    return Options(**{"suites": ("validity",), **given, "out": out})


def _beside(folder: Path, source: str) -> str:
    return str(folder / source) if (folder / source).exists() else source


def check(gate: Gate, results: Sequence[Result]) -> list[Checked]:
    """Each bound with the figure found; a figure that is missing or undefined breaks its bound."""
    found = {f"{result.suite}.{figure.name}": figure for result in results for figure in result.figures}
    return [_check(bound, found) for bound in gate.bound]


def _check(bound: Bound, figures: Mapping[str, Figure]) -> Checked:
    figure = figures.get(bound.figure)
    if figure is None:
        return Checked(bound, None, "there is no such figure in the run")
    value = {"value": figure.value, "low": figure.low, "high": figure.high}[bound.side]
    if value is None:
        return Checked(bound, None, "it is undefined")
    if bound.min is not None and value < bound.min:
        return Checked(bound, value, f"below {bound.min}")
    if bound.max is not None and value > bound.max:
        return Checked(bound, value, f"above {bound.max}")
    return Checked(bound, value, "")
