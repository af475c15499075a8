"""Checks that need vectors: texts that say the same, prompts that give a criterion away, criteria nothing supports.

All texts are embedded in one pass; a cache makes the next run as quick as what changed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.corpus.index import embedded_text
from tutor.corpus.load import Corpus
from tutor.corpus.problems import Problem
from tutor.corpus.vectors import embed
from tutor.domain import Question
from tutor.models.embedder import Embedder

# Cosines of all-MiniLM-L6-v2. Distinct pairs of our own corpus reach .59 (prompts), .82 (passages), .72 (a prompt and a
# criterion of it), and .93 (criteria that mirror each other, such as forward and reverse KL).
SAME_PROMPT = 0.85
SAME_PASSAGE = 0.92
SAME_CRITERION = 0.97
GIVEN_AWAY = 0.8
OVERLAP = 0.85
WEAK = 0.25
_SHOWN = 10
_WORD = re.compile(r"[a-z0-9]+")
_FILLER = re.compile(
    r"\b(?:a|an|and|are|as|at|be|because|but|by|can|do|does|for|from|has|have|how|if|in|is|it|its|more|not|of|on|or|so|than|"
    r"that|the|their|then|there|these|this|to|too|was|what|when|where|which|while|who|why|will|with|would|you|your)\b"
)


@dataclass(frozen=True)
class _Item:
    """A text with the place it stands at."""

    text: str
    path: str
    line: int
    name: str


def check_similar(corpus: Corpus, embedder: Embedder, cache: Path | None) -> list[Problem]:
    """Problems among passages, prompts and criteria."""
    passages = [_Item(embedded_text(p), p.path, p.line, p.id) for p in corpus.passages.values()]
    questions = list(corpus.questions.values())
    prompts = [_at(corpus, q, q.prompt, q.id, "prompt") for q in questions]
    criteria = [
        _at(corpus, q, c.text, f"{q.id}/{c.id}", "rubric", "criteria", i)
        for q in questions
        for i, c in enumerate(q.rubric.criteria)
    ]
    texts = [item.text for item in (*passages, *prompts, *criteria)]
    vectors, _ = embed(texts, embedder, cache)
    p, q, c = np.split(vectors, [len(passages), len(passages) + len(prompts)])
    return [
        *_repeated(
            passages, p, SAME_PASSAGE, "the passage says nearly the same as", "merge them, or sharpen the difference"
        ),
        *_repeated(prompts, q, SAME_PROMPT, "the question is nearly", "remove one, or ask for something else"),
        *_check_rubrics(questions, prompts, q, criteria, c),
        *_weakest(corpus, questions, criteria, c, dict(zip(corpus.passages, p, strict=True))),
    ]


def _at(corpus: Corpus, question: Question, text: str, name: str, *loc: str | int) -> _Item:
    source = corpus.sources[f"question:{question.id}"]
    return _Item(text, source.path, source.line(*loc), name)


def _repeated(
    items: Sequence[_Item], vectors: NDArray[np.float32], limit: float, what: str, remedy: str
) -> Iterator[Problem]:
    if len(items) < 2:
        return
    cosines = np.triu(vectors @ vectors.T, k=1)
    for i, j in np.argwhere(cosines >= limit):
        first, second = items[i], items[j]
        yield Problem(second.path, second.line, f"{what} {first.name} (cosine {cosines[i, j]:.2f})", remedy)


def _check_rubrics(
    questions: Sequence[Question],
    prompts: Sequence[_Item],
    prompt_vectors: NDArray[np.float32],
    criteria: Sequence[_Item],
    vectors: NDArray[np.float32],
) -> Iterator[Problem]:
    start = 0
    for question, prompt, asked in zip(questions, prompts, prompt_vectors, strict=True):
        end = start + len(question.rubric.criteria)
        own = criteria[start:end]
        for item, cosine in zip(own, vectors[start:end] @ asked, strict=True):
            if overlap(item.text, prompt.text) >= OVERLAP or cosine >= GIVEN_AWAY:
                what = f"the prompt states criterion `{item.name}` (cosine {cosine:.2f})"
                yield Problem(item.path, item.line, what, "ask without giving the answer, or drop the criterion")
        yield from _repeated(
            own, vectors[start:end], SAME_CRITERION, "the criterion repeats", "merge them, or say what differs"
        )
        start = end


def overlap(statement: str, text: str) -> float:
    """The share of the statement's content words that stand in the text, in [0, 1]."""
    words = set(_WORD.findall(_FILLER.sub(" ", statement.lower())))
    return len(words & set(_WORD.findall(text.lower()))) / len(words) if words else 0.0


def _weakest(
    corpus: Corpus,
    questions: Sequence[Question],
    criteria: Sequence[_Item],
    vectors: NDArray[np.float32],
    passages: dict[str, NDArray[np.float32]],
) -> list[Problem]:
    """The criteria whose cited passages are least like them, as warnings: the ten weakest below `WEAK`."""
    rubric = [c for q in questions for c in q.rubric.criteria]
    found: list[tuple[float, _Item]] = []
    for criterion, item, vector in zip(rubric, criteria, vectors, strict=True):
        cited = [float(vector @ passages[key]) for key in criterion.passages if key in corpus.passages]
        if cited and max(cited) < WEAK:
            found.append((max(cited), item))
    remedy = "cite the passage that teaches it, or write one"
    return [
        Problem(i.path, i.line, f"`{i.name}` is far from what it cites (cosine {cosine:.2f})", remedy, "warning")
        for cosine, i in sorted(found, key=lambda pair: pair[0])[:_SHOWN]
    ]
