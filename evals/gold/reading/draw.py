"""Draw the passages and questions that are read again against a source (issue 4), see REPORT.md beside this file.

`python evals/gold/reading/draw.py [--seed 4] [--count 40] [--text]` prints the ids, or the texts.
"""

import argparse
import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from tutor.corpus.load import Corpus, load_corpus  # noqa: E402 - the script runs without an installed tutor


def draw(corpus: Corpus, seed: int, count: int) -> tuple[list[str], list[str]]:
    """`count` passage ids and `count` question ids; the same for the same ids, in whatever order they were read."""
    rng = random.Random(seed)
    return rng.sample(sorted(corpus.passages), count), rng.sample(sorted(corpus.questions), count)


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
    options = parser.parse_args()
    corpus = load_corpus(ROOT / "knowledge")
    passages, questions = draw(corpus, options.seed, options.count)
    print(text(corpus, passages, questions) if options.text else "\n".join([*passages, "", *questions]))


if __name__ == "__main__":
    main()
