"""Draw answers to label a second time, from questions newer than a commit, as a text that shows nobody's verdict.

`python evals/gold/second/draw.py --since fa05736 --seed 20261123 --count 44 --out FOLDER` writes `blind.md` (question,
criteria and answer, numbered) and `key.json` (number to answer id). One answer a question; voices, splits and pairs
are left out. The same commit and seed draw the same answers.
"""

import argparse
import json
import random
import subprocess
import sys
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from evals.loaders.gold import GOLD, load_gold  # noqa: E402 - the script runs without an installed tutor
from evals.samples import Sample  # noqa: E402

SPLITS = ("train", "dev", "test")


def known(commit: str) -> set[str]:
    """Ids of the questions that had labelled answers at the commit."""
    command = ["git", "-C", str(ROOT), "ls-tree", "-r", "--name-only", commit, "evals/gold/answers"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {PurePosixPath(line).stem for line in listed.splitlines()}


def draw(samples: list[Sample], old: set[str], seed: int, count: int) -> list[Sample]:
    """One answer each of `count` questions that are not old; the same for the same ids, in whatever order they came."""
    by_question: dict[str, list[Sample]] = {}
    for sample in sorted(samples, key=lambda s: s.id):
        if sample.id.split("/")[0] not in old:
            by_question.setdefault(sample.id.split("/")[0], []).append(sample)
    rng = random.Random(seed)
    return [rng.choice(by_question[q]) for q in rng.sample(sorted(by_question), min(count, len(by_question)))]


def blind(number: int, sample: Sample) -> str:
    """What the rater reads of one answer."""
    question = sample.exercises[0]
    criteria = "\n".join(f"- {c.id}: {c.text}" for c in question.rubric.criteria)
    return f"## {number}\nQUESTION: {question.prompt}\nCRITERIA:\n{criteria}\nANSWER:\n{sample.answer}"


def main() -> None:
    """Write the draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--since", required=True, help="questions with answers at this commit are left out")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, required=True, help="how many questions")
    parser.add_argument("--out", type=Path, required=True, help="a folder outside the repository")
    options = parser.parse_args()
    samples = list(load_gold(GOLD, ROOT / "knowledge").samples(SPLITS))
    drawn = draw(samples, known(options.since), options.seed, options.count)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "blind.md").write_text("\n\n".join(blind(i, s) for i, s in enumerate(drawn, 1)), encoding="utf-8")
    (options.out / "key.json").write_text(json.dumps({i: s.id for i, s in enumerate(drawn, 1)}), encoding="utf-8")
    print(f"{len(drawn)} answers, {sum(len(s.exercises[0].rubric.criteria) for s in drawn)} verdicts to give")


if __name__ == "__main__":
    main()
