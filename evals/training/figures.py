"""The figures of the model card: `python -m evals.training.figures dev ../shared/data [weights folder]`.

The judge alone, without the guard and the windows of the grader: hand-labelled answers of a split with intervals from a
bootstrap over questions, composed attacks, and the public sets that the judge was not trained on.
"""

import json
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evals.loaders.gold import GOLD
from evals.metrics.labels import f1_of_each
from evals.samples import THREE_WAY, Sample
from evals.training.compose import attack
from evals.training.data import VERDICTS, closest, rows
from evals.training.measure import Scorer, measure
from evals.training.own import materials, samples
from tutor.settings import Settings, settings

SHOWN = ("macro_f1", "accuracy", "auc_within", "auc_within_contradicted", "auc_within_missing", "auc_pooled", "ece_met")


def remembered(score: Scorer) -> Scorer:
    """The scorer with its answers kept, so that a bootstrap judges every pair once."""
    known: dict[tuple[str, str], Any] = {}

    def look_up(pairs: Sequence[tuple[str, str]]) -> Any:
        fresh = [p for p in dict.fromkeys(pairs) if p not in known]
        if fresh:
            known.update(zip(fresh, score(fresh), strict=True))
        return np.array([known[p] for p in pairs])

    return look_up


def bootstrap(found: Sequence[Sample], score: Scorer, rounds: int = 500) -> dict[str, tuple[float, float]]:
    """95% intervals of the figures in `SHOWN`, resampling whole questions."""
    rng = random.Random(0)
    by_question: dict[str, list[Sample]] = {}
    for sample in found:
        by_question.setdefault(sample.question, []).append(sample)
    names = sorted(by_question)
    drawn = [
        measure([s for name in rng.choices(names, k=len(names)) for s in by_question[name]], score)
        for _ in range(rounds)
    ]
    return {
        k: tuple(np.nanpercentile(np.array([d[k] for d in drawn], dtype=float), (2.5, 97.5)).round(3)) for k in SHOWN
    }


def by_voice(found: Sequence[Sample], score: Scorer) -> dict[str, float]:
    """Accuracy for each voice."""
    voices = sorted({s.voice for s in found})
    return {v: round(measure([s for s in found if s.voice == v], score)["accuracy"], 3) for v in voices}


def misconceptions(found: Sequence[Sample], score: Scorer) -> dict[str, int]:
    """How often an asserted misconception is seen and one that is not asserted is seen all the same (P(met) >= .5)."""
    told = {"asserted": 0, "asserted_seen": 0, "others": 0, "others_seen": 0}
    for s in found:
        for m in s.exercises[0].rubric.misconceptions:
            kind = "asserted" if m.id in s.misconceptions else "others"
            told[kind] += 1
            told[kind + "_seen"] += int(score([(m.text, s.answer)])[0, 0] >= 0.5)
    return told


def attacks(split: str, score: Scorer, each: int = 40) -> dict[str, float]:
    """Composed attacks on a split's questions: how many, and the share of criteria and of answers that earn a `met`."""
    rng = random.Random(1)
    found = [attack(m, rng) for m in materials(GOLD, settings().knowledge_dir, split) for _ in range(each)]
    told = [score([(c, e.answer) for c, _ in e.items]).argmax(axis=1) == 0 for e in found]
    return {
        "attacks": len(found),
        "earning": round(float(np.mean([t.any() for t in told])), 4),
        "verdicts": round(float(np.mean(np.concatenate(told))), 4),
    }


def three_way(path: Path, split: str, score: Scorer, most: int = 1500) -> dict[str, float]:
    """Macro-F1 over correct, contradictory and incorrect, each answer against the reference that it meets best."""
    classes = ("correct", "contradictory", "incorrect")
    found = [r for r in rows(path) if r["split"] == split and r["answer"].strip()]
    found = random.Random(0).sample(found, min(most, len(found)))
    truth, told = [], []
    for row in found:
        table = score([(reference, row["answer"]) for reference in row["references"]])
        truth.append(row.get("label_3way", row["label"]))
        best = VERDICTS[int(table[int(table[:, 0].argmax())].argmax())]
        told.append(THREE_WAY.label(best) or "")
    return {"n": len(found), "macro_f1": round(float(np.mean(f1_of_each(truth, told, classes))), 3)}


def correlation(path: Path, score: Scorer) -> dict[str, float]:
    """Pearson r of expected credit (met 1, partial .5) with the people's score, against the closest reference."""
    found = [r for r in rows(path) if r["answer"].strip() and r["references"]]
    pairs = [(closest(r["answer"], r["references"]), r["answer"]) for r in found]
    told = np.concatenate([score([p]) for p in pairs]) @ np.array([1, 0.5, 0, 0])
    return {"n": len(found), "r": round(float(np.corrcoef(told, [r["score"] for r in found])[0, 1]), 3)}


def public(data: Path, score: Scorer) -> dict[str, dict[str, float]]:
    """The public sets; those of `train` splits' kin first, then those never trained on."""
    folder = data / "grading"
    return {
        "scientsbank unseen questions": three_way(folder / "scientsbank.jsonl", "unseen_questions", score),
        "scientsbank unseen domains": three_way(folder / "scientsbank.jsonl", "unseen_domains", score),
        "beetle unseen questions": three_way(folder / "beetle.jsonl", "unseen_questions", score),
        "mohler dev": correlation(folder / "mohler_dev.jsonl", score),
        "neural-network exam dev": correlation(folder / "nn_exam_dev.jsonl", score),
    }


def report(split: str, score: Scorer, data: Path | None) -> dict[str, Any]:
    """Everything for one judge on one split."""
    score = remembered(score)
    found = samples(GOLD, settings().knowledge_dir, split)
    figures: dict[str, Any] = measure(found, score)
    figures["questions"] = len({s.question for s in found})
    figures["intervals"] = bootstrap(found, score)
    figures["voices"] = by_voice(found, score)
    figures["misconceptions"] = misconceptions(found, score)
    figures["attacks"] = attacks(split, score)
    if data is not None:
        figures["public"] = public(data, score)
    return figures


def main(arguments: Sequence[str], show: Callable[[str], None] = print) -> None:
    """Print the figures of the judge in a weights folder (default: the shipped one) as JSON."""
    from tutor.grading.examples import load_judge

    split, data, *weights = arguments
    chosen = Settings(judge_weights=Path(weights[0]) if weights else None)
    judge = load_judge(chosen)
    show(json.dumps(report(split, judge.probabilities, Path(data) if data != "-" else None), indent=1, default=str))


if __name__ == "__main__":
    main(sys.argv[1:])
