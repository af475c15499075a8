"""The seam between the tutor and anything that grades."""

from typing import Protocol, runtime_checkable

from tutor.domain import Critique, Exercise


class Grader(Protocol):
    """Turns (exercise, answer) into a critique: the local judge, a chat model, a panel, or a fake in the tests."""

    @property
    def name(self) -> str:
        """Name and version, shown with every critique: `local-1`, `openai:gpt-4o/prompt-3`."""
        ...

    def grade(self, exercise: Exercise, answer: str) -> Critique:
        """Judge the answer; raises `GradingError` when it cannot, never returns a made-up verdict."""
        ...


@runtime_checkable
class Prepares(Protocol):
    """A grader of which a part of the work can be done before there is an answer."""

    def prepare(self, exercise: Exercise | None = None) -> None:
        """Load and work out what any answer to this exercise needs; without one, what any exercise may need.

        Raises ModelError when a model cannot be loaded.
        """
        ...


def prepare(grader: Grader, exercise: Exercise | None = None) -> None:
    """`Prepares.prepare` of a grader that has it."""
    if isinstance(grader, Prepares):
        grader.prepare(exercise)
