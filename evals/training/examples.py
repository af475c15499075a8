"""Fits what the cosines of judging by example are worth, on the `train` questions; `test` is read once.

Rows are our labelled answers, the model answers (every criterion met), and answers to other questions (nothing met).
Two logistic regressions, standardised features, L2 with C = .3: no search was needed to beat closeness alone.
"""

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.samples import Sample
from evals.training.own import samples
from tutor.domain import Exercise, Verdict
from tutor.grading.examples import (
    Contrast,
    Examples,
    criterion_features,
    embed_exercise,
    misconception_features,
    read_examples,
)
from tutor.grading.windows import sentences
from tutor.models.embedder import Embedder

ORDER = [v.value for v in Verdict]
MISSING = ORDER.index("missing")
Rows = tuple[NDArray[np.float64], NDArray[np.int64]]


def fit_examples(gold: Path, knowledge: Path, embedder: Embedder, name: str, seed: int = 0) -> dict[str, Any]:
    """The content of `tutor/grading/examples.json`, fitted on the `train` answers."""
    train = [s for s in samples(gold, knowledge, "train") if s.answer.strip()]
    vectors = {e.id: embed_exercise(e, read_examples(gold / "claims", e), embedder) for e in _exercises(train)}
    rng = random.Random(seed)
    criteria: list[tuple[NDArray[np.float64], int]] = []
    claims: list[tuple[NDArray[np.float64], int]] = []
    for sample in train:
        answer = _embed(sample.answer, embedder)
        exercise = sample.exercises[0]
        other = rng.choice(train).exercises[0]
        for one, own in ((exercise, True), *(() if other.id == exercise.id else ((other, False),))):
            for found, label, is_claim in _rows(sample if own else None, one, answer, vectors[one.id]):
                (claims if is_claim else criteria).append((found, label))
    for exercise in _exercises(train):
        answer = _embed(exercise.model_answer or "", embedder)
        criteria += [(f, 0) for f, _, is_claim in _rows(None, exercise, answer, vectors[exercise.id]) if not is_claim]
    return {"name": name, "criteria": _fit(criteria), "misconceptions": _fit(claims)}


def _exercises(found: Sequence[Sample]) -> list[Exercise]:
    return list({s.exercises[0].id: s.exercises[0] for s in found}.values())


def _embed(answer: str, embedder: Embedder) -> NDArray[np.float32]:
    return embedder.encode([s.quote for s in sentences(answer)] or [answer])


def _rows(
    sample: Sample | None, exercise: Exercise, answer: NDArray[np.float32], vectors: dict[str, Examples | Contrast]
) -> Iterator[tuple[NDArray[np.float64], int, bool]]:
    """Features, class and whether it is a misconception; without a sample the answer is to another question."""
    for criterion in exercise.rubric.criteria:
        known = vectors.get(criterion.text)
        label = "missing" if sample is None else sample.labels.get(criterion.id)
        if isinstance(known, Examples) and label is not None:
            yield criterion_features(answer, known), ORDER.index(label), False
    for wrong in exercise.rubric.misconceptions:
        contrast = vectors.get(wrong.text)
        if isinstance(contrast, Contrast):
            made = sample is not None and wrong.id in sample.misconceptions
            yield misconception_features(answer, contrast), int(made), True


def _fit(rows: Sequence[tuple[NDArray[np.float64], int]]) -> dict[str, Any]:
    from sklearn.linear_model import LogisticRegression

    features, labels = np.array([f for f, _ in rows]), np.array([label for _, label in rows])
    mean, scale = features.mean(0), features.std(0)
    model = LogisticRegression(C=0.3, max_iter=5000).fit((features - mean) / scale, labels)
    weights, intercepts = model.coef_, model.intercept_
    if len(weights) == 1:  # two classes: one row of log-odds for the second
        weights, intercepts = np.vstack([np.zeros_like(weights), weights]), np.array([0.0, intercepts[0]])
    return {
        "mean": mean.tolist(),
        "scale": scale.tolist(),
        "weights": weights.tolist(),
        "intercepts": intercepts.tolist(),
        "rows": len(labels),
    }


def write(fitted: dict[str, Any], path: Path) -> None:
    """Write the weights as one JSON file."""
    path.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
