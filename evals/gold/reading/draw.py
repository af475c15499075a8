"""Draw the passages and questions that are read again against a source (issue 4), see REPORT.md beside this file.

`python evals/gold/reading/draw.py [--seed 4] [--count 40] [--text]` prints the ids, or the texts. With `--newest N`
only questions are drawn, among the N whose labelled answers were committed last; their texts come with the passages
cited.
"""

import argparse
import random
import subprocess
import sys
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from tutor.corpus.load import Corpus, load_corpus  # noqa: E402 - the script runs without an installed tutor


def draw(corpus: Corpus, seed: int, count: int) -> tuple[list[str], list[str]]:
    """`count` passage ids and `count` question ids; the same for the same ids, in whatever order they were read."""
    rng = random.Random(seed)
    return rng.sample(sorted(corpus.passages), count), rng.sample(sorted(corpus.questions), count)


def newest(corpus: Corpus, count: int) -> list[str]:
    """The questions whose labelled answers were added by the latest commits; those of one commit by id."""
    command = ["git", "-C", str(ROOT), "log", "--diff-filter=A", "--no-renames", "--format=@%ct", "--name-only"]
    log = subprocess.run([*command, "--", "evals/gold/answers"], capture_output=True, text=True, check=True).stdout
    added: dict[str, int] = {}
    time = 0
    for line in filter(None, log.splitlines()):
        if line.startswith("@"):
            time = int(line[1:])
        else:
            added[PurePosixPath(line).stem] = time  # the log goes back in time, so the first addition stays
    return sorted(corpus.questions, key=lambda q: (-added.get(q, 0), q))[:count]


def text(corpus: Corpus, passages: list[str], questions: list[str]) -> str:
    """What is to be read: passages whole, of questions the prompt, criteria, corrections and model answer."""
    parts = [f"## {p}\n{corpus.passages[p].text}" for p in passages]
    for question in (corpus.questions[q] for q in questions):
        criteria = "\n".join(f"- {c.id}: {c.text}" for c in question.rubric.criteria)
        wrong = "\n".join(f"- not: {m.text} But: {m.correction}" for m in question.rubric.misconceptions)
        parts.append(f"## {question.id}\n{question.prompt}\n{criteria}\n{wrong}\nModel: {question.model_answer}")
    return "\n\n".join(parts)


def main() -> None:
    """Print the draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--text", action="store_true", help="the texts too")
    parser.add_argument("--newest", type=int, help="draw among so many of the newest questions")
    options = parser.parse_args()
    corpus = load_corpus(ROOT / "knowledge")
    passages, questions = draw(corpus, options.seed, options.count) if options.newest is None else ([], [])
    if options.newest is not None:
        questions = random.Random(options.seed).sample(sorted(newest(corpus, options.newest)), options.count)
        passages = sorted({p for q in questions for c in corpus.questions[q].rubric.criteria for p in c.passages})
    print(text(corpus, passages, questions) if options.text else "\n".join([*passages, "", *questions]))


if __name__ == "__main__":
    main()
