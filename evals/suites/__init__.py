"""The suites by name. Each is a module with a `SUITE`: the tasks it grades and what it makes of the rows."""

from importlib import import_module

from evals.suites.common import Suite
from tutor.errors import InputError

NAMES = {
    "repeat": "Grade the same answers several times: does the same answer get the same verdict?",
    "validity": "Compare verdicts and scores with people's, beside the human ceiling and rules that do not read.",
}


def suite(name: str) -> Suite:
    """The suite of that name; raises `InputError`."""
    if name not in NAMES:
        raise InputError(f"there is no suite {name!r}; choose among {', '.join(NAMES)}")
    found: Suite = import_module(f"evals.suites.{name}").SUITE
    return found
