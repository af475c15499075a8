"""The training of the local judge from data to shipped weights, seeded, everything under one folder."""

import json
import logging
import random
from dataclasses import asdict
from pathlib import Path

from evals.training.data import inference, school
from evals.training.own import materials, points, samples

log = logging.getLogger(__name__)
LONGEST = 50  # words of a public text
HELD_OUT = 60  # `train` questions that the network never reads; what its numbers are worth is fitted on them


def train_judge(data: Path, gold: Path, knowledge: Path, out: Path, name: str, steps: int, seed: int) -> Path:
    """Train on our `train` questions and the public sets, and export to `out/judge`; the folder of the weights.

    What its numbers are worth is fitted afterwards, by `python -m evals fit-examples`. A checkpoint that is there is
    not trained again.
    """
    from evals.training.answers import topics
    from evals.training.export import ship
    from evals.training.train import Plan, Public, train

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    plan, checkpoint = Plan(seed=seed, steps=steps), out / "net.pt"
    found = materials(gold, knowledge, "train")
    held_out = random.Random(seed).sample([m.id for m in found], HELD_OUT)
    if not checkpoint.exists():
        read, labelled = [m for m in found if m.id not in held_out], samples(gold, knowledge, "train")
        ours = points(read, labelled)
        taught, inferred = (
            [
                Public(example.answer, statement, allowed)
                for example in examples
                for statement, allowed in example.items
                if max(len(example.answer.split()), len(statement.split())) <= LONGEST
            ]
            for examples in (
                school(data / "grading", random.Random(seed)),
                inference(data / "nli", random.Random(seed)),
            )
        )
        log.info("%d points, %d school and %d inference pairs", len(ours), len(taught), len(inferred))
        train(ours, topics(read, labelled), taught, inferred, plan, checkpoint)
        (out / "plan.json").write_text(json.dumps(asdict(plan), indent=1), encoding="utf-8")
    ship(checkpoint, out / "judge", name, held_out)
    return out / "judge"
