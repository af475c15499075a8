"""Checkpoint to shipped weights: one ONNX graph that encodes answers (no past) and judges criteria (behind an answer).

Weights are stored in 16 bits and computed in 32, so the numbers do not depend on the batch or, beyond rounding, on the
processor. `judge.json` beside the graph has its name, checksums and calibration.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from evals.training.model import HEAD_WIDTH, HEADS, LAYERS, WIDTH, JudgeNet, packaged


class Both(nn.Module):
    """The net without padding: x (tokens, 384) behind `past` (2, 6, 1, 12, p, 32) to logits (1, 4) and own past."""

    def __init__(self, net: JudgeNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor, past: Tensor) -> tuple[Tensor, Tensor]:
        """Logits, and the keys and values (2, 6, 1, 12, tokens, 32)."""
        x = self.net.embedding_norm(x)
        kept = []
        for i, layer in enumerate(self.net.stack):
            own = layer.own(x, None)
            kept.append(torch.stack(own))
            x = layer(x, own, (past[0, i], past[1, i]), None)
        logits = self.net.head(torch.cat((x[:1], x.mean(dim=0, keepdim=True)), dim=-1))
        return logits, torch.stack(kept, dim=1)


def halve(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with its large 32-bit weights stored in 16 bits and cast where they are used."""
    graph = model.graph
    casts = []
    for weight in graph.initializer:
        if weight.data_type == TensorProto.FLOAT and np.prod(weight.dims) >= WIDTH:
            values = numpy_helper.to_array(weight).astype(np.float16)
            name = weight.name
            weight.CopyFrom(numpy_helper.from_array(values, name + "_half"))
            casts.append(helper.make_node("Cast", [name + "_half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    del graph.value_info[:]
    return model


def graph_of(net: JudgeNet, out: Path) -> Path:
    """Write the net as ONNX with 16-bit weights."""
    x, past = torch.randn(9, WIDTH), torch.randn(2, LAYERS, 1, HEADS, 7, HEAD_WIDTH)
    tokens, before = torch.export.Dim("tokens", max=512), torch.export.Dim("before", max=512)
    out.parent.mkdir(parents=True, exist_ok=True)
    program = torch.onnx.export(
        Both(net).eval(),
        (x, past),
        input_names=["x", "past"],
        output_names=["logits", "own"],
        dynamic_shapes={"x": {0: tokens}, "past": {4: before}},
        dynamo=True,
    )
    assert program is not None
    onnx.save(halve(program.model_proto), out)
    return out


def ship(checkpoint: Path, folder: Path, name: str, scale: Sequence[float], shift: Sequence[float]) -> None:
    """Write `judge.onnx` and `judge.json`; `scale` and `shift` (four numbers each) calibrate the logits."""
    net, word, _, _ = packaged(0.0)
    net.load_state_dict(torch.load(checkpoint, weights_only=True))
    path = graph_of(net, folder / "judge.onnx")
    card = {
        "name": name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "embeddings_sha256": hashlib.sha256(word.numpy().data).hexdigest(),
        "verdicts": ["met", "partial", "missing", "contradicted"],
        "scale": [round(float(v), 4) for v in scale],
        "shift": [round(float(v), 4) for v in shift],
    }
    (folder / "judge.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def calibration(logits: NDArray[np.float64], truth: NDArray[np.int64]) -> tuple[list[float], list[float]]:
    """One temperature and a shift for each verdict: most likely given logits (n, 4) and true verdicts (n,)."""
    z, y = torch.tensor(logits), torch.tensor(truth)
    log_scale, shift = (
        torch.zeros(1, dtype=z.dtype, requires_grad=True),
        torch.zeros(4, dtype=z.dtype, requires_grad=True),
    )
    optimizer = torch.optim.LBFGS([log_scale, shift], max_iter=200)

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = nn.functional.cross_entropy(z * log_scale.exp() + shift, y) + 0.01 * (shift**2).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return [float(log_scale.exp())] * 4, [float(v) for v in shift.detach()]
