"""Judging by example: the answer's sentences are held against statements whose verdict an author fixed.

For each criterion of our bank `evals/gold/claims` holds statements that meet it, meet it partly, or contradict it. A
sentence that lies nearer to the contradicting ones than to the meeting ones contradicts, however close it is to the
criterion itself, which is where plain closeness fails. Closeness is the cosine of MiniLM vectors; what the cosines are
worth is a multinomial logistic regression fitted on the `train` questions (`python -m evals fit-examples`), whose
weights are `examples.json`.

Not here: exercises without such statements (bulk files, uploads); another judge reads those.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray

from tutor.domain import Exercise
from tutor.grading.windows import sentences
from tutor.models.embedder import Embedder

Vectors = NDArray[np.float32]
KINDS = ("met", "partial", "contradicted")
_EXERCISES = 64  # kept in memory, about 60 kB each


class Examples(NamedTuple):
    """Unit vectors of a criterion (1, d) and of the statements that meet it, meet it partly, contradict it (n, d)."""

    criterion: Vectors
    met: Vectors
    partial: Vectors
    contradicted: Vectors


class Contrast(NamedTuple):
    """Unit vectors (1, d) of a misconception and of its correction."""

    claim: Vectors
    correction: Vectors


class Regression(NamedTuple):
    """A logistic regression: standardise with `mean` and `scale` (f), then weights (classes, f) and intercepts."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float64]
    intercepts: NDArray[np.float64]

    def probabilities(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Softmax over the classes, shape (classes,)."""
        logits = self.weights @ ((features - self.mean) / self.scale) + self.intercepts
        odds = np.exp(logits - logits.max())
        return np.asarray(odds / odds.sum())


def read_examples(folder: Path, exercise: Exercise) -> dict[str, dict[str, tuple[str, ...]]]:
    """Per criterion the statements of each kind; only criteria that have all three kinds. Empty without a file."""
    path = folder / f"{exercise.id}.yaml"
    if "/" in exercise.id or "\\" in exercise.id or not path.is_file():
        return {}
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    criteria = loaded.get("criteria", {}) if isinstance(loaded, dict) else {}
    found = {c: {k: tuple(map(str, by.get(k) or ())) for k in KINDS} for c, by in criteria.items()}
    return {c: by for c, by in found.items() if all(by.values())}


def criterion_features(answer: Vectors, examples: Examples) -> NDArray[np.float64]:
    """What the cosines say of sentences (n, d) about one criterion, shape (14,)."""
    own = (answer @ examples.criterion.T)[:, 0]
    met, partial, wrong = (answer @ group.T for group in examples[1:])
    nearest = int(np.argmax(np.maximum.reduce([own, met.max(1), wrong.max(1)])))
    lead = met.mean(1) - wrong.mean(1)
    return np.array(
        [
            own.max(),
            own.mean(),
            own[nearest],
            met.max(),
            partial.max(),
            wrong.max(),
            met.max() - wrong.max(),
            met[nearest].max(),
            wrong[nearest].max(),
            met[nearest].mean() - wrong[nearest].mean(),
            partial[nearest].max() - met[nearest].max(),
            lead.max(),
            lead.min(),
            np.log1p(len(answer)),
        ],
        dtype=np.float64,
    )


def misconception_features(answer: Vectors, contrast: Contrast) -> NDArray[np.float64]:
    """What the cosines say of sentences (n, d) about one misconception, shape (6,)."""
    claim, correction = (answer @ contrast.claim.T)[:, 0], (answer @ contrast.correction.T)[:, 0]
    nearest = int(np.argmax(claim))
    return np.array(
        [
            claim.max(),
            correction.max(),
            claim[nearest] - correction[nearest],
            (claim - correction).max(),
            claim.mean(),
            np.log1p(len(answer)),
        ],
        dtype=np.float64,
    )


def load_regressions() -> tuple[str, Regression, Regression]:
    """Name and version, the regression for criteria (four classes), and the one for misconceptions (not made, made)."""
    read: dict[str, Any] = json.loads(files("tutor.grading").joinpath("examples.json").read_text(encoding="utf-8"))
    both = [
        Regression(*(np.array(read[part][f]) for f in Regression._fields)) for part in ("criteria", "misconceptions")
    ]
    return read["name"], both[0], both[1]


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
    split = iter(np.split(vectors, np.cumsum([len(g) for g in groups])[:-1]))
    found: dict[str, Examples | Contrast] = {
        c.text: Examples(next(split), next(split), next(split), next(split)) for c in criteria
    }
    return found | {m.text: Contrast(next(split), next(split)) for m in wrong}


class ExampleJudge:
    """A judge (`tutor.models.judge.Judge`) for one exercise; it is made anew for each answer."""

    def __init__(self, name: str, vectors: Mapping[str, Examples | Contrast], embedder: Embedder) -> None:
        """Judge by these vectors, keyed by the text of the statement."""
        self.name = name
        self._vectors = vectors
        self._embedder = embedder
        self._sentences: dict[str, Vectors] = {}
        _, self._criteria, self._misconceptions = load_regressions()

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """See `tutor.models.judge.Judge`; raises `KeyError` for a statement that is not of the exercise."""
        for text in dict.fromkeys(text for _, text in pairs):
            self._embed(text)
        return np.array([self._row(*pair) for pair in pairs], dtype=np.float32).reshape(len(pairs), 4)

    def _row(self, statement: str, text: str) -> NDArray[np.float64]:
        answer = np.concatenate([self._sentences[s] for s in _split(text)])
        known = self._vectors[statement]
        if isinstance(known, Examples):
            return self._criteria.probabilities(criterion_features(answer, known))
        absent, made = self._misconceptions.probabilities(misconception_features(answer, known))
        return np.array([made, 0.0, absent, 0.0])

    def _embed(self, text: str) -> None:
        new = [s for s in dict.fromkeys(_split(text)) if s not in self._sentences]
        if new:
            vectors = self._embedder.encode(new)
            self._sentences |= {s: vectors[i : i + 1] for i, s in enumerate(new)}


def _split(text: str) -> list[str]:
    return [s.quote for s in sentences(text)] or [text]


class ExampleJudges:
    """Example judges for the exercises of a folder of claims; the vectors of recent exercises are kept in memory."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        """Read statements from `folder` when an exercise is first graded."""
        self._folder = folder
        self._embedder = embedder
        self.name = load_regressions()[0]
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
        return ExampleJudge(self.name, vectors, self._embedder) if vectors else None

    def _vectors(self, exercise: Exercise) -> dict[str, Examples | Contrast]:
        statements = read_examples(self._folder, exercise)
        complete = all(c.id in statements for c in exercise.rubric.criteria)
        if not complete or not all(m.correction for m in exercise.rubric.misconceptions):
            return {}
        return embed_exercise(exercise, statements, self._embedder)
