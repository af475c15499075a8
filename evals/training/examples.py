"""Fits the judge that grades by example on `train` questions, calibrates it on `dev`; `test` is read once, elsewhere.

Rows are of `example_rows`. The classifiers are logistic regressions on standardised features, fitted by
scikit-learn; the softmax of the criteria's one is then calibrated on labelled `dev` answers by a temperature (Guo et
al. 2017). Shifts for each verdict calibrate better but read more contradictions as met, so there are none.
"""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.training.example_rows import Maker, Row, known
from evals.training.own import materials, samples
from tutor.grading.example_features import Rarity, wording
from tutor.models.embedder import Embedder

Table = NDArray[np.float64]
OFF_TOPIC = 14  # the first so many questions serve the others as off topic
STRENGTH = 0.1  # of scikit-learn's C: 1 / L2 penalty


def fit_examples(
    gold: Path, knowledge: Path, embedder: Embedder, name: str, seed: int = 0, questions: int | None = None
) -> dict[str, Any]:
    """The content of `tutor/grading/examples.json`; `questions` of `train` (all) are drawn by the seed."""
    statements = {m.id: m for split in ("train", "dev") for m in materials(gold, knowledge, split)}
    rarity = rarity_of(
        [c for m in materials(gold, knowledge, "train") for by in m.claims.values() for c in by.values()]
    )
    maker = Maker(rarity, embedder)
    rows: dict[str, list[Row]] = {}
    for split in ("train", "dev"):
        labelled = defaultdict(list)
        for sample in samples(gold, knowledge, split):
            labelled[sample.question].append(sample)
        drawn = drawn_questions(labelled, seed)[: questions if split == "train" else None]
        found = [known(labelled[q][0].exercises[0], statements[q], embedder) for q in drawn if q in statements]
        rows[split] = [
            row
            for of in found
            for row in (
                maker.rows(of, labelled[of.exercise.id], found[:OFF_TOPIC])
                if split == "train"
                else maker.labelled(of, labelled[of.exercise.id])
            )
        ]
    return fitted(rows["train"], rows["dev"], rarity, name)


def drawn_questions(found: Iterable[str], seed: int) -> list[str]:
    """The questions in an order drawn by the seed."""
    order = sorted(found)
    random.Random(seed).shuffle(order)
    return order


def rarity_of(groups: Iterable[Sequence[str]]) -> Rarity:
    """Inverse document frequency over statements; stems that occur once count as unknown."""
    documents = [wording(text).stems for texts in groups for text in texts]
    counts = Counter(s for stems in documents for s in stems)
    table = {s: round(1000 * log(len(documents) / n)) for s, n in sorted(counts.items()) if n > 1}
    return Rarity(table, round(1000 * log(len(documents))))


def fitted(train: Sequence[Row], dev: Sequence[Row], rarity: Rarity, name: str) -> dict[str, Any]:
    """Both classifiers with the rarity of words, as JSON."""
    criteria = fit([r for r in train if not r.claim])
    held = [r for r in dev if r.kind == "gold" and not r.claim]
    criteria["layers"][-1] = calibrated(criteria, held) if held else criteria["layers"][-1]
    claims = fit([r for r in train if r.claim])
    return {
        "name": name,
        "questions": len({r.question for r in train}),
        "calibrated_on": len(held),
        "criteria": _plain(criteria),
        "misconceptions": _plain(claims),
        "unknown_rarity": rarity.unknown,
        "rarity": dict(rarity.table),
    }


def fit(rows: Sequence[Row]) -> dict[str, Any]:
    """A multinomial logistic regression over the rows by weight: `mean`, `scale` and one layer of weights."""
    from sklearn.linear_model import LogisticRegression

    features, labels, weights = (
        np.array([r.features for r in rows]),
        np.array([r.label for r in rows]),
        np.array([r.weight for r in rows]),
    )
    mean, scale = features.mean(0), features.std(0)
    scale[scale < 1e-9] = 1.0
    model = LogisticRegression(C=STRENGTH, max_iter=1000)
    model.fit((features - mean) / scale, labels, sample_weight=weights)
    coefficients, intercepts = model.coef_, model.intercept_
    if len(coefficients) == 1:  # two classes: one row of log-odds for the second
        coefficients, intercepts = np.vstack([np.zeros_like(coefficients), coefficients]), np.array([0, *intercepts])
    return {"mean": mean, "scale": scale, "layers": [(coefficients, intercepts)], "rows": len(rows)}


def logits(model: dict[str, Any], features: Table) -> Table:
    """Rows of logits, as `tutor.grading.examples.Classifier` computes them one by one."""
    hidden = (features - model["mean"]) / model["scale"]
    for weights, intercepts in model["layers"][:-1]:
        hidden = np.tanh(hidden @ weights.T + intercepts)
    weights, intercepts = model["layers"][-1]
    return np.asarray(hidden @ weights.T + intercepts)


def calibrated(model: dict[str, Any], rows: Sequence[Row]) -> tuple[Table, Table]:
    """The last layer with the temperature that makes these labelled answers most likely."""
    from scipy.optimize import minimize_scalar

    raw, labels = logits(model, np.array([r.features for r in rows])), np.array([r.label for r in rows])

    def loss(at: float) -> float:
        scores = raw * np.exp(at)
        scores -= scores.max(1, keepdims=True)
        told = scores[np.arange(len(labels)), labels] - np.log(np.exp(scores).sum(1))
        return float(-told.mean())

    factor = np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x)
    weights, intercepts = model["layers"][-1]
    return weights * factor, intercepts * factor


def _plain(model: dict[str, Any]) -> dict[str, Any]:
    short = {key: np.round(model[key], 6).tolist() for key in ("mean", "scale")}
    return {
        **short,
        "layers": [[np.round(w, 5).tolist(), np.round(b, 5).tolist()] for w, b in model["layers"]],
        "rows": model["rows"],
    }


def write(found: dict[str, Any], path: Path) -> None:
    """Write the fitted numbers as one JSON file, a line for each part."""
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in found.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
