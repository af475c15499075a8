"""Fits the judge that grades by example on `train` questions, calibrates it on `dev`; `test` is read once, elsewhere.

Rows are of `example_rows`. The classifiers are logistic regressions on standardised features, fitted by
scikit-learn; the softmax of the criteria's one is then calibrated on labelled `dev` answers by a temperature (Guo et
al. 2017). Shifts for each verdict calibrate better but read more contradictions as met, so there are none.
"""

import json
import logging
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evals.training.example_rows import Maker, Remembering, Row, known
from evals.training.own import materials, samples
from tutor.grading.wording import Rarity, wording
from tutor.models.stance import StanceModel

log = logging.getLogger(__name__)
Table = NDArray[np.float64]
OFF_TOPIC = 14  # the first so many questions serve the others as off topic
STRENGTH = {False: 0.01, True: 0.1}  # scikit-learn's C (1 / L2 penalty) for criteria, and for misconceptions
ASSERTED = 2.0  # weight of an asserted misconception: without it P >= .5 finds a third of them


class Fit(NamedTuple):
    """One classifier, as `tutor.grading.examples.Classifier`, and the number of rows behind it."""

    mean: Table
    scale: Table
    weights: Table
    intercepts: Table
    rows: int


def fit_examples(
    gold: Path, knowledge: Path, model: StanceModel, name: str, held_out: Sequence[str], questions: int | None = None
) -> dict[str, Any]:
    """The content of `tutor/grading/examples.json`, fitted on the first `questions` (all) of `held_out`.

    These are the `train` questions that the network never read: on the others its verdicts look better than they are.
    """
    train = materials(gold, knowledge, "train")
    rarity = rarity_of([c for m in train for by in m.claims.values() for c in by.values()])
    names = list(held_out[:questions])
    rows = {
        "train": list(rows_of(gold, knowledge, model, rarity, "train", names)),
        "dev": list(rows_of(gold, knowledge, model, rarity, "dev", None)),
    }
    return fitted(rows["train"], rows["dev"], rarity, name)


def rows_of(
    gold: Path, knowledge: Path, model: StanceModel, rarity: Rarity, split: str, names: Sequence[str] | None
) -> Iterator[Row]:
    """The rows of these questions of a split (all): with compositions and attacks on `train`, as labelled elsewhere."""
    statements = {m.id: m for m in materials(gold, knowledge, split)}
    labelled = defaultdict(list)
    for sample in samples(gold, knowledge, split):
        labelled[sample.question].append(sample)
    wanted = [q for q in (sorted(labelled) if names is None else names) if q in statements and q in labelled]
    once = Remembering(model)
    found = [known(labelled[q][0].exercises[0], statements[q], once) for q in wanted]
    maker = Maker(rarity, once)
    for number, of in enumerate(found, start=1):
        log.info("%s: question %d of %d", split, number, len(found))
        mine = labelled[of.exercise.id]
        yield from maker.rows(of, mine, found[:OFF_TOPIC]) if split == "train" else maker.labelled(of, mine)


def rarity_of(groups: Iterable[Sequence[str]]) -> Rarity:
    """Inverse document frequency over statements; stems that occur once count as unknown."""
    documents = [wording(text).stems for texts in groups for text in texts]
    counts = Counter(s for stems in documents for s in stems)
    table = {s: round(1000 * math.log(len(documents) / n)) for s, n in sorted(counts.items()) if n > 1}
    return Rarity(table, round(1000 * math.log(len(documents))))


def fitted(train: Sequence[Row], dev: Sequence[Row], rarity: Rarity, name: str) -> dict[str, Any]:
    """The four classifiers with the rarity of words, as JSON."""
    parts: dict[str, Any] = {}
    for kind, claim in (("criteria", False), ("misconceptions", True)):
        rows = [r for r in train if r.claim is claim]
        held = [r for r in dev if r.kind == "gold" and r.claim is claim]
        for part, field in ((kind, "features"), (f"{kind}_alone", "alone")):
            model = fit(rows, field)
            parts[part] = calibrated(model, held, field) if held and not claim else model
    return {
        "name": name,
        "questions": len({r.question for r in train}),
        "calibrated_on": sum(r.kind == "gold" and not r.claim for r in dev),
        **{part: _plain(model) for part, model in parts.items()},
        "unknown_rarity": rarity.unknown,
        "rarity": dict(rarity.table),
    }


def fit(rows: Sequence[Row], field: str) -> Fit:
    """A multinomial logistic regression over this field of the rows, by their weight."""
    from sklearn.linear_model import LogisticRegression

    features, labels, weights = (
        np.array([getattr(r, field) for r in rows]),
        np.array([r.label for r in rows]),
        np.array([r.weight for r in rows]),
    )
    mean, scale = features.mean(0), features.std(0)
    scale[scale < 1e-9] = 1.0
    claim = rows[0].claim
    weights = np.where(labels == 1, ASSERTED * weights, weights) if claim else weights
    model = LogisticRegression(C=STRENGTH[claim], max_iter=1000)
    model.fit((features - mean) / scale, labels, sample_weight=weights)
    coefficients, intercepts = model.coef_, model.intercept_
    if len(coefficients) == 1:  # two classes: one row of log-odds for the second
        coefficients, intercepts = np.vstack([np.zeros_like(coefficients), coefficients]), np.array([0, *intercepts])
    return Fit(mean, scale, coefficients, intercepts, len(rows))


def logits(model: Fit, features: Table) -> Table:
    """Rows of logits, as `tutor.grading.examples.Classifier` computes them one by one."""
    return np.asarray((features - model.mean) / model.scale @ model.weights.T + model.intercepts)


def calibrated(model: Fit, rows: Sequence[Row], field: str) -> Fit:
    """The same with the temperature that makes these labelled answers most likely."""
    from scipy.optimize import minimize_scalar

    raw, labels = logits(model, np.array([getattr(r, field) for r in rows])), np.array([r.label for r in rows])

    def loss(at: float) -> float:
        scores = raw * np.exp(at)
        scores -= scores.max(1, keepdims=True)
        told = scores[np.arange(len(labels)), labels] - np.log(np.exp(scores).sum(1))
        return float(-told.mean())

    factor = float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))
    return model._replace(weights=model.weights * factor, intercepts=model.intercepts * factor)


def _plain(model: Fit) -> dict[str, Any]:
    digits = {"mean": 6, "scale": 6, "weights": 5, "intercepts": 5}
    return {key: np.round(getattr(model, key), n).tolist() for key, n in digits.items()} | {"rows": model.rows}


def write(found: dict[str, Any], path: Path) -> None:
    """Write the fitted numbers as one JSON file, a line for each part."""
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in found.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
