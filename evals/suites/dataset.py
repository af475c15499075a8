"""How good is a labelled set itself: can a grader learn or show anything on it that is not reading criteria?

Counts what is there, looks for copied words, and fits two judges that never see the criterion: one knows the answer's
words and length (TF-IDF, logistic regression, fitted on `train`), one only the voice it was written in. Where they
come near a grader's figures, style tells the verdicts, and those figures mean little. No grader takes part.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np

from evals.baselines import words
from evals.metrics.intervals import mean_interval, wilson
from evals.metrics.labels import label_agreement
from evals.results import Cell, Draft, Result
from evals.runs import Row
from evals.samples import ALL, Dataset, Sample
from evals.suites.common import Context, Suite, label_figures, no_tasks

CLAIMS = "The labels mix verdicts within answers, no words are copied, and style does not tell the verdict."
SIZE = 8  # words in a run that counts as copied


def runs_of(text: str, size: int = SIZE) -> set[tuple[str, ...]]:
    """Every run of `size` words."""
    found = words(text)
    return {tuple(found[i : i + size]) for i in range(len(found) - size + 1)}


def shared_runs(first: set[tuple[str, ...]], second: set[tuple[str, ...]]) -> float:
    """Share of the smaller set's runs that the other has, in [0, 1]; 0 when one is empty."""
    return len(first & second) / min(len(first), len(second)) if first and second else 0.0


def summarise(context: Context, _: Iterable[Row]) -> Result:
    """Counts, overlaps and blind judges, for each set with our verdicts or any other labels."""
    draft = Draft("dataset", CLAIMS)
    for dataset in context.datasets:
        samples = [s for s in dataset.samples((ALL,)) if s.labels]
        if samples:
            _counts(draft, dataset, samples)
            _overlaps(draft, dataset, samples, context.seed)
            _blind(draft, dataset, samples, context.seed)
        if dataset.note:
            draft.notes.append(f"{dataset.name}: {dataset.note}.")
    return draft.done()


def _counts(draft: Draft, dataset: Dataset, samples: Sequence[Sample]) -> None:
    name = dataset.name
    labels = Counter(label for s in samples for label in s.labels.values())
    total = sum(labels.values())
    for label in dataset.scheme.classes:
        draft.figure(f"{name}.share_{label}", labels[label] / total, n=total)
    best = dataset.scheme.classes[-1]
    several = [s for s in samples if len(s.labels) > 1]
    if several:
        mixed = sum(best in s.labels.values() and set(s.labels.values()) != {best} for s in several)
        interval = wilson(mixed, len(several))
        draft.figure(f"{name}.mixed_answers", mixed / len(several), interval, len(several), "met and unmet in one")
    by_question = Counter(s.question for s in samples)
    draft.figure(f"{name}.fewest_answers", float(min(by_question.values())), n=len(by_question))
    draft.figure(f"{name}.minimal_pairs", float(sum(s.pair is not None for s in samples)), n=len(samples))
    splits = sorted({s.split for s in samples})
    rows: list[tuple[Cell, ...]] = []
    for split in splits:
        its = [s for s in samples if s.split == split]
        counts = Counter(label for s in its for label in s.labels.values())
        shares = [counts[c] / sum(counts.values()) for c in dataset.scheme.classes]
        rows.append((split or "none", len({s.question for s in its}), len(its), sum(counts.values()), *shares))
    draft.table(f"{name}: splits", ("split", "questions", "answers", "labels", *dataset.scheme.classes), rows)
    _voices(draft, dataset, samples)


def _voices(draft: Draft, dataset: Dataset, samples: Sequence[Sample]) -> None:
    by_voice: dict[str, Counter[str]] = defaultdict(Counter)
    for s in samples:
        by_voice[s.voice].update(s.labels.values())
    if len(by_voice) < 2:
        return
    classes = dataset.scheme.classes
    ordered = sorted(by_voice.items(), key=lambda item: -item[1][classes[-1]] / item[1].total())
    rows: list[tuple[Cell, ...]] = [(v or "none", c.total(), *(c[k] / c.total() for k in classes)) for v, c in ordered]
    draft.table(f"{dataset.name}: labels by voice", ("voice", "labels", *classes), rows)


def _overlaps(draft: Draft, dataset: Dataset, samples: Sequence[Sample], seed: int) -> None:
    """Copied words: of answers with each other (minimal pairs share theirs by intent) and with the criteria."""
    by_question: dict[str, list[Sample]] = defaultdict(list)
    for s in samples:
        by_question[s.question].append(s)
    between: list[tuple[str, float]] = []
    copied: list[tuple[str, float]] = []
    for question, its in by_question.items():
        runs = {s.id: runs_of(s.answer) for s in its}
        for a, b in combinations(its, 2):
            if not _paired(a, b):
                between.append((question, shared_runs(runs[a.id], runs[b.id])))
        criteria = [runs_of(c.text) for e in its[0].exercises for c in e.rubric.criteria]
        copied += [(question, max((shared_runs(runs[s.id], c) for c in criteria), default=0.0)) for s in its]
    for figure, found in (("overlap_between_answers", between), ("overlap_with_criteria", copied)):
        if found:
            clusters, values = [q for q, _ in found], [v for _, v in found]
            interval = mean_interval(clusters, values, seed)
            note = f"mean share of runs of {SIZE} words; {sum(v > 0 for v in values)} of {len(values)} share any"
            draft.figure(f"{dataset.name}.{figure}", float(np.mean(values)), interval, len(values), note)


def _paired(a: Sample, b: Sample) -> bool:
    return a.pair == b.id or b.pair == a.id or (a.pair is not None and a.pair == b.pair)


def _blind(draft: Draft, dataset: Dataset, samples: Sequence[Sample], seed: int) -> None:
    """Judges that never see the criterion, fitted on `train` and read on `test`."""
    train = [s for s in samples if s.split == "train"]
    test = [s for s in samples if s.split == "test"]
    if not train or not test:
        draft.notes.append(f"{dataset.name}: no criterion-blind judge without the splits train and test.")
        return
    truth = [label for s in test for label in s.labels.values()]
    questions = [s.question for s in test for _ in s.labels]
    common = Counter(label for s in train for label in s.labels.values()).most_common(1)[0][0]
    told = {
        "blind_majority": [common] * len(truth),
        "blind_voice": [_by_voice(train, s.voice, common) for s in test for _ in s.labels],
        "blind_words": _by_words(train, test, seed),
    }
    for name, predicted in told.items():
        label_figures(draft, f"{dataset.name}.{name}", questions, truth, predicted, dataset.scheme.classes, seed)
    classes = dataset.scheme.classes
    rows = [
        (name, a.accuracy, a.macro_f1, a.kappa)
        for name, predicted in told.items()
        for a in [label_agreement(truth, predicted, classes)]
    ]
    draft.table(
        f"{dataset.name}: judges that never see the criterion", ("judge", "accuracy", "macro-F1", "kappa"), rows
    )


def _by_voice(train: Sequence[Sample], voice: str, common: str) -> str:
    found = Counter(label for s in train if s.voice == voice for label in s.labels.values())
    return found.most_common(1)[0][0] if found else common


def _by_words(train: Sequence[Sample], test: Sequence[Sample], seed: int) -> list[str]:
    """The commonest label of the answer, guessed from its question's and its own words and its length."""
    from scipy.sparse import csr_array, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    def text(s: Sample) -> str:
        return f"{s.exercises[0].prompt}\n{s.answer}"

    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=3, sublinear_tf=True)
    vectorizer.fit([text(s) for s in train])

    def features(its: Sequence[Sample]) -> csr_array:
        length = np.log1p([[len(words(s.answer))] for s in its])
        return csr_array(hstack([vectorizer.transform([text(s) for s in its]), csr_array(length)]))

    rows = [i for i, s in enumerate(train) for _ in s.labels]
    model = LogisticRegression(C=1.0, max_iter=2000, random_state=seed)
    model.fit(features(train)[rows], [label for s in train for label in s.labels.values()])
    guessed = model.predict(features(test))
    return [str(g) for g, s in zip(guessed, test, strict=True) for _ in s.labels]


SUITE = Suite("dataset", "dataset", no_tasks, summarise, grades=False)
