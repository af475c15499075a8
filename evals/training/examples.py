"""Fits the judge that grades by example on `train` questions, calibrates it on `dev`; `test` is read once, elsewhere.

Rows are of `example_rows`. Criteria by example have a perceptron (three of one tanh layer, their logits averaged), the
rest logistic regressions by scikit-learn, all on standardised features; the softmax of the criteria's ones is then
calibrated on labelled `dev` answers by a temperature (Guo et al. 2017). Shifts for each verdict calibrate better but
read more contradictions as met, so there are none.
"""

import json
import logging
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.training.example_rows import ORDER, Maker, Remembering, Row, known
from evals.training.own import materials, samples
from tutor.grading.examples import FARTHEST, Classifier, Network
from tutor.grading.wording import Rarity, wording
from tutor.models.stance import StanceModel

log = logging.getLogger(__name__)
Table = NDArray[np.float64]
OFF_TOPIC = 14  # the first so many questions serve the others as off topic
HIDDEN, NETS, EPOCHS, DROPOUT, DECAY, RATE = 48, 3, 30, 0.5, 1.0, 2e-3  # of the perceptron
DIGITS = {"mean": 6, "scale": 6, "inner": 4, "outer": 4}  # kept of each number; 5 of the others
STRENGTH = {False: 0.01, True: 0.1}  # scikit-learn's C (1 / L2 penalty) for criteria, and for misconceptions
ASSERTED = 2.0  # weight of an asserted misconception: without it P >= .5 finds a third of them


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
            model = fit_perceptron(rows) if part == "criteria" else fit(rows, field)
            shipped = calibrated(model, held, field) if held and not claim else model
            parts[part] = _plain(shipped) | {"rows": len(rows)}
    return {
        "name": name,
        "questions": len({r.question for r in train}),
        "calibrated_on": sum(r.kind == "gold" and not r.claim for r in dev),
        **parts,
        "unknown_rarity": rarity.unknown,
        "rarity": dict(rarity.table),
    }


def fit(rows: Sequence[Row], field: str) -> Classifier:
    """A multinomial logistic regression over this field of the rows, by their weight."""
    from sklearn.linear_model import LogisticRegression

    features, labels, weights = (
        np.array([getattr(r, field) for r in rows]),
        np.array([r.label for r in rows]),
        np.array([r.weight for r in rows]),
    )
    mean, scale = _moments(features)
    claim = rows[0].claim
    weights = np.where(labels == 1, ASSERTED * weights, weights) if claim else weights
    model = LogisticRegression(C=STRENGTH[claim], max_iter=1000)
    model.fit((features - mean) / scale, labels, sample_weight=weights)
    coefficients, intercepts = model.coef_, model.intercept_
    if len(coefficients) == 1:  # two classes: one row of log-odds for the second
        coefficients, intercepts = np.vstack([np.zeros_like(coefficients), coefficients]), np.array([0, *intercepts])
    return Classifier(mean, scale, coefficients, intercepts)


def fit_perceptron(rows: Sequence[Row]) -> Network:
    """Three nets that differ by their seed, as one net of three times the width; by the weight of the rows."""
    table = np.array([r.features for r in rows])
    mean, scale = _moments(table)
    nets = [_perceptron(np.clip((table - mean) / scale, -FARTHEST, FARTHEST), rows, seed) for seed in range(NETS)]
    inner, inner_bias, outer, outer_bias = zip(*nets, strict=True)
    return Network(
        mean,
        scale,
        np.concatenate(inner),
        np.concatenate(inner_bias),
        np.concatenate(outer, axis=1) / NETS,
        np.mean(outer_bias, axis=0),
    )


def _perceptron(table: Table, rows: Sequence[Row], seed: int) -> list[Table]:
    """Weights and biases of one net: AdamW (Loshchilov & Hutter 2019) with dropout and a cosine schedule."""
    import torch
    from torch.nn import functional

    torch.manual_seed(seed)
    known = torch.tensor(table, dtype=torch.float32)
    labels, weights = torch.tensor([r.label for r in rows]), torch.tensor([r.weight for r in rows])
    inner, outer = torch.nn.Linear(known.shape[1], HIDDEN), torch.nn.Linear(HIDDEN, len(ORDER))
    optimizer = torch.optim.AdamW([*inner.parameters(), *outer.parameters()], lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    for _ in range(EPOCHS):
        for at in torch.randperm(len(rows)).split(256):  # type: ignore[no-untyped-call]
            hidden = functional.dropout(torch.tanh(inner(known[at])), DROPOUT)
            each = functional.cross_entropy(outer(hidden), labels[at], reduction="none") * weights[at]
            optimizer.zero_grad()
            (each.sum() / weights[at].sum()).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        schedule.step()
    return [p.detach().double().numpy() for p in (inner.weight, inner.bias, outer.weight, outer.bias)]


def _moments(table: Table) -> tuple[Table, Table]:
    mean, scale = table.mean(0), table.std(0)
    scale[scale < 1e-9] = 1.0
    return mean, scale


def calibrated(model: Classifier | Network, rows: Sequence[Row], field: str) -> Classifier | Network:
    """The same with the temperature that makes these labelled answers most likely."""
    from scipy.optimize import minimize_scalar

    raw, labels = model.logits(np.array([getattr(r, field) for r in rows])), np.array([r.label for r in rows])

    def loss(at: float) -> float:
        scores = raw * np.exp(at)
        scores -= scores.max(1, keepdims=True)
        told = scores[np.arange(len(labels)), labels] - np.log(np.exp(scores).sum(1))
        return float(-told.mean())

    factor = float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))
    return model.sharpened(factor)


def _plain(model: Classifier | Network) -> dict[str, Any]:
    return {key: np.round(value, DIGITS.get(key, 5)).tolist() for key, value in model._asdict().items()}


def write(found: dict[str, Any], path: Path) -> None:
    """Write the fitted numbers as one JSON file, a line for each part."""
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in found.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
