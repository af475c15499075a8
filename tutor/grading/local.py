"""The local grader: guard, sentences, one judgement for each statement, the score table. No key, no network.

    answer -> guard -> sentences -> parts of 150 words -> judge: (statement, part) -> four probabilities
           -> one distribution per statement -> verdict + the sentence that carries it -> score -> critique

Every statement (criterion or misconception) is judged alone, so neither their order nor the other answers of a bulk run
can change a verdict. Not here: the model (`tutor.models.judge`) and the credit (`tutor.grading.score`).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tutor.domain import (
    Criterion,
    CriterionVerdict,
    Critique,
    Exercise,
    Misconception,
    MisconceptionVerdict,
    Span,
    Verdict,
)
from tutor.grading import guard
from tutor.grading.conclude import conclude, conclude_stopped
from tutor.grading.examples import StatementJudges
from tutor.grading.overlap import content
from tutor.grading.retraction import TAKEN_BACK, standing
from tutor.grading.windows import Part, clean, denied_claim, parts
from tutor.models.judge import Judge

ORDER = (Verdict.MET, Verdict.PARTIAL, Verdict.MISSING, Verdict.CONTRADICTED)
_MET, _MISSING = ORDER.index(Verdict.MET), ORDER.index(Verdict.MISSING)
_CONTRADICTED = ORDER.index(Verdict.CONTRADICTED)
_SURELY_FALSE = 0.85  # a claim from here on earns something when it is denied
_CANDIDATES = 3  # sentences tried as evidence


class Judged(NamedTuple):
    """A statement's distribution over the four verdicts, the verdict, and the part of the answer that gave it."""

    probabilities: NDArray[np.float64]
    verdict: int
    part: Part


class Said(NamedTuple):
    """The sentences of an answer that assert, those that deny a claim, the claims, and all of it in parts."""

    asserting: tuple[Span, ...]
    denying: tuple[Span, ...]
    claims: tuple[str, ...]
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, answer: str, spans: Sequence[Span]) -> "Said":
        """What these sentences of the answer say."""
        found: list[tuple[Span, str | None]] = []
        for span in spans:
            goes_on = bool(found) and found[-1][0].quote.rstrip()[-1:] not in ".!?"
            inside = goes_on and found[-1][1] is not None  # a long sentence comes in pieces: the denial holds for all
            found.append((span, span.quote if inside else denied_claim(span.quote)))
        asserting = tuple(span for span, claim in found if claim is None)
        denying = tuple(span for span, claim in found if claim is not None)
        claims = tuple(clean(claim) for _, claim in found if claim is not None)
        denied = tuple(Part(claim, i, i, denied=True) for i, claim in enumerate(claims))
        return cls(asserting, denying, claims, (parts(answer, asserting) if asserting else ()) + denied)

    def read(self, part: Part) -> list[tuple[Span, str]]:
        """The sentences of a part, and each as the judge reads it."""
        if part.denied:
            return [(self.denying[part.first], self.claims[part.first])]
        return [(span, clean(span.quote)) for span in self.asserting[part.first : part.last + 1]]


class LocalGrader:
    """Grades with a judge that reads one statement against one part of the answer."""

    def __init__(self, judge: Judge | StatementJudges, confidence_floor: float) -> None:
        """Grade with this judge, or with the judge that knows the exercise's statements.

        A verdict whose probability is below `confidence_floor` is marked unsure.
        """
        self._judge = judge
        self._floor = confidence_floor

    @property
    def name(self) -> str:
        """The grader with its judges' names and versions; a critique names the one that read it."""
        return f"local/{self._judge.name}"

    def prepare(self, exercise: Exercise | None = None) -> None:
        """See `Prepares.prepare`: the network, and the statements of an exercise."""
        if isinstance(self._judge, StatementJudges):
            self._judge.prepare(exercise)
        else:
            self._judge.probabilities([])

    def grade(self, exercise: Exercise, answer: str) -> Critique:
        """See `Grader.grade`; equal answers give equal critiques, byte for byte."""
        guarded = guard.inspect(exercise, answer)
        if guarded.stopped is not None:
            return conclude_stopped(self.name, exercise, guarded, guarded.stopped)
        said = Said.of(answer, standing(guarded.sentences))
        if not said.parts:
            return conclude_stopped(self.name, exercise, guarded, TAKEN_BACK)
        judge = self._judge.judge(exercise) if isinstance(self._judge, StatementJudges) else self._judge
        statements: list[Criterion | Misconception] = [*exercise.rubric.criteria, *exercise.rubric.misconceptions]
        judged = self._judge_statements(judge, [s.text for s in statements], said.parts)
        evidence = _find_evidence(judge, [s.text for s in statements], judged, said)
        number = len(exercise.rubric.criteria)
        verdicts = tuple(
            self._verdict(criterion, found, span)
            for criterion, found, span in zip(exercise.rubric.criteria, judged, evidence, strict=False)
        )
        misconceptions = tuple(
            _misconception_verdict(misconception, found, span)
            for misconception, found, span in zip(
                exercise.rubric.misconceptions, judged[number:], evidence[number:], strict=True
            )
        )
        return conclude(f"local/{judge.name}", exercise, answer, verdicts, misconceptions, guarded.flags)

    def _judge_statements(self, judge: Judge, texts: Sequence[str], found: Sequence[Part]) -> list[Judged]:
        pairs = [(text, part.text) for text in texts for part in found]
        table = judge.probabilities(pairs).astype(np.float64).reshape(len(texts), len(found), 4)
        for at, part in enumerate(found):
            if part.denied:
                table[:, at] = turned(table[:, at])
        return [combine(rows, found, self._floor) for rows in table]

    def _verdict(self, criterion: Criterion, judged: Judged, evidence: Span | None) -> CriterionVerdict:
        confidence = float(judged.probabilities[judged.verdict])
        return CriterionVerdict(
            criterion=criterion.id,
            verdict=ORDER[judged.verdict],
            confidence=confidence,
            probabilities=dict(zip(ORDER, judged.probabilities.tolist(), strict=True)),
            unsure=confidence < self._floor,
            evidence=evidence,
        )


def _find_evidence(judge: Judge, texts: Sequence[str], judged: Sequence[Judged], said: Said) -> list[Span | None]:
    """For each statement that is addressed, the sentence that by itself carries its verdict best."""
    tried = [
        [] if found.verdict == _MISSING else candidates(text, [span for span, _ in said.read(found.part)])
        for text, found in zip(texts, judged, strict=True)
    ]
    pairs = [(text, clean(s.quote)) for text, some in zip(texts, tried, strict=True) if len(some) > 1 for s in some]
    rows = iter(judge.probabilities(pairs) if pairs else ())
    chosen: list[Span | None] = []
    for found, some in zip(judged, tried, strict=True):
        weights = [float(next(rows)[found.verdict]) if len(some) > 1 else 1.0 for _ in some]
        chosen.append(some[weights.index(max(weights))] if some else None)
    return chosen


def turned(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The distributions (n, 4) of denials, from those of what is denied.

    To deny what meets a criterion contradicts it. To deny a falsehood meets it only where it surely is one: right
    claims are sometimes taken for wrong ones, and their denial would be paid.
    """
    found = rows.copy()
    found[:, _CONTRADICTED] = rows[:, _MET]
    sure = rows[:, _CONTRADICTED] >= _SURELY_FALSE
    found[:, _MET] = np.where(sure, rows[:, _CONTRADICTED], 0.0)
    found[:, _MISSING] += np.where(sure, 0.0, rows[:, _CONTRADICTED])
    return found


def combine(rows: NDArray[np.float64], found: Sequence[Part], floor: float) -> Judged:
    """One distribution for a statement from its distributions (n, 4) over the parts of an answer, in their order.

    Parts that address the statement with a confidence of at least `floor` decide, or else the part that addresses it
    most. Where some of them contradict and others agree, the last one wins: an answer means what it says last. Where
    all agree, the one that meets it best does.
    """
    verdicts = _top(rows)
    confident = [i for i, v in enumerate(verdicts) if v != _MISSING and rows[i, v] >= floor]
    if not confident:
        at = int(np.argmin(rows[:, _MISSING]))
    elif len({ORDER[verdicts[i]] is Verdict.CONTRADICTED for i in confident}) == 2:
        at = confident[-1]
    else:
        at = min(confident, key=lambda i: (verdicts[i], -rows[i, verdicts[i]]))
    return Judged(rows[at], verdicts[at], found[at])


def candidates(statement: str, spans: Sequence[Span]) -> list[Span]:
    """The few sentences that share most content words with the statement, in their order; all when none shares any."""
    wanted = set(content(statement))
    shared = [len(wanted & set(content(s.quote))) / (4 + len(s.quote.split())) ** 0.5 for s in spans]
    if len(spans) <= _CANDIDATES or max(shared) == 0:
        return list(spans)
    best = sorted(range(len(spans)), key=lambda i: (-shared[i], i))[:_CANDIDATES]
    return [spans[i] for i in sorted(best)]


def _top(rows: NDArray[np.float64]) -> list[int]:
    """The most probable verdict of each row; of equal ones the one that earns less."""
    return [max(range(4), key=lambda i: (row[i], i)) for row in rows.tolist()]


def _misconception_verdict(misconception: Misconception, judged: Judged, evidence: Span | None) -> MisconceptionVerdict:
    """Asserted when the answer meets the false statement more likely than not."""
    met = float(judged.probabilities[_MET])
    asserted = judged.verdict == _MET and met >= 0.5
    return MisconceptionVerdict(
        misconception=misconception.id,
        asserted=asserted,
        confidence=met if asserted else 1 - met,
        evidence=evidence if asserted else None,
    )
