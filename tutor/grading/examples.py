"""The local judge: sentences of an answer held against a criterion, by example where an author fixed some verdicts.

For each criterion of our bank `evals/gold/claims` holds statements that meet it, meet it partly, or contradict it. A
sentence that lies nearer to the contradicting ones than to the meeting ones contradicts, however close it is to the
criterion itself, which is where plain closeness fails. A criterion without such statements (bulk files, uploads) is
held against the answer alone, by the network that was trained on those of other questions (`tutor.models.stance`). What
the numbers (`example_features`) are worth are small classifiers fitted on `train` questions (`python -m evals
fit-examples`), whose weights are `examples.json`. Not here: guard, windows of long answers, the score.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import yaml
from numpy.typing import NDArray

from tutor.domain import Exercise
from tutor.grading.example_features import (
    Contrast,
    Examples,
    alone_features,
    criterion_features,
    misconception_features,
)
from tutor.grading.nearness import Group, group, together
from tutor.grading.windows import clauses, sentences
from tutor.grading.wording import Rarity
from tutor.models.stance import Encoded, StanceModel, load_stance
from tutor.settings import Settings

Numbers = NDArray[np.float64]
KINDS = ("met", "partial", "contradicted")
ORDER = {"met": 0, "partial": 1, "contradicted": 3}
FARTHEST = 5.0  # deviations from the mean
WORD_FOR_WORD = 0.9  # of the author's verdict on a statement that is said as it stands
_EXERCISES = 64  # kept in memory, about 1 MB each


class Classifier(NamedTuple):
    """A multinomial logistic regression: standardise with `mean` and `scale` (f), then weights and intercepts."""

    mean: Numbers
    scale: Numbers
    weights: Numbers
    intercepts: Numbers

    def logits(self, features: Numbers) -> Numbers:
        """Of one row (f,) or of several (n, f)."""
        return np.asarray((features - self.mean) / self.scale @ self.weights.T + self.intercepts)

    def sharpened(self, factor: float) -> "Classifier":
        """The same with its logits times `factor`."""
        return self._replace(weights=self.weights * factor, intercepts=self.intercepts * factor)


class Network(NamedTuple):
    """A perceptron: standardise and cut at five deviations, a tanh layer `inner` (h, f), then `outer` (classes, h)."""

    mean: Numbers
    scale: Numbers
    inner: Numbers
    inner_bias: Numbers
    outer: Numbers
    outer_bias: Numbers

    def logits(self, features: Numbers) -> Numbers:
        """Of one row (f,) or of several (n, f)."""
        known = np.clip((features - self.mean) / self.scale, -FARTHEST, FARTHEST)
        return np.asarray(np.tanh(known @ self.inner.T + self.inner_bias) @ self.outer.T + self.outer_bias)

    def sharpened(self, factor: float) -> "Network":
        """The same with its logits times `factor`."""
        return self._replace(outer=self.outer * factor, outer_bias=self.outer_bias * factor)


def probabilities(model: Classifier | Network, features: Numbers) -> Numbers:
    """Softmax over the classes for one row (f,), shape (classes,)."""
    logits = model.logits(features)
    odds = np.exp(logits - logits.max())
    return np.asarray(odds / odds.sum())


class Fitted(NamedTuple):
    """What `examples.json` holds: name and version, a classifier for each kind of statement, how rare words are.

    Criteria by example and alone have four classes, misconceptions with a correction and alone two (not made, made).
    """

    name: str
    criteria: Network
    criteria_alone: Classifier
    misconceptions: Classifier
    misconceptions_alone: Classifier
    rarity: Rarity


class Alone(NamedTuple):
    """A criterion or misconception of which only its own words are known, a group of one."""

    statement: Group
    misconception: bool


Known = Examples | Contrast | Alone


def read_examples(folder: Path, exercise: Exercise) -> dict[str, dict[str, tuple[str, ...]]]:
    """Per criterion the statements of each kind; only criteria that have all three kinds. Empty without a file."""
    path = folder / f"{exercise.id}.yaml"
    if "/" in exercise.id or "\\" in exercise.id or not path.is_file():
        return {}
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    criteria = loaded.get("criteria", {}) if isinstance(loaded, dict) else {}
    found = {c: {k: tuple(map(str, by.get(k) or ())) for k in KINDS} for c, by in criteria.items()}
    return {c: by for c, by in found.items() if all(by.values())}


@cache
def load_fitted() -> Fitted:
    """The fitted numbers of the package."""
    return from_json(json.loads(files("tutor.grading").joinpath("examples.json").read_text(encoding="utf-8")))


def from_json(read: Mapping[str, Any]) -> Fitted:
    """The same from parsed JSON, as `evals.training.examples` makes it."""

    def classifier(part: str) -> Classifier:
        return Classifier(*(np.array(read[part][field]) for field in Classifier._fields))

    return Fitted(
        name=read["name"],
        criteria=Network(*(np.array(read["criteria"][field]) for field in Network._fields)),
        criteria_alone=classifier("criteria_alone"),
        misconceptions=classifier("misconceptions"),
        misconceptions_alone=classifier("misconceptions_alone"),
        rarity=Rarity(read["rarity"], read["unknown_rarity"]),
    )


class Encoder(Protocol):
    """What encodes statements: `StanceModel`, or one that remembers."""

    def encode(self, texts: Sequence[str]) -> Encoded:
        """See `StanceModel.encode`."""
        ...

    def read(self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]) -> list[Encoded]:
        """See `StanceModel.read`."""
        ...


def read_sentences(found: Sequence[str], model: Encoder) -> list[Group]:
    """Each sentence with its clauses, as the judge compares them."""
    spans = [clauses(sentence) for sentence in found]
    encoded = model.read(found, spans)
    return [
        group(one, [sentence, *(sentence[low:high] for low, high in parts)])
        for sentence, parts, one in zip(found, spans, encoded, strict=True)
    ]


def encode_exercise(
    exercise: Exercise, statements: Mapping[str, Mapping[str, Sequence[str]]], model: Encoder
) -> dict[str, Known]:
    """By the text of each criterion and misconception what is known of it, encoded in one call, always in one order."""
    kinds: list[tuple[str, list[Sequence[str]], bool]] = []
    for criterion in exercise.rubric.criteria:
        by = statements.get(criterion.id)
        kinds.append((criterion.text, [[criterion.text], *([by[k] for k in KINDS] if by else [])], False))
    for wrong in exercise.rubric.misconceptions:
        kinds.append((wrong.text, [[wrong.text], *([[wrong.correction]] if wrong.correction else [])], True))
    texts = [text for _, groups, _ in kinds for some in groups for text in some]
    encoded, at = model.encode(texts), 0
    found: dict[str, Known] = {}
    for text, groups, misconception in kinds:
        made = []
        for some in groups:
            made.append(group(encoded.rows(slice(at, at + len(some))), some))
            at += len(some)
        if len(made) == 1:
            found[text] = Alone(made[0], misconception)
        else:
            found[text] = Contrast(made[0], made[1]) if misconception else Examples(*made)
    return found


class StatementJudge:
    """A judge (`tutor.models.judge.Judge`) that knows some statements; it is made anew for each answer."""

    def __init__(self, fitted: Fitted, known: Mapping[str, Known], model: StanceModel) -> None:
        """Judge by these statements, keyed by their text; any other is read as a criterion alone."""
        by_example = any(isinstance(k, Examples) for k in known.values())
        self.name = fitted.name if by_example else model.name
        self._fitted = fitted
        self._known = dict(known)
        self._model = model
        self._said: dict[str, Group] = {}
        self._texts: dict[str, Group] = {}

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """See `tutor.models.judge.Judge`."""
        with self._model.one_thread():
            return np.array([self._row(*pair) for pair in pairs], dtype=np.float32).reshape(len(pairs), 4)

    def _row(self, statement: str, text: str) -> Numbers:
        if statement not in self._known:
            self._known[statement] = Alone(group(self._model.encode([statement]), [statement]), False)
        known, answer = self._known[statement], self._read(text)
        rarity, relate, fitted = self._fitted.rarity, self._model.relate, self._fitted
        if isinstance(known, Examples):
            read = probabilities(fitted.criteria, criterion_features(answer, known, rarity, relate))
            kind = known.said_by(answer)
            return read if kind is None else (1 - WORD_FOR_WORD) * read + WORD_FOR_WORD * np.eye(4)[ORDER[kind]]
        if isinstance(known, Contrast):
            found = misconception_features(answer, known, rarity, relate)
            absent, made = probabilities(fitted.misconceptions, found)
            return np.array([made, 0.0, absent, 0.0])
        found = alone_features(answer, known.statement, rarity, relate)
        if not known.misconception:
            return probabilities(fitted.criteria_alone, found)
        absent, made = probabilities(fitted.misconceptions_alone, found)
        return np.array([made, 0.0, absent, 0.0])

    def _read(self, text: str) -> Group:
        """The sentences of a text, those that are new read together."""
        if text not in self._texts:
            said = list(dict.fromkeys(s.quote for s in sentences(text))) or [text]
            new = [sentence for sentence in said if sentence not in self._said]
            self._said |= dict(zip(new, read_sentences(new, self._model), strict=True))
            self._texts[text] = together([self._said[sentence] for sentence in said])
        return self._texts[text]


class StatementJudges:
    """Judges for exercises, with the statements of a folder of claims; those of recent exercises are kept in memory."""

    def __init__(self, folder: Path | None, model: StanceModel) -> None:
        """Read statements from `folder` (none: judge by the criteria alone) when an exercise is first graded."""
        self._folder = folder
        self._model = model
        self._fitted = load_fitted()
        self.name = f"{self._fitted.name}+{model.name}" if folder else model.name
        self._kept: OrderedDict[str, dict[str, Known]] = OrderedDict()
        self._lock = threading.Lock()

    def prepare(self, exercise: Exercise | None = None) -> None:
        """Read the network's weights, and encode the statements of an exercise, before there is an answer."""
        if exercise is None:
            self._model.encode(["."])
        else:
            self.judge(exercise)

    def judge(self, exercise: Exercise) -> StatementJudge:
        """The judge for this exercise: each criterion by its examples, or alone where it has none."""
        key = f"{exercise.id} {exercise.rubric.version}"
        with self._lock:
            known = self._kept.get(key)
        if known is None:  # not while the lock is held: other answers need not wait for these statements
            statements = read_examples(self._folder, exercise) if self._folder else {}
            known = encode_exercise(exercise, statements, self._model)
        with self._lock:
            self._kept[key] = known
            self._kept.move_to_end(key)
            while len(self._kept) > _EXERCISES:
                self._kept.popitem(last=False)
        return StatementJudge(self._fitted, known, self._model)


def load_judge(settings: Settings) -> StatementJudge:
    """The judge of any statement by its own words, for what is no exercise (reranking, measuring); remembers texts."""
    return StatementJudge(load_fitted(), {}, load_stance(settings))
