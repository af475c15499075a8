"""Fits the router's model on its authored examples; see `tutor.session.intents`. Seconds on one core."""

from collections import Counter
from pathlib import Path

import numpy as np

from tutor.models.embedder import Embedder
from tutor.session.intents import Example, features, read_examples, version

# Inverse strength of the L2 penalty, chosen by cross-validation on the examples and the router's dev rows.
STRENGTH = 10.0


def training_rows(examples: list[Example]) -> tuple[list[Example], list[bool]]:
    """The examples with whether a question is open: those that count in both cases stand for two rows."""
    rows = [
        (e, pending) for e in examples for pending in (True, False) if e.when in ("any", "open" if pending else "idle")
    ]
    return [e for e, _ in rows], [pending for _, pending in rows]


def fit_intents(embedder: Embedder, out: Path, examples: list[Example] | None = None) -> int:
    """Fit a multinomial logistic regression (L2) and write it as .npz; returns the number of examples."""
    from sklearn.linear_model import LogisticRegression

    given = read_examples() if examples is None else examples
    rows, pending = training_rows(given)
    known = {text: vector for text, vector in _encoded(embedder, sorted({e.text for e in given}))}
    table = features([e.text for e in rows], np.stack([known[e.text] for e in rows]), pending)
    seen = Counter((e.text, e.act) for e in rows)
    weight = [1 / seen[e.text, e.act] for e in rows]
    model = LogisticRegression(C=STRENGTH, max_iter=1000)
    model.fit(table, [e.act.value for e in rows], sample_weight=weight)
    np.savez_compressed(
        out,
        weights=model.coef_.T.astype(np.float16),
        bias=model.intercept_.astype(np.float32),
        acts=np.asarray(model.classes_, dtype=str),
        embedder=embedder.name,
        examples=version(),
    )
    return len(given)


def _encoded(embedder: Embedder, texts: list[str]) -> list[tuple[str, np.ndarray]]:
    # In parts below the size from which sentence-transformers is imported, which takes longer than the work.
    parts = [texts[i : i + 256] for i in range(0, len(texts), 256)]
    return [pair for part in parts for pair in zip(part, embedder.encode(part), strict=True)]
