"""Fits the router's model on its authored examples; see `tutor.session.intents`. Some five minutes on one core."""

import zlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tutor.models.embedder import Embedder
from tutor.session.acts import Act
from tutor.session.intents import BUCKETS, Example, hashed, known_words, plain, read_examples, version

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Array = NDArray[np.float32]

# Inverse strength of the L2 penalty, how much an answer's example weighs, and the power of the frequency by which an
# act weighs less: chosen on the router's dev rows, which tell little between 10 and 100, 4 and 8, .3 and .5.
# The weight of answers is what keeps them from being taken for requests: with 2 it is two to three times as many.
STRENGTH = 30.0
ANSWER_WEIGHT = 6.0
LEVELLING = 0.5
_STEPS = 200
# Words alone take three times as many answers for requests; with the odds of an answer times this they do not, which
# costs them .01 of accuracy (dev rows).
_CAUTION = 3.0


def is_open(example: Example) -> bool:
    """Whether the example stands for one with an open question; of those for both cases three in four do."""
    return example.when == "open" or (example.when == "any" and zlib.crc32(example.text.encode()) % 4 != 0)


def weights_of(acts: list[Act]) -> Array:
    """What each row weighs, one on average: the more of its act there are the less, answers more."""
    seen = Counter(acts)
    raw = [seen[act] ** -LEVELLING * (ANSWER_WEIGHT if act is Act.ANSWER else 1) for act in acts]
    return np.asarray(raw, dtype=np.float32) / np.float32(np.mean(raw))


def fit_intents(embedder: Embedder, out: Path, examples: list[Example] | None = None) -> int:
    """Fit two multinomial logistic regressions (L2) and write them as .npz; returns the number of examples.

    One reads words and form alone; it serves until the embedder is loaded. One reads the vector too; what serves then
    is the geometric mean of both, which is the linear model with the mean of their weights: fitted together, vectors
    are cheaper than words under the penalty, and the model leans on what is spoken of instead of how.
    """
    given = read_examples() if examples is None else examples
    known = known_words()
    vectors = dict(_encoded(embedder, sorted({e.text for e in given}, key=len)))
    table = np.stack([plain(e.text, vectors[e.text], is_open(e)) for e in given])
    acts = sorted({e.act for e in given})
    target = np.asarray([acts.index(e.act) for e in given])
    terms = _sparse([hashed(e.text, frozenset(known)) for e in given])
    weight = weights_of([e.act for e in given])
    width, scalars = table.shape[1], plain("", np.zeros(0, dtype=np.float32), True).size
    with_vector = _softmax_regression(table, terms, target, weight)
    words = _softmax_regression(table[:, width - scalars :], terms, target, weight)
    both = np.concatenate([np.zeros_like(with_vector[: width - scalars]), words]) / 2 + with_vector / 2
    words[scalars - 1, acts.index(Act.ANSWER)] += np.log(_CAUTION)
    np.savez_compressed(
        out,
        plain=both[:width].astype(np.float16),
        hashed=both[width:].astype(np.float16),
        words_plain=words[:scalars].astype(np.float16),
        words_hashed=words[scalars:].astype(np.float16),
        known=np.asarray(known, dtype=str),
        acts=np.asarray([act.value for act in acts], dtype=str),
        embedder=embedder.name,
        examples=version(),
    )
    return len(given)


def _softmax_regression(table: Array, terms: "csr_matrix", target: NDArray[np.intp], weight: Array) -> Array:
    """Weights (columns of table and terms, classes) of least weighted cross-entropy and L2 penalty, by L-BFGS.

    As scikit-learn's LogisticRegression, but with a dense and a sparse part: as one sparse table it takes ten times as
    long. The last two columns of the table, open or not and the constant, are not penalised.
    """
    from scipy.optimize import minimize

    n, width = table.shape
    shape = (width + terms.shape[1], int(target.max()) + 1)
    wanted = np.zeros((n, shape[1]), dtype=np.float32)
    wanted[np.arange(n), target] = 1
    by_term = terms.T.tocsr()

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        at = flat.reshape(shape).astype(np.float32)
        logits = table @ at[:width] + terms @ at[width:]
        logits -= logits.max(axis=1, keepdims=True)
        total = np.exp(logits).sum(axis=1, keepdims=True)
        error = weight[:, None] * (np.exp(logits) / total - wanted)
        value = -float(np.sum(weight[:, None] * wanted * (logits - np.log(total)), dtype=np.float64))
        slope = np.vstack([table.T @ error, by_term @ error])
        penalised = at.copy()
        penalised[width - 2 : width] = 0
        penalty = 0.5 * float(np.sum(penalised**2, dtype=np.float64))
        return STRENGTH * value + penalty, (STRENGTH * slope + penalised).ravel().astype(np.float64)

    found = minimize(loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    return np.asarray(found.x, dtype=np.float32).reshape(shape)


def _sparse(rows: list[dict[int, float]]) -> "csr_matrix":
    from scipy.sparse import csr_matrix

    ends = np.cumsum([0, *(len(row) for row in rows)])
    buckets = np.asarray([bucket for row in rows for bucket in row])
    values = np.asarray([value for row in rows for value in row.values()], dtype=np.float32)
    return csr_matrix((values, buckets, ends), shape=(len(rows), BUCKETS))


def _encoded(embedder: Embedder, texts: list[str]) -> list[tuple[str, Array]]:
    # In parts below the size from which sentence-transformers is imported, which takes longer than the work.
    parts = [texts[i : i + 256] for i in range(0, len(texts), 256)]
    return [pair for part in parts for pair in zip(part, embedder.encode(part), strict=True)]
