"""Checkpoint to shipped weights: a safetensors file in 16 bits, and a card with its name and checksums."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file

from evals.training.model import packaged, their_name
from tutor.models.embedder import MODEL_SHA256


def ship(checkpoint: Path, folder: Path, name: str, held_out: Sequence[str]) -> None:
    """Write `stance.safetensors` and `stance.json`, as `tutor.models.stance` reads them.

    `held_out` are the `train` questions that the network never read; `fit-examples` reads them from the card.
    """
    net = packaged(0.0)
    net.load_state_dict(torch.load(checkpoint, weights_only=True))
    weights = {}
    for ours, tensor in net.state_dict().items():
        if ours.startswith("layers."):
            weights[their_name(ours)] = tensor
        elif ours.startswith("embedding_norm."):
            weights[f"embeddings.LayerNorm.{ours.split('.')[1]}"] = tensor
        elif ours.startswith(("inner.", "outer.")):
            weights[f"head.{ours}"] = tensor
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "stance.safetensors"
    save_file({key: tensor.to(torch.float16).contiguous() for key, tensor in sorted(weights.items())}, path)
    card = {
        "name": name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "minilm_sha256": MODEL_SHA256,
        "verdicts": ["met", "partial", "missing", "contradicted"],
        "held_out": list(held_out),
    }
    (folder / "stance.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
