"""What follows a mock round: dimension scores with their evidence, a decision in the scale words, what to study next.

A dimension's score is the weighted credit of its criteria over the round's questions, with the credits of
`tutor.grading.score`, clipped to [0, 1]; its error is the weighted error of the verdicts, taken as independent. A
question that was skipped, or open when the time ran out, counts as missing; one that was never reached, or open when
the learner ended the round, counts for nothing. No evidence, no score. A question's score is that of all that was said
to it, follow-ups and all parts of a design case included, over its whole rubric: a part that was not reached is
missing. An answer that could not be graded leaves the verdicts before it. The moments of a dimension are its criteria
that earned and that lost most of it. Hire words belong to a loop: `committee`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from math import fsum, sqrt
from typing import NamedTuple

from tutor.corpus.load import Corpus
from tutor.domain import Band, Criterion, CriterionVerdict, Question, Verdict
from tutor.grading.score import CREDIT, band, credit, distribution
from tutor.interviews import Company, Dimension, Fact
from tutor.session.events import Debriefed, DimensionScore, Moment, QuestionScore, RoundStarted
from tutor.session.state import Attempt, SessionState

_QUOTES = 3
_LISTED = 5
_MOMENTS = 2
_LITTLE = 0.05
_CORE_CRITERIA = 2


class _Point(NamedTuple):
    """A criterion of a question of the round, with its verdict; None for a question that was passed on."""

    question: Question
    criterion: Criterion
    verdict: CriterionVerdict | None
    minute: float | None = None

    @property
    def earned(self) -> float:
        """Credit of the verdict."""
        return credit(self.verdict) if self.verdict else 0.0


def debrief(state: SessionState, corpus: Corpus, now: datetime) -> Debriefed:
    """Judge the running round from its stored attempts; raises ValueError when no round runs."""
    running = state.round
    if running is None:
        raise ValueError("no round to debrief")
    started = running.started
    last = _said(state)
    missed = [q for q in _passed_on(state) if q in corpus.questions and q not in last]
    points = list(_points(state, last, missed, started, corpus))
    company = corpus.companies.get(started.company)
    covered = _dimensions(company, started)
    dimensions = [_dimension(d, points) for d in covered]
    questions = tuple(_questions(started, last, missed, corpus))
    values = [(q.score, q.error or 0.0) for q in questions if q.score is not None]
    score = fsum(s for s, _ in values) / len(values) if values else None
    error = sqrt(fsum(e**2 for _, e in values)) / len(values) if values else None
    return Debriefed(
        at=now,
        score=score,
        error=error,
        decision=_decision(score, dimensions, started.title),
        dimensions=tuple(dimensions),
        strengths=tuple(_strengths(points)),
        gaps=tuple(_gaps(points)),
        next_steps=tuple(_next_steps(points, corpus)),
        attempts=tuple(a.answered.attempt for a in last.values()),
        unanswered=tuple(q for q in started.questions if q not in last),
        moments=tuple(m for d in covered for m in _moments(d, points)),
        questions=questions,
        facts=_facts(company, started),
    )


def _said(state: SessionState) -> dict[str, Attempt]:
    """For each question its latest attempt, with a critique where there is one: it holds all that was said before."""
    last: dict[str, Attempt] = {}
    for attempt in state.round_attempts:
        name = attempt.answered.question
        if attempt.critique is not None or name not in last:
            last[name] = attempt
    return last


def _questions(
    started: RoundStarted, last: dict[str, Attempt], missed: Sequence[str], corpus: Corpus
) -> Iterator[QuestionScore]:
    for name in started.questions:
        question, attempt = corpus.questions.get(name), last.get(name)
        if question is None:
            continue
        if name in missed:
            yield QuestionScore(question=name, level=question.level, score=0.0, error=0.0)
        elif attempt is not None:
            yield QuestionScore(
                question=name,
                level=question.level,
                score=attempt.critiqued.credit if attempt.critiqued else None,
                error=attempt.critique.error if attempt.critique else None,
                attempt=attempt.answered.attempt,
            )


def _facts(company: Company | None, started: RoundStarted) -> tuple[Fact, ...]:
    """What the round rests on: its own source, and that of the interviewer's style."""
    if company is None:
        return ()
    own = [r.provenance for r in company.rounds if r.id == started.round]
    return (*own, *([company.style.provenance] if company.style else []))


def _passed_on(state: SessionState) -> list[str]:
    """Questions that the learner saw and left: skipped, or open when the time ran out."""
    running = state.round
    if running is None:
        return []
    late = [state.open.question] if running.time_up and state.open else []
    return list(dict.fromkeys([*running.skipped, *late]))


def _points(
    state: SessionState, last: dict[str, Attempt], missed: Sequence[str], started: RoundStarted, corpus: Corpus
) -> Iterator[_Point]:
    for name, attempt in last.items():
        question = corpus.questions.get(name)
        if question is None or attempt.critique is None:
            continue
        verdicts = {v.criterion: v for v in attempt.critique.verdicts if v.verdict is not None}
        for criterion in question.rubric.criteria:
            if criterion.id in verdicts:
                verdict = verdicts[criterion.id]
                said = _said_in(state, attempt, verdict).answered.at - started.at
                yield _Point(question, criterion, verdict, said.total_seconds() / 60)
    for name in missed:
        question = corpus.questions[name]
        for criterion in question.rubric.criteria:
            yield _Point(question, criterion, None)


def _said_in(state: SessionState, attempt: Attempt, verdict: CriterionVerdict) -> Attempt:
    """The answer with the words that the verdict rests on: each answer's text begins with all that was said before."""
    if verdict.evidence is None:
        return attempt
    same = (a for a in state.round_attempts if a.answered.question == attempt.answered.question)
    return next((a for a in same if verdict.evidence.end <= len(a.text)), attempt)


def _dimensions(company: Company | None, started: RoundStarted) -> list[Dimension]:
    rounds = [r for r in company.rounds if r.id == started.round] if company else []
    return [d for r in rounds for d in company.dimensions(r)] if company else []


def _moments(dimension: Dimension, points: Sequence[_Point]) -> list[Moment]:
    """The criteria that earned most of the dimension, and those that lost most of it; each worth its share."""
    mine = [p for p in points if dimension.covers(p.question, p.criterion)]
    total = fsum(p.criterion.weight for p in mine)
    made = sorted((p for p in mine if p.earned > _LITTLE), key=lambda p: -p.earned * p.criterion.weight)[:_MOMENTS]
    lost = [p for p in mine if p.earned < 1 - _LITTLE and p not in made]
    lost.sort(key=lambda p: -(1 - p.earned) * p.criterion.weight)
    shares = [(p, p.earned) for p in made] + [(p, p.earned - 1) for p in lost[:_MOMENTS]]
    return [
        Moment(
            dimension=dimension.id,
            question=p.question.id,
            criterion=p.criterion.id,
            text=p.criterion.text,
            verdict=_verdict(p),
            share=share * p.criterion.weight / total,
            quote=p.verdict.evidence.quote if p.verdict and p.verdict.evidence else None,
            minute=p.minute,
        )
        for p, share in shares
    ]


def _verdict(point: _Point) -> Verdict:
    found = point.verdict.verdict if point.verdict else None
    return found or Verdict.MISSING


def _dimension(dimension: Dimension, points: Sequence[_Point]) -> DimensionScore:
    mine = [p for p in points if dimension.covers(p.question, p.criterion)]
    if not mine:
        return DimensionScore(dimension=dimension.id, title=dimension.title, score=None, criteria=0)
    total = fsum(p.criterion.weight for p in mine)
    earned = fsum(p.criterion.weight * p.earned for p in mine)
    variance = fsum(p.criterion.weight**2 * _variance(p.verdict) for p in mine if p.verdict)
    by_weight = sorted(mine, key=lambda p: -p.criterion.weight)
    quotes = [p.verdict.evidence.quote for p in by_weight if p.verdict and p.verdict.evidence]
    return DimensionScore(
        dimension=dimension.id,
        title=dimension.title,
        score=min(max(earned / total, 0.0), 1.0),
        error=min(sqrt(variance) / total, 0.5),
        criteria=len(mine),
        quotes=tuple(dict.fromkeys(quotes))[:_QUOTES],
    )


def _variance(verdict: CriterionVerdict) -> float:
    chances = distribution(verdict)
    mean = fsum(p * CREDIT[v] for v, p in chances.items())
    return fsum(p * (CREDIT[v] - mean) ** 2 for v, p in chances.items())


def _decision(score: float | None, dimensions: Sequence[DimensionScore], title: str) -> str:
    """The band of the round, held down by a dimension that is very weak: a committee does not average that away."""
    if score is None:
        return "Nothing in this round could be judged, so there is no decision."
    word = band(score)
    weakest = [
        d
        for d in dimensions
        if d.criteria >= _CORE_CRITERIA and d.score is not None and band(d.score) is Band.VERY_WEAK
    ]
    if weakest and word in (Band.STRONG, Band.VERY_STRONG):
        names = ", ".join(d.title for d in weakest)
        return f"weak: {score:.0%} overall would read as {word}, but a very weak {names} is not averaged away."
    return f"{word}: {score:.0%} over {title}. One round decides nothing by itself."


def _strengths(points: Sequence[_Point]) -> list[str]:
    made = [
        p
        for p in points
        if p.verdict and p.verdict.verdict is Verdict.MET and p.verdict.evidence and not p.verdict.unsure
    ]
    made.sort(key=lambda p: (not p.criterion.essential, -p.criterion.weight))
    return [p.criterion.text for p in made[:_LISTED]]


def _gaps(points: Sequence[_Point]) -> list[str]:
    """What cost most: wrong before missing before partial, essential before the rest."""
    order = {Verdict.CONTRADICTED: 0, Verdict.MISSING: 1, Verdict.PARTIAL: 2}

    lost = [p for p in points if _verdict(p) in order]
    lost.sort(key=lambda p: (not p.criterion.essential, order[_verdict(p)], -p.criterion.weight))
    return [f"{_verdict(p).value.capitalize()}: {p.criterion.text}" for p in lost[:_LISTED]]


def _next_steps(points: Sequence[_Point], corpus: Corpus) -> list[str]:
    """The topics that lost most weight, as commands that practise them."""
    lost: dict[str, float] = {}
    for point in points:
        share = (1 - point.earned) * point.criterion.weight
        lost[point.question.topic] = lost.get(point.question.topic, 0.0) + share
    worst = [t for t in sorted(lost, key=lambda t: (-lost[t], t)) if lost[t] > 0][:3]
    steps = [f"Practise {corpus.topics[t].title if t in corpus.topics else t}: `/topic {t}`" for t in worst]
    return steps or ["Take another round, or one of another kind: `/mock`"]
