"""A labelled set: answers with the labels that people gave them.

    Sample(id="attention-scaling/a1", exercises=(exercise,), answer="So um, if you multiply ...",
           labels={"variance": "met", "softmax": "missing"}, split="test")

Labels are classes of the set's `Scheme`, in ordinal order, and say which of our four verdicts each class stands for.
Not here: reading files (`evals.loaders`), grading (`evals.engine`).
"""

import heapq
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tutor.domain import Criterion, Exercise, Rubric, Verdict

Labels = Mapping[str, str]
# A set with reference answers is judged on one criterion: the answer says what the reference says.
REFERENCE = "reference"
TRAIN, ALL = "train", "all"


@dataclass(frozen=True, slots=True)
class Scheme:
    """The classes a set is labelled with, lowest first, and which class each verdict counts as."""

    name: str
    classes: tuple[str, ...]
    of: Mapping[Verdict, str] = field(hash=False)

    def label(self, verdict: str | None) -> str | None:
        """The class that a verdict counts as; None for an ungraded one."""
        return None if verdict is None else self.of[Verdict(verdict)]


def _scheme(name: str, contradicted: str, missing: str, partial: str, met: str) -> Scheme:
    names = (contradicted, missing, partial, met)
    order = (Verdict.CONTRADICTED, Verdict.MISSING, Verdict.PARTIAL, Verdict.MET)
    return Scheme(name, tuple(dict.fromkeys(names)), dict(zip(order, names, strict=True)))


VERDICTS = _scheme("verdicts", "contradicted", "missing", "partial", "met")
# SemEval-2013 task 7: `incorrect` holds partial answers too.
THREE_WAY = _scheme("three-way", "contradictory", "incorrect", "incorrect", "correct")
# Sets that give part marks and do not tell a wrong claim from a missing one.
PARTIAL_CREDIT = _scheme("partial-credit", "incorrect", "incorrect", "partially_correct", "correct")
BINARY = _scheme("binary", "incorrect", "incorrect", "incorrect", "correct")
SCHEMES = {scheme.name: scheme for scheme in (VERDICTS, THREE_WAY, PARTIAL_CREDIT, BINARY)}


@dataclass(frozen=True, slots=True)
class Sample:
    """One answer and what people said of it.

    Several `exercises` are alternative references: the best verdict counts. `labels` maps criterion ids to classes,
    `score` lies in [0, 1]. `raters` and `rater_scores` are the single people behind them, where known. `quotes` are
    the words of the answer that a label rests on; `misconceptions` the ids of those asserted. `pair` is the id of the
    answer of which this one is a version with one claim changed.
    """

    id: str
    exercises: tuple[Exercise, ...]
    answer: str
    labels: Labels = field(default_factory=dict)
    score: float | None = None
    raters: tuple[Labels, ...] = ()
    rater_scores: tuple[float, ...] = ()
    quotes: Labels = field(default_factory=dict)
    misconceptions: tuple[str, ...] = ()
    split: str = ""
    voice: str = ""
    pair: str | None = None

    @property
    def question(self) -> str:
        """Id of the question, without the number of the alternative."""
        return self.exercises[0].id

    @property
    def rubric_version(self) -> str:
        """Version of the first rubric."""
        return self.exercises[0].rubric.version


@dataclass(frozen=True, slots=True)
class Dataset:
    """A labelled set that can be read again and again; `version` is a digest of the files it was read from.

    `note` is shown with every figure on the set: where it comes from and what its labels do not say.
    """

    name: str
    version: str
    scheme: Scheme
    read: Callable[[], Iterable[Sample]]
    note: str = ""

    def samples(
        self, splits: tuple[str, ...] = (), limit: int | None = None, seed: int = 0, each: int | None = None
    ) -> Iterator[Sample]:
        """The samples of the given splits, at most `limit` of them, drawn by the seed over the whole set.

        With no split named, all but `train`: graders may have learnt from it. `ALL` names every split. The draw
        keeps the samples whose seeded checksums are lowest, so that it needs no list of the set; an answer is drawn
        with the one it is a version of. With `each`, questions are drawn and of each at most so many answers, until
        there are `limit`: that is cheaper to grade, and says less about the set.
        """
        wanted = (sample for sample in self.read() if in_splits(sample.split, splits))
        if limit is None:
            return wanted
        again = (sample for sample in self.read() if in_splits(sample.split, splits))
        if each is None:
            drawn = set(heapq.nsmallest(limit, (_draw(seed, sample) for sample in wanted)))
        else:
            drawn = _by_question(wanted, limit, seed, each)
        return (sample for sample in again if _draw(seed, sample) in drawn)


def in_splits(split: str, splits: tuple[str, ...]) -> bool:
    """Whether a run over these splits takes this one; over none, whether it is another than `train`."""
    return split != TRAIN if not splits else split in splits or ALL in splits


def turn(seed: int, question: str) -> tuple[int, str]:
    """A question's place in the seeded order in which every suite takes questions."""
    return zlib.crc32(f"{seed} {question}".encode()), question


def _draw(seed: int, sample: Sample) -> tuple[int, str]:
    return zlib.crc32(f"{seed} {sample.pair or sample.id}".encode()), sample.id


def _by_question(samples: Iterable[Sample], limit: int, seed: int, each: int) -> set[tuple[int, str]]:
    """The draws of the first `limit` samples when questions come in seeded order with at most `each` of their own."""
    lowest: dict[str, list[tuple[int, str]]] = {}
    for sample in samples:
        mine = lowest.setdefault(sample.question, [])
        mine.append(_draw(seed, sample))
        if len(mine) > each:
            mine.remove(max(mine))
    found: list[tuple[int, str]] = []
    for question in sorted(lowest, key=lambda q: turn(seed, q)):
        if len(found) >= limit:
            break
        found += sorted(lowest[question])
    return set(found[:limit])


def reference_exercises(question_id: str, prompt: str, references: tuple[str, ...]) -> tuple[Exercise, ...]:
    """One exercise for each alternative reference, with the reference as its only criterion."""
    return tuple(
        Exercise(id=question_id, prompt=prompt, rubric=Rubric(criteria=(Criterion(id=REFERENCE, text=text),)))
        for text in references
    )
