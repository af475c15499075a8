"""Judging by example: the answer's sentences are held against statements whose verdict an author fixed.

For each criterion of our bank `evals/gold/claims` holds statements that meet it, meet it partly, or contradict it. A
sentence that lies nearer to the contradicting ones than to the meeting ones contradicts, however close it is to the
criterion itself, which is where plain closeness fails. What closeness and differences (`example_features`) are worth is
a small classifier fitted on `train` questions (`python -m evals fit-examples`), whose weights are `examples.json`.

Not here: exercises without such statements (bulk files, uploads); another judge reads those.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray

from tutor.domain import Exercise
from tutor.grading.example_features import (
    Contrast,
    Examples,
    Rarity,
    criterion_features,
    group,
    misconception_features,
)
from tutor.grading.windows import sentences, with_clauses
from tutor.models.embedder import Embedder

Vectors = NDArray[np.float32]
Numbers = NDArray[np.float64]
KINDS = ("met", "partial", "contradicted")
_EXERCISES = 64  # kept in memory, about 60 kB each


class Classifier(NamedTuple):
    """Standardise with `mean` and `scale` (f), then dense layers of (weights, intercepts) with tanh in between.

    One layer is a multinomial logistic regression.
    """

    mean: Numbers
    scale: Numbers
    layers: tuple[tuple[Numbers, Numbers], ...]

    def probabilities(self, features: Numbers) -> Numbers:
        """Softmax over the classes, shape (classes,)."""
        hidden = (features - self.mean) / self.scale
        for weights, intercepts in self.layers[:-1]:
            hidden = np.tanh(weights @ hidden + intercepts)
        weights, intercepts = self.layers[-1]
        logits = weights @ hidden + intercepts
        odds = np.exp(logits - logits.max())
        return np.asarray(odds / odds.sum())


class Fitted(NamedTuple):
    """What `examples.json` holds: name and version, both classifiers, and how rare words are."""

    name: str
    criteria: Classifier
    misconceptions: Classifier
    rarity: Rarity


def read_examples(folder: Path, exercise: Exercise) -> dict[str, dict[str, tuple[str, ...]]]:
    """Per criterion the statements of each kind; only criteria that have all three kinds. Empty without a file."""
    path = folder / f"{exercise.id}.yaml"
    if "/" in exercise.id or "\\" in exercise.id or not path.is_file():
        return {}
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    criteria = loaded.get("criteria", {}) if isinstance(loaded, dict) else {}
    found = {c: {k: tuple(map(str, by.get(k) or ())) for k in KINDS} for c, by in criteria.items()}
    return {c: by for c, by in found.items() if all(by.values())}


@cache
def load_fitted() -> Fitted:
    """The fitted numbers of the package: four classes for criteria, two (not made, made) for misconceptions."""
    read = json.loads(files("tutor.grading").joinpath("examples.json").read_text(encoding="utf-8"))
    return from_json(read)


def from_json(read: Mapping[str, Any]) -> Fitted:
    """The same from parsed JSON, as `evals.training.examples` makes it."""
    criteria, misconceptions = (
        Classifier(
            np.array(part["mean"]),
            np.array(part["scale"]),
            tuple((np.array(w), np.array(b)) for w, b in part["layers"]),
        )
        for part in (read["criteria"], read["misconceptions"])
    )
    return Fitted(read["name"], criteria, misconceptions, Rarity(read["rarity"], read["unknown_rarity"]))


def embed_exercise(
    exercise: Exercise, statements: Mapping[str, Mapping[str, Sequence[str]]], embedder: Embedder
) -> dict[str, Examples | Contrast]:
    """By the text of each criterion and misconception its vectors, embedded in one call, always in one order."""
    criteria = [c for c in exercise.rubric.criteria if c.id in statements]
    wrong = [m for m in exercise.rubric.misconceptions if m.correction]
    groups: list[Sequence[str]] = []
    for criterion in criteria:
        groups += [[criterion.text], *(statements[criterion.id][k] for k in KINDS)]
    for misconception in wrong:
        groups += [[misconception.text], [misconception.correction or ""]]
    vectors = embedder.encode([text for group in groups for text in group])
    parted = np.split(vectors, np.cumsum([len(g) for g in groups])[:-1])
    split = iter([group(v, g) for v, g in zip(parted, groups, strict=True)])
    found: dict[str, Examples | Contrast] = {
        c.text: Examples(next(split), next(split), next(split), next(split)) for c in criteria
    }
    return found | {m.text: Contrast(next(split), next(split)) for m in wrong}


class ExampleJudge:
    """A judge (`tutor.models.judge.Judge`) for one exercise; it is made anew for each answer."""

    def __init__(self, fitted: Fitted, vectors: Mapping[str, Examples | Contrast], embedder: Embedder) -> None:
        """Judge by these statements, keyed by the text of the criterion or misconception."""
        self.name = fitted.name
        self._fitted = fitted
        self._vectors = vectors
        self._embedder = embedder
        self._sentences: dict[str, Vectors] = {}

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """See `tutor.models.judge.Judge`; raises `KeyError` for a statement that is not of the exercise."""
        for text in dict.fromkeys(text for _, text in pairs):
            self._embed(text)
        return np.array([self._row(*pair) for pair in pairs], dtype=np.float32).reshape(len(pairs), 4)

    def _row(self, statement: str, text: str) -> Numbers:
        told = _split(text)
        answer = group(np.concatenate([self._sentences[s] for s in told]), told)
        known, rarity = self._vectors[statement], self._fitted.rarity
        if isinstance(known, Examples):
            return self._fitted.criteria.probabilities(criterion_features(answer, known, rarity))
        absent, made = self._fitted.misconceptions.probabilities(misconception_features(answer, known, rarity))
        return np.array([made, 0.0, absent, 0.0])

    def _embed(self, text: str) -> None:
        new = [s for s in dict.fromkeys(_split(text)) if s not in self._sentences]
        if new:
            vectors = self._embedder.encode(new)
            self._sentences |= {s: vectors[i : i + 1] for i, s in enumerate(new)}


def _split(text: str) -> list[str]:
    return [piece for s in sentences(text) for piece in with_clauses(s.quote)] or [text]


class ExampleJudges:
    """Example judges for the exercises of a folder of claims; the vectors of recent exercises are kept in memory."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        """Read statements from `folder` when an exercise is first graded."""
        self._folder = folder
        self._embedder = embedder
        self._fitted = load_fitted()
        self.name = self._fitted.name
        self._kept: OrderedDict[str, dict[str, Examples | Contrast]] = OrderedDict()
        self._lock = threading.Lock()

    def judge(self, exercise: Exercise) -> ExampleJudge | None:
        """The judge for this exercise, or None where a criterion has no examples or a misconception no correction."""
        key = f"{exercise.id} {exercise.rubric.version}"
        with self._lock:
            if key not in self._kept:
                self._kept[key] = self._vectors(exercise)
                while len(self._kept) > _EXERCISES:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            vectors = self._kept[key]
        return ExampleJudge(self._fitted, vectors, self._embedder) if vectors else None

    def _vectors(self, exercise: Exercise) -> dict[str, Examples | Contrast]:
        statements = read_examples(self._folder, exercise)
        complete = all(c.id in statements for c in exercise.rubric.criteria)
        if not complete or not all(m.correction for m in exercise.rubric.misconceptions):
            return {}
        return embed_exercise(exercise, statements, self._embedder)
