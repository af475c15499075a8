"""Rules that grade without reading: how others grade offline, and the floor that a grader must clear.

Each rule gives a similarity in [0, 1] of an answer to a criterion's text:

| rule | similarity |
|---|---|
| `length` | words of the answer over 120, whatever it says |
| `keywords` | share of the criterion's content words that occur in the answer |
| `sequence` | `difflib.SequenceMatcher` ratio of the two texts |
| `tfidf` | cosine of the two texts' TF-IDF vectors, fitted on the two |
| `cosine` | cosine of their all-MiniLM-L6-v2 embeddings |

As graders they call a similarity of .6 or more met and of .35 or more partial; none can see a contradiction.
`evals.suites.validity` fits the thresholds instead, on other questions.
"""

import re
from collections.abc import Callable
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from evals.grades import Grade, Mark, graded
from tutor.domain import Exercise, Verdict

if TYPE_CHECKING:
    from tutor.models.embedder import Embedder

Similarity = Callable[[str, str], float]
MET_FROM, PARTIAL_FROM = 0.6, 0.35
FULL_LENGTH = 120


def words(text: str) -> list[str]:
    """Lower-case words and numbers, in order."""
    return re.findall(r"[a-z0-9]+", text.lower())


@lru_cache(maxsize=4096)
def content_words(text: str) -> frozenset[str]:
    """Words without scikit-learn's English stop words."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(word for word in words(text) if word not in ENGLISH_STOP_WORDS)


def length(_: str, answer: str) -> float:
    """Words of the answer over 120, at most 1."""
    return min(1.0, len(words(answer)) / FULL_LENGTH)


def keywords(criterion: str, answer: str) -> float:
    """Share of the criterion's content words that occur in the answer."""
    wanted = content_words(criterion)
    return len(wanted & set(words(answer))) / len(wanted) if wanted else 0.0


def sequence(criterion: str, answer: str) -> float:
    """Ratio of `difflib.SequenceMatcher` on the lower-case texts (the first 2,000 characters: it is quadratic)."""
    return SequenceMatcher(None, criterion.lower()[:2000], answer.lower()[:2000], autojunk=False).ratio()


def tfidf(criterion: str, answer: str) -> float:
    """Cosine of TF-IDF vectors fitted on the two texts, as offline graders do that have no corpus."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    if not content_words(criterion) or not content_words(answer):
        return 0.0
    vectors = TfidfVectorizer(stop_words="english", token_pattern=r"[a-zA-Z0-9]+").fit_transform([criterion, answer])
    return float((vectors[0] @ vectors[1].T).sum())


@lru_cache(maxsize=2048)
def _vector(text: str) -> NDArray[np.float32]:
    return np.asarray(_embedder().encode([text])[0])


@lru_cache(maxsize=1)
def _embedder() -> "Embedder":
    from tutor.models.embedder import load_embedder
    from tutor.settings import settings

    return load_embedder(settings())


def cosine(criterion: str, answer: str) -> float:
    """Cosine of the two embeddings, negative ones as 0."""
    if not answer.strip():
        return 0.0
    return max(0.0, min(1.0, float(_vector(criterion) @ _vector(answer))))


SIMILARITIES: dict[str, Similarity] = {
    "length": length,
    "keywords": keywords,
    "sequence": sequence,
    "tfidf": tfidf,
    "cosine": cosine,
}


def rule(name: str) -> Callable[[Exercise, str], Grade]:
    """The rule of that name as a grader."""
    similarity = SIMILARITIES[name]

    def grade(exercise: Exercise, answer: str) -> Grade:
        return graded(exercise, {c.id: _mark(similarity(c.text, answer)) for c in exercise.rubric.criteria})

    return grade


def _mark(similarity: float) -> Mark:
    if similarity >= MET_FROM:
        verdict = Verdict.MET
    elif similarity >= PARTIAL_FROM:
        verdict = Verdict.PARTIAL
    else:
        verdict = Verdict.MISSING
    nearest = min(abs(similarity - MET_FROM), abs(similarity - PARTIAL_FROM))
    confidence = min(1.0, 0.5 + nearest)
    return Mark(verdict=verdict.value, confidence=confidence, unsure=False, quote=None, at=None, passages=[])
