"""The suites by name. Each is a module with a `SUITE`: the tasks it grades and what it makes of the rows."""

from importlib import import_module

from evals.suites.common import Suite
from tutor.errors import InputError

NAMES = {
    "repeat": "Grade the same answers several times: does the same answer get the same verdict?",
    "validity": "Compare verdicts and scores with people's, beside the human ceiling and rules that do not read.",
    "invariance": "Say the same in another way: does the verdict stay?",
    "sensitivity": "Remove, negate, swap or retract a claim: does the verdict move the right way?",
    "attacks": "Answers that deserve nothing, 125 of each kind: is anything paid for them?",
    "selective": "Leave the unsure verdicts to people: how right are the rest?",
    "fairness": "Other voices, dialects and names with the same content: the same score?",
    "evidence": "Are quotes in the answer, and citations in the corpus?",
    "dataset": "The labelled set itself: mix of verdicts, copied words, what a judge blind to the criterion guesses.",
    "retrieval": "Does the search find the passages that authors named?",
    "router": "Does the dialogue's router tell what learners want, and ask where it cannot?",
    "speed": "How long does a verdict take?",
    "mock": "Simulated candidates take every mock round and loop: do all end, in time, in the right order of quality?",
}

# What measures the tutor and not the grader that is named; `all` leaves these out.
OF_THE_TUTOR = frozenset({"dataset", "mock"})


def suite(name: str) -> Suite:
    """The suite of that name; raises `InputError`."""
    if name not in NAMES:
        raise InputError(f"there is no suite {name!r}; choose among {', '.join(NAMES)}")
    found: Suite = import_module(f"evals.suites.{name}").SUITE
    return found
