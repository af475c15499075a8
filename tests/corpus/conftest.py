"""A small knowledge folder that lints clean, and an embedder that needs no model."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tutor.settings import Settings

SYLLABUS = """\
id: deep-learning
title: Deep learning
topics:
  - id: deep-learning/attention
    title: Attention
    can:
      3: Explain the scaling.
  - id: deep-learning/dropout
    title: Dropout
    can:
      2: Say what dropout does.
"""
ATTENTION = """\
---
title: Attention
topic: deep-learning/attention
sources:
  - "Vaswani et al. (2017), Attention Is All You Need"
---

## Why the scores are scaled

If the entries of a query and a key are independent with mean zero and variance one, their dot product has variance
$d_k$, so that typical scores grow with the square root of the dimension. Large scores push softmax into a region where
one weight is close to one and the gradient with respect to the others is close to zero. Dividing every score by
$\\sqrt{d_k}$ brings the variance back to one, whatever the size of the keys, and keeps training stable. The claim needs
roughly independent entries.

## What the causal mask does

A decoder must not look at later tokens, as they are what it learns to predict. The mask sets the scores of all later
positions to minus infinity before the softmax, which gives them a weight of exactly zero. Setting the weights to zero
after the softmax would leave rows that no longer sum to one. During step-by-step decoding no mask is needed, because
later tokens do not exist yet. An encoder that reads whole sentences uses no causal mask at all.

```python
import math

assert math.exp(-math.inf) == 0
```
"""
DROPOUT = """\
---
title: Dropout
topic: deep-learning/dropout
sources:
  - "Srivastava et al. (2014), Dropout"
---

## What dropout does

During training every unit is switched off with a fixed probability, independently for each example. The network cannot
rely on any single unit and spreads what it knows, which acts as a regulariser much like averaging many thin networks
that share their parameters. At test time all units stay on. Inverted dropout divides by the keep probability during
training so that the expected activation is the same in both modes and no change is needed later.
"""
GUIDE = """\
---
title: How to prepare
---

## Practise by retrieving

Answering from memory and checking afterwards teaches more than reading the same page again, and spacing the attempts
over several days keeps the knowledge for longer. Speak your answer aloud or write it down before you look anything up.
Mark what you could not say and come back to it the next day. Reading feels easier because recognition is easy, but an
interview asks for recall, and only practice that demands recall prepares you for it well.
"""
QUESTIONS = """\
- id: attention-scaling
  kind: concept
  level: 3
  topic: deep-learning/attention
  minutes: 4
  prompt: Why does dot-product attention divide its scores by a constant?
  rubric:
    criteria:
      - id: variance
        text: The variance of a dot product grows with the dimension of the vectors.
        essential: true
        passages: [attention#why-the-scores-are-scaled]
        follow_up: How large does a typical score get?
      - id: softmax
        text: Large inputs push softmax towards a single winner.
        passages: [attention#why-the-scores-are-scaled]
      - id: gradient
        text: A saturated softmax passes almost no gradient.
        passages: [attention#why-the-scores-are-scaled]
    misconceptions:
      - id: speed
        text: The scaling makes the matrix product cheaper.
        correction: The number of operations stays the same.
  hints:
    - Think of a sum of many random products.
    - Look at its variance.
    - With unit variance it is the dimension; what does softmax do then?
  model_answer: The variance grows with the dimension, softmax saturates, gradients vanish; scaling restores it.
"""
COMPANY = """\
id: acme
name: Acme
summary: A short loop.
facts:
  - text: There is one round.
    tag: inferred
    source: Our reading
    date: "2026"
rounds:
  - id: concepts
    title: Concepts
    minutes: 30
    kinds: [concept]
    levels: [2, 3]
    questions: 1
    opening: Short questions.
    dimensions:
      - {id: understanding, title: Understanding, kinds: [concept]}
    provenance:
      text: We made it up.
      tag: inferred
      source: Our reading
      date: "2026"
style:
  every_round: {kind: concept, title: Understanding}
  probes:
    - {id: why, text: Why is that?}
    - {id: when, kinds: [concept], rounds: [concepts], text: When is it not so?}
  provenance: {text: They ask why., tag: inferred, source: Our reading, date: "2026"}
"""
FILES = {
    "knowledge/syllabus/deep-learning.yaml": SYLLABUS,
    "knowledge/notes/deep-learning/attention.md": ATTENTION,
    "knowledge/notes/deep-learning/dropout.md": DROPOUT,
    "knowledge/guide/how-to-prepare.md": GUIDE,
    "knowledge/questions/deep-learning/attention.yaml": QUESTIONS,
    "knowledge/companies/acme.yaml": COMPANY,
}


class Place:
    """A copy of the small knowledge folder that a test may edit."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.knowledge = root / "knowledge"
        self.gold = root / "evals" / "gold"
        for path, text in FILES.items():
            self.write(path, text)

    def write(self, path: str, text: str | bytes) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text()
        assert old in text, f"{old!r} is not in {path}"
        self.write(path, text.replace(old, new, 1))

    def settings(self, **knobs: object) -> Settings:
        return Settings(knowledge_dir=self.knowledge, data_dir=self.root / "data", **knobs)  # type: ignore[arg-type]


class WordEmbedder:
    """Texts that share words get close vectors. Remembers what it encoded."""

    def __init__(self, name: str = "words-1") -> None:
        self.name = name
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += texts
        vectors = np.full((len(texts), 512), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"[a-z]{4,}", text.lower()):
                vectors[row, int(hashlib.sha256(word.encode()).hexdigest(), 16) % 512] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()
