"""The stages of training, from data to shipped weights; each is seeded and writes under the given folder."""

import json
import logging
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.training.data import VERDICTS, Example, inference, school

log = logging.getLogger(__name__)


def _ready() -> None:
    import torch

    torch.set_num_threads(1)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")


def stage_one(data: Path, out: Path, seed: int = 0) -> Path:
    """Inference pairs and the public `train` splits, one epoch: about 1 M tokens, half an hour on one busy core."""
    from evals.training.train import Plan, train

    _ready()
    rng = random.Random(seed)
    examples = inference(data / "nli", rng) + school(data / "grading", rng)
    return train(examples, Plan(seed=seed, tokens=800), out)


def own_mix(data: Path, gold: Path, knowledge: Path, composed: int, replay: float, seed: int) -> list[Example]:
    """Our own answers of the `train` questions, and a share of stage one's examples against forgetting."""
    from evals.training.own import materials, own_examples, samples

    rng = random.Random(seed)
    mine = own_examples(materials(gold, knowledge), samples(gold, knowledge, "train"), composed, seed)
    public = [*inference(data / "nli", rng), *school(data / "grading", rng)]
    return mine + rng.sample(public, int(len(public) * replay))


def stage_two(
    examples: Sequence[Example],
    out: Path,
    start: Path,
    *,
    rate: float = 8e-5,
    epochs: int = 1,
    seed: int = 0,
    blind: bool = False,
) -> Path:
    """Our own answers, from the checkpoint of stage one; a blind run reads the answers only."""
    from evals.training.train import Plan, train

    _ready()
    plan = Plan(seed=seed, tokens=800, rate=rate, epochs=epochs, blind=blind)
    return train(examples, plan, out, start=start)


def finish(checkpoint: Path, gold: Path, knowledge: Path, folder: Path, name: str) -> dict[str, Any]:
    """Calibrate on the `dev` answers, export to `folder`, and measure the exported judge on `dev`."""
    import numpy as np

    from evals.training.export import calibration, ship
    from evals.training.measure import judged, measure
    from evals.training.own import samples
    from evals.training.train import scorer
    from tutor.models.judge import load_judge
    from tutor.settings import Settings

    dev = samples(gold, knowledge, "dev")
    results = judged(dev, scorer(checkpoint))
    logits = np.log(np.concatenate([rows for _, _, rows in results]) + 1e-9)
    scale, shift = calibration(logits, np.array([t for _, truth, _ in results for t in truth]))
    log.info(
        "calibration: scale %.3f, shift %s", scale[0], dict(zip(VERDICTS, np.round(shift, 3).tolist(), strict=True))
    )
    ship(checkpoint, folder, name, scale, shift)
    figures = measure(dev, load_judge(Settings(judge_weights=folder)).probabilities)
    (folder.parent / "dev.json").write_text(json.dumps(figures, indent=1))
    return figures


def train_judge(
    data: Path, gold: Path, knowledge: Path, out: Path, name: str, composed: int, seed: int
) -> dict[str, Any]:
    """Both stages and the export, everything under `out`; a stage whose checkpoint is there is not run again."""
    first, second = out / "stage1.pt", out / "stage2.pt"
    if not first.exists():
        stage_one(data, first, seed)
    if not second.exists():
        stage_two(own_mix(data, gold, knowledge, composed, 0.08, seed), second, first, seed=seed)
    return finish(second, gold, knowledge, out / "judge", name)
