"""Rows for fitting the judge that grades by example: features of an answer about one criterion, and what it deserves.

Out of `train` questions only: labelled answers, the same with one claim replaced, removed or added, answers to other
questions, model answers, answers joined from claims or said in the criteria's words, and attacks. A claim that is said
in a composed answer is taken out of the statements it is held against three times in five, so that nothing is learnt
from exact copies alone. What may deserve one of two verdicts gives a row for each, at half the weight.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from evals.samples import Sample
from evals.training.compose import Material
from evals.training.example_attacks import ABSENT, EITHER, attacks
from evals.training.plain import plain
from tutor.domain import Exercise, Verdict
from tutor.grading import guard
from tutor.grading.example_features import (
    Contrast,
    Examples,
    alone_features,
    criterion_features,
    misconception_features,
)
from tutor.grading.examples import Known as Statement
from tutor.grading.examples import encode_exercise, read_sentences
from tutor.grading.nearness import together
from tutor.grading.retraction import standing
from tutor.grading.windows import sentences
from tutor.grading.wording import Rarity
from tutor.models.stance import Encoded, StanceModel, joined

ORDER = [v.value for v in Verdict]
LEFT_OUT = 0.6
COMPOSED, PLAIN = 4, 6  # answers joined from claims, and in the words of the criteria, a question
WEIGHTS = {"gold": 2.0, "edited": 0.5, "other": 0.6, "model": 1.0, "composed": 1.2, "plain": 0.8, "attack": 1.2}
Labels = frozenset[str]
Texts = Sequence[str]


class Row(NamedTuple):
    """Features of one answer about one criterion (or misconception), the class, a weight, and where it comes from.

    `features` with the statements of the criterion (or the correction), `alone` without them.
    """

    features: NDArray[np.float64]
    alone: NDArray[np.float64]
    label: int
    weight: float
    question: str
    kind: str
    answer: str
    claim: bool


class Remembering:
    """A stance model that reads each text once: rows say the same sentences again and again."""

    def __init__(self, model: StanceModel) -> None:
        """Remember what this model makes of texts."""
        self._model = model
        self._seen: dict[tuple[str, bool], Encoded] = {}
        self.relate = model.relate

    def encode(self, texts: Sequence[str]) -> Encoded:
        """See `StanceModel.encode`."""
        return joined(self.read(texts, [()] * len(texts)))

    def read(self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]) -> list[Encoded]:
        """See `StanceModel.read`; the same text always has the same spans, or none."""
        keys = [(text, bool(some)) for text, some in zip(texts, spans, strict=True)]
        new = {key: some for key, some in zip(keys, spans, strict=True) if key not in self._seen}
        read = self._model.read([text for text, _ in new], list(new.values()))
        self._seen |= dict(zip(new, read, strict=True))
        return [self._seen[key] for key in keys]


@dataclass(frozen=True)
class Known:
    """A question with its encoded statements by text of criterion, and the statements as words."""

    exercise: Exercise
    statements: Mapping[str, Statement]
    material: Material


def known(exercise: Exercise, material: Material, model: Remembering) -> Known:
    """The question's statements, encoded."""
    return Known(exercise, encode_exercise(exercise, material.claims, model), material)


def counted(exercise: Exercise, answer: str) -> list[str]:
    """The sentences of an answer that reach the judge; none when the guard stops it."""
    return [s.quote for s in standing(guard.inspect(exercise, answer).sentences)]


def without(examples: Examples, material: Material, criterion: str, said: frozenset[str]) -> Examples:
    """The statements less those that were said, where one of their kind remains."""
    groups = [examples.criterion]
    for kind, of in zip(("met", "partial", "contradicted"), examples[1:], strict=True):
        keep = [i for i, text in enumerate(material.claims[criterion][kind]) if text not in said]
        groups.append(of.rows(keep) if keep else of)
    return Examples(*groups)


class Maker:
    """Makes the rows of questions, one after the other; deterministic for a seed and the order of the calls."""

    def __init__(self, rarity: Rarity, model: Remembering, seed: int = 0) -> None:
        """Features use this rarity of words and these vectors."""
        self._rarity = rarity
        self._model = model
        self._seed = seed

    def rows(self, of: Known, labelled: Sequence[Sample], others: Sequence[Known]) -> Iterator[Row]:
        """All rows of one question; `others` are questions whose model answers and claims count as off topic."""
        rng = random.Random(f"{self._seed} {of.exercise.id}")
        for sample in labelled:
            said = counted(of.exercise, sample.answer)
            yield from self.labelled(of, [sample])
            yield from self._edited(of, sample, said, rng)
            other = rng.choice(others)
            if other.exercise.id != of.exercise.id:
                yield from self._rows(other, said, _all(other, ABSENT), "other", sample.id, frozenset())
        model = counted(of.exercise, of.exercise.model_answer or "")
        if of.exercise.model_answer and not model:  # the guard stops a pasted model answer; half of it passes
            model = [s.quote for s in standing(sentences(of.exercise.model_answer))]
        yield from self._rows(of, model, _all(of, frozenset({"met"})), "model", f"{of.exercise.id}/model", frozenset())
        for other in rng.sample(others, min(2, len(others))):
            if other.exercise.id != of.exercise.id and other.exercise.model_answer:
                told = [s.quote for s in standing(sentences(other.exercise.model_answer))]
                yield from self._rows(of, told, _all(of, ABSENT), "other", f"{other.exercise.id}/model", frozenset())
        for number in range(COMPOSED):
            yield from self._composed(of, others, rng, f"{of.exercise.id}/composed{number}")
        for number in range(PLAIN):
            said, allowed = plain(_kinds(of.material), rng)
            yield from self._rows(of, said, allowed, "plain", f"{of.exercise.id}/plain{number}", None)
        yield from self._attacks(of)

    def labelled(self, of: Known, found: Sequence[Sample]) -> Iterator[Row]:
        """The rows of labelled answers as they are."""
        for sample in found:
            labels = {c: frozenset({v}) for c, v in sample.labels.items()}
            said = counted(of.exercise, sample.answer)
            yield from self._rows(of, said, labels, "gold", sample.id, frozenset(sample.misconceptions))

    def _rows(
        self,
        of: Known,
        said: Texts,
        labels: Mapping[str, Labels],
        kind: str,
        name: str,
        made: frozenset[str] | None,
        left_out: Mapping[str, frozenset[str]] | None = None,
    ) -> Iterator[Row]:
        if not said:
            return
        answer, relate = together(read_sentences(said, self._model)), self._model.relate
        for criterion in of.exercise.rubric.criteria:
            examples = of.statements.get(criterion.text)
            if not isinstance(examples, Examples) or criterion.id not in labels:
                continue
            if left_out and criterion.id in left_out:
                examples = without(examples, of.material, criterion.id, left_out[criterion.id])
            features = criterion_features(answer, examples, self._rarity, relate)
            alone = alone_features(answer, examples.criterion, self._rarity, relate)
            for label in sorted(labels[criterion.id]):
                weight = WEIGHTS[kind.split(":")[0]] / len(labels[criterion.id])
                yield Row(features, alone, ORDER.index(label), weight, of.exercise.id, kind, name, False)
        for wrong in of.exercise.rubric.misconceptions:
            contrast = of.statements.get(wrong.text)
            if made is not None and isinstance(contrast, Contrast):
                features = misconception_features(answer, contrast, self._rarity, relate)
                alone = alone_features(answer, contrast.claim, self._rarity, relate)
                weight = WEIGHTS[kind.split(":")[0]]
                yield Row(features, alone, int(wrong.id in made), weight, of.exercise.id, kind, name, True)

    def _edited(self, of: Known, sample: Sample, said: list[str], rng: random.Random) -> Iterator[Row]:
        """The answer with the sentence of one verdict replaced by another claim, or removed, or a claim added."""
        ids = sorted(c for c in sample.labels if c in of.material.claims)
        if not ids:
            return
        criterion = rng.choice(ids)
        claims = of.material.claims[criterion]
        now = sample.labels[criterion]
        carriers = [i for i, s in enumerate(said) if (sample.quotes.get(criterion) or "\0") in s]
        kind = rng.choice([k for k in ("met", "contradicted", "missing") if k != now])
        told = list(said)
        if now == "missing":
            told.insert(rng.randint(0, len(told)), rng.choice(claims["met" if kind == "met" else "contradicted"]))
            kind = "met" if kind == "met" else "contradicted"
        elif len(carriers) != 1:
            return
        elif kind == "missing":
            del told[carriers[0]]
        else:
            told[carriers[0]] = rng.choice(claims[kind])
        gone = said[carriers[0]] if carriers else "\0"
        touched = {c for c, q in sample.quotes.items() if c != criterion and (q in gone or gone in q)}
        labels = {c: frozenset({v}) for c, v in sample.labels.items() if c not in touched}
        labels[criterion] = frozenset({kind})
        left = {criterion: frozenset(told)} if rng.random() < LEFT_OUT else None
        yield from self._rows(of, told, labels, "edited", f"{sample.id}/edited", None, left)

    def _composed(self, of: Known, others: Sequence[Known], rng: random.Random, name: str) -> Iterator[Row]:
        """Claims of some criteria joined; one in three says nothing that is true."""
        ids = sorted(of.material.claims)
        false = rng.random() < 0.33
        chosen = rng.sample(ids, len(ids) if false else rng.randint(1, len(ids)))
        kinds = {
            c: "contradicted" if false else rng.choices(("met", "contradicted", "partial"), (0.45, 0.37, 0.18))[0]
            for c in chosen
        }
        told = {c: rng.choice(of.material.claims[c][k] or of.material.claims[c]["met"]) for c, k in kinds.items()}
        said = list(told.values())
        other = rng.choice(others)
        if other.exercise.id != of.exercise.id and rng.random() < 0.4:
            claims = other.material.claims[rng.choice(sorted(other.material.claims))]
            said.append(rng.choice(claims[rng.choice(("met", "contradicted"))]))
        # A false claim on one criterion often denies another one too.
        rest = EITHER if false else ABSENT
        labels = _all(of, rest) | {c: frozenset({k}) for c, k in kinds.items()}
        left = {c: frozenset(said) for c in of.material.claims} if rng.random() < LEFT_OUT else None
        kind = "composed:false" if false else "composed"
        yield from self._rows(of, said, labels, kind, name, None, left)

    def _attacks(self, of: Known) -> Iterator[Row]:
        rng = random.Random(f"attacks {of.exercise.id}")
        for number, attack in enumerate(attacks(of.material, rng)):
            said = attack.sentences if counted(of.exercise, " ".join(attack.sentences)) else ()
            labels = _all(of, attack.rest) | (dict([attack.about]) if attack.about else {})
            name = f"{of.exercise.id}/attack{number}"
            yield from self._rows(of, said, labels, f"attack:{attack.kind}", name, None)
        wrong = [m.text for m in of.exercise.rubric.misconceptions]
        made = frozenset(m.id for m in of.exercise.rubric.misconceptions)
        name = f"{of.exercise.id}/misconceptions"
        yield from self._rows(of, wrong, _all(of, EITHER), "attack:misconceptions", name, made)


def _kinds(material: Material) -> dict[str, dict[str, Sequence[str]]]:
    return {c: {"own": (text,), **material.claims[c]} for c, text in material.criteria.items()}


def _all(of: Known, labels: Labels) -> dict[str, Labels]:
    return dict.fromkeys((c.id for c in of.exercise.rubric.criteria), labels)
