"""The seam between the tutor and anything that grades."""

from typing import Protocol

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
