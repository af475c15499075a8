"""Training on whole labelled answers: the verdict on a criterion read off its statements, as the grader reads it.

A step holds a few answers of two questions against their criteria, and against those of the other question, which they
miss. Nearness is measured as at run time (`tutor.grading.nearness`): cosines of pooled sentences and clauses, and token
by token (late interaction, Khattab & Zaharia 2020, ColBERT). Maxima are softened, so that the gradient reaches more
than one pair. A small readout makes logits of it; only encoder and head are shipped, what nearness is worth is fitted
anew on questions that no step has read (`evals.training.examples`).
"""

import random
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from evals.samples import Sample
from evals.training.compose import Material
from evals.training.data import VERDICTS
from evals.training.example_rows import counted
from evals.training.model import StanceNet, pooled
from evals.training.own import careless
from tutor.grading.nearness import SHARPNESS
from tutor.grading.windows import clauses
from tutor.models.minilm import is_word

MOST = {"met": 3, "partial": 1, "contradicted": 3}
KINDS = ("own", *MOST)
MEASURES = 3
ELSEWHERE = 0.3  # weight of a verdict on the other question's criterion
MISSING = VERDICTS.index("missing")


class Answered(NamedTuple):
    """The sentences of a labelled answer, and its verdicts by criterion."""

    sentences: tuple[str, ...]
    labels: dict[str, str]


class Topic(NamedTuple):
    """A question: by criterion its text and statements of each kind, and its labelled answers."""

    criteria: dict[str, dict[str, tuple[str, ...]]]
    answers: tuple[Answered, ...]


class Batch(NamedTuple):
    """Statements in groups (criterion, kind), sentences in answers, and verdicts as numbers, -1 where unknown.

    `groups` (statements,), `owners` (sentences,), `labels` and `weights` (answers, criteria).
    """

    statements: list[str]
    groups: list[int]
    sentences: list[str]
    owners: list[int]
    labels: Tensor
    weights: Tensor


def topics(found: Sequence[Material], labelled: Sequence[Sample]) -> list[Topic]:
    """Questions with claims, and the answers to them that the guard lets through."""
    by_question: dict[str, list[Answered]] = {}
    for sample in labelled:
        said = tuple(counted(sample.exercises[0], sample.answer))
        if said:
            by_question.setdefault(sample.question, []).append(Answered(said, dict(sample.labels)))
    return [
        Topic(
            {
                c: {"own": (text,)} | {k: tuple(m.claims[c].get(k, ())) for k in MOST}
                for c, text in m.criteria.items()
                if m.claims[c].get("partial")
            },
            tuple(by_question[m.id]),
        )
        for m in found
        if m.id in by_question
    ]


def draw(some: Sequence[Topic], answers: int, criteria: int, rng: random.Random) -> Batch:
    """A batch out of these topics: at most so many answers and criteria of each."""
    statements: list[str] = []
    groups: list[int] = []
    sentences: list[str] = []
    owners: list[int] = []
    asked: list[tuple[int, str]] = []
    given: list[tuple[int, Answered]] = []
    for number, topic in enumerate(some):
        for criterion in rng.sample(sorted(topic.criteria), min(criteria, len(topic.criteria))):
            for kind, texts in topic.criteria[criterion].items():
                for text in rng.sample(texts, min(MOST.get(kind, 1), len(texts))):
                    statements.append(text)
                    groups.append(len(asked) * len(KINDS) + KINDS.index(kind))
            asked.append((number, criterion))
        for answered in rng.sample(topic.answers, min(answers, len(topic.answers))):
            sentences += [careless(s, rng) for s in answered.sentences]
            owners += [len(given)] * len(answered.sentences)
            given.append((number, answered))
    labels = torch.full((len(given), len(asked)), -1)
    weights = torch.ones(labels.shape)
    for i, (mine, answered) in enumerate(given):
        for j, (theirs, criterion) in enumerate(asked):
            if mine != theirs:
                labels[i, j], weights[i, j] = MISSING, ELSEWHERE
            elif criterion in answered.labels:
                labels[i, j] = VERDICTS.index(answered.labels[criterion])
    return Batch(statements, groups, sentences, owners, labels, weights)


class Readout(nn.Module):
    """Logits of the four verdicts out of nearness, for training only."""

    def __init__(self, hidden: int = 32) -> None:
        super().__init__()
        self.inner = nn.Linear(MEASURES * (len(KINDS) + 1), hidden)
        self.outer = nn.Linear(hidden, len(VERDICTS))

    def forward(self, nearness: Tensor) -> Tensor:
        """Nearness (..., 15) to logits (..., 4)."""
        logits: Tensor = self.outer(functional.gelu(self.inner(8 * (nearness - 0.5))))
        return logits


class Tokens(NamedTuple):
    """Texts as padded unit vectors of their words' tokens (n, t, 384), which of them are there (n, t)."""

    vectors: Tensor
    there: Tensor


class Read(NamedTuple):
    """A batch after one pass: unit vectors of statements, and of sentences and then clauses with the answer of each.

    `told` and `said` are the tokens of statements and of sentences.
    """

    statements: Tensor
    pieces: Tensor
    owners: Tensor
    told: Tokens
    said: Tokens


def loss(net: StanceNet, readout: Readout, tokenizer: Tokenizer, batch: Batch) -> tuple[Tensor, Tensor]:
    """The weighted cross-entropy of the known verdicts, and the readout's logits (answers, criteria, 4)."""
    logits = readout(nearness(read(net, tokenizer, batch), batch))
    known = batch.labels >= 0
    each, weights = functional.cross_entropy(logits[known], batch.labels[known], reduction="none"), batch.weights[known]
    return (each * weights).sum() / weights.sum(), logits


def read(net: StanceNet, tokenizer: Tokenizer, batch: Batch) -> Read:
    """Encode a batch as `tutor.models.minilm.MiniLM.read` does."""
    texts, n = [*batch.statements, *batch.sentences], len(batch.statements)
    encoded = tokenizer.encode_batch(texts)
    states, row = net.states([e.ids for e in encoded])
    starts = [0, *accumulate(len(e.ids) for e in encoded)]
    whole = pooled(states, row, len(texts))
    places: list[int] = []
    clause_of: list[int] = []
    owners = list(batch.owners)
    for i, text in enumerate(batch.sentences):
        for low, high in clauses(text):
            inside = [k for k, (a, b) in enumerate(encoded[n + i].offsets) if a < high and low < b and a < b]
            places += [starts[n + i] + k for k in inside]
            clause_of += [len(owners) - len(batch.owners)] * len(inside)
            owners.append(batch.owners[i])
    parts = pooled(states[places], torch.tensor(clause_of, dtype=torch.long), len(owners) - len(batch.owners))
    unit = functional.normalize(states, dim=-1)
    words = [
        [k for k, (a, b) in enumerate(e.offsets) if is_word(text[a:b])] or [0]
        for text, e in zip(texts, encoded, strict=True)
    ]
    return Read(
        whole[:n],
        torch.cat([whole[n:], parts]),
        torch.tensor(owners),
        _tokens(unit, starts[:n], words[:n]),
        _tokens(unit, starts[n:-1], words[n:]),
    )


def nearness(found: Read, batch: Batch) -> Tensor:
    """For each answer and criterion how near they are, shape (answers, criteria, 15)."""
    groups, owners = torch.tensor(batch.groups), torch.tensor(batch.owners)
    recall, both = interaction(found.told, found.said)
    cosine = found.statements @ found.pieces.T
    measured = [
        _softened(cosine, groups, found.owners),
        _softened(recall, groups, owners),
        _softened(both, groups, owners),
    ]
    return torch.cat(measured, -1)


def _tokens(unit: Tensor, starts: Sequence[int], words: Sequence[Sequence[int]]) -> Tokens:
    longest = max(len(w) for w in words)
    place = torch.tensor([[s + k for k in w] + [s] * (longest - len(w)) for s, w in zip(starts, words, strict=True)])
    there = torch.tensor([[True] * len(w) + [False] * (longest - len(w)) for w in words])
    return Tokens(unit[place], there)


def interaction(told: Tokens, said: Tokens) -> tuple[Tensor, Tensor]:
    """How much of each statement each sentence says, and the harmonic mean with how much of it is in the statement.

    Both (statements, sentences): the mean over tokens of the largest cosine with a token of the other side.
    """
    near = torch.einsum("iac,jbc->iajb", told.vectors, said.vectors)
    a, b = told.there[:, :, None], said.there[None, :, :]
    best = near.masked_fill(~said.there[None, None], -1).max(-1).values.masked_fill(~a, 0)
    recall = best.sum(1) / told.there.sum(1)[:, None]
    back = near.masked_fill(~told.there[:, :, None, None], -1).max(1).values.masked_fill(~b, 0)
    precision = back.sum(-1) / said.there.sum(1)[None]
    both = 2 * recall * precision / (recall + precision).clamp(min=0.05)
    return recall, both


def _softened(near: Tensor, groups: Tensor, owners: Tensor) -> Tensor:
    """`tutor.grading.nearness.softened` of (statements, pieces), shape (answers, criteria, 5)."""
    answers, criteria = int(owners.max()) + 1, int(groups.max()) // len(KINDS) + 1
    sharp = SHARPNESS * near
    table = torch.stack(
        [
            sharp[groups == g].logsumexp(0) if (groups == g).any() else torch.full_like(sharp[0], -SHARPNESS)
            for g in range(criteria * len(KINDS))
        ]
    ).view(criteria, len(KINDS), -1)
    right, wrong = table[:, KINDS.index("met")], table[:, KINDS.index("contradicted")]
    either = torch.maximum(right, wrong)
    found = []
    for i in range(answers):
        mine = owners == i
        weights = torch.softmax(either[:, mine], -1)
        lead = ((right - wrong)[:, mine] * weights).sum(-1)
        found.append(torch.cat([table[:, :, mine].logsumexp(-1), lead[:, None]], -1) / SHARPNESS)
    return torch.stack(found)
