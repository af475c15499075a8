"""The stages of training, from data to checkpoint; each is seeded and writes under the given folder."""

import logging
import random
from pathlib import Path

from evals.training.data import inference, school


def stage_one(data: Path, out: Path, seed: int = 0) -> Path:
    """Inference pairs and the public `train` splits, one epoch: about 1 M tokens, half an hour on one busy core."""
    import torch

    from evals.training.train import Plan, train

    torch.set_num_threads(1)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    rng = random.Random(seed)
    examples = inference(data / "nli", rng) + school(data / "grading", rng)
    return train(examples, Plan(seed=seed, tokens=800), out)
