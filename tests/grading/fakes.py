"""A judge for the tests of the pipeline: what it says of a pair is written down, by a word of the text."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tutor.domain import Criterion, Exercise, Misconception, Rubric, Verdict

ORDER = (Verdict.MET, Verdict.PARTIAL, Verdict.MISSING, Verdict.CONTRADICTED)


def row(verdict: Verdict, confidence: float = 0.94) -> list[float]:
    return [confidence if v is verdict else (1 - confidence) / 3 for v in ORDER]


class ScriptedJudge:
    """Says `script[(statement, word)]` when the text holds the word, the last such word first; else missing."""

    name = "scripted-1"

    def __init__(self, script: Mapping[tuple[str, str], Sequence[float]]) -> None:
        self.script = script
        self.pairs: list[tuple[str, str]] = []

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        self.pairs += pairs
        return np.array([self._row(*pair) for pair in pairs], dtype=np.float32).reshape(len(pairs), 4)

    def _row(self, statement: str, text: str) -> Sequence[float]:
        found = [(text.rfind(word), word) for (s, word) in self.script if s == statement and word in text]
        return self.script[statement, max(found)[1]] if found else row(Verdict.MISSING)


def exercise(**changes: object) -> Exercise:
    """The question that the tests of grading use."""
    criteria = (
        Criterion(
            id="variance",
            text="The dot product of a query and a key with unit-variance entries has variance d_k, so scores grow "
            "with the dimension.",
            weight=2,
            essential=True,
        ),
        Criterion(id="softmax", text="Large scores saturate the softmax, which makes its gradients vanish."),
        Criterion(id="root", text="Dividing by the square root of d_k brings the variance of the scores back to one."),
    )
    misconception = Misconception(
        id="speed",
        text="The scaling makes the matrix product cheaper to compute.",
        correction="The division changes the size of the scores, not the number of operations.",
    )
    values: dict[str, object] = {
        "id": "attention-scaling",
        "prompt": "Why does scaled dot-product attention divide the scores by a constant, and what goes wrong "
        "without it?",
        "rubric": Rubric(criteria=criteria, misconceptions=(misconception,)),
        "model_answer": "With independent entries of unit variance the dot product is a sum of d_k terms, so its "
        "variance is d_k and the scores grow with the dimension. The softmax then saturates and passes back almost no "
        "gradient. "
        "Dividing by the square root of d_k keeps the variance at one whatever the dimension.",
    }
    return Exercise.model_validate(values | changes)


GOOD = (
    "If q and k have independent unit variance entries, the dot product sums d_k terms, so its variance is d_k and the "
    "scores get bigger with the dimension. Then the softmax saturates and its gradients vanish. Dividing by the square "
    "root of d_k makes the variance of the scores one again."
)
WRONG = (
    "The dot product has a variance that does not depend on d_k, so scores do not grow with the dimension. The softmax "
    "never saturates with large scores and its gradients don't vanish."
)
WEAK = "The scores grow with the dimension somehow. I would say it just makes training nicer overall."
