"""The committee's decision on a loop, from its rounds' debriefs: a rule that can be read, on a scale of ours.

The loop's score is the plain mean of the rounds' scores. Its standard error is the larger of what the graders' errors
come to and of the spread of the question scores over the root of their number. Words: strong no hire below .2, no hire
below .4, lean no hire below .5, lean hire below .65, hire below .8, strong hire from there. Then, in this order:

- fewer than half of the rounds judged, fewer than three questions, or a 95% interval that reaches from "no hire" to
  "hire": too little evidence;
- an error bar (one standard error) across .5 leaves only the two lean words;
- a core dimension (two criteria or more over the loop) or a round that is very weak beyond its error holds the decision
  at lean no hire: it is not averaged away.

Not here: how a round is judged (`debrief`). No company's committee works by this rule.
"""

from collections.abc import Sequence
from datetime import datetime
from math import fsum, sqrt

from tutor.corpus.load import Corpus
from tutor.interviews import Seniority
from tutor.session.events import (
    Debriefed,
    Decision,
    DimensionScore,
    LoopDebriefed,
    QuestionScore,
    RoundOutcome,
)
from tutor.session.running import ActiveLoop

SCALE = (
    (0.2, Decision.STRONG_NO_HIRE),
    (0.4, Decision.NO_HIRE),
    (0.5, Decision.LEAN_NO_HIRE),
    (0.65, Decision.LEAN_HIRE),
    (0.8, Decision.HIRE),
)
LINE = 0.5
_NO_HIRE, _HIRE = 0.4, 0.65
_VERY_WEAK = 0.3
_CORE_CRITERIA = 2
_FEWEST_QUESTIONS = 3
_NEXT_STEPS = 5
# The question level that a seniority is expected to handle (CONTRIBUTING.md, Syllabus).
EXPECTED = {Seniority.MID: 2, Seniority.SENIOR: 3, Seniority.STAFF: 4}
_BELOW = {Seniority.SENIOR: Seniority.MID, Seniority.STAFF: Seniority.SENIOR}
_ABOVE = {Seniority.MID: Seniority.SENIOR, Seniority.SENIOR: Seniority.STAFF}


def loop_debrief(loop: ActiveLoop, corpus: Corpus, now: datetime) -> LoopDebriefed:
    """Judge the loop from the debriefs of its rounds."""
    debriefs = [debriefed for _, debriefed in loop.done]
    rounds = tuple(
        RoundOutcome(round=s.round, title=s.title, score=d.score, error=d.error, lean=_lean(d.score))
        for s, d in loop.done
    )
    dimensions = _pooled(debriefs)
    questions = [q for d in debriefs for q in d.questions if q.score is not None]
    score, error = _score(rounds, questions)
    decision, reasons = decide(score, error, rounds, dimensions, len(questions), len(loop.started.rounds))
    company = corpus.companies.get(loop.started.company)
    style = (company.style.provenance,) if company and company.style else ()
    judged = {r.round for r in rounds}
    return LoopDebriefed(
        at=now,
        company=loop.started.company,
        title=loop.started.title,
        decision=decision,
        reasons=tuple(reasons),
        levelling=levelling(loop.started.seniority, questions),
        score=score,
        error=error,
        rounds=rounds,
        not_taken=tuple(r.title for r in loop.started.rounds if r.round not in judged),
        dimensions=dimensions,
        next_steps=_next_steps(debriefs),
        facts=(*(company.facts if company else ()), *style),
    )


def decide(
    score: float | None,
    error: float | None,
    rounds: Sequence[RoundOutcome],
    dimensions: Sequence[DimensionScore],
    questions: int,
    planned: int,
) -> tuple[Decision, list[str]]:
    """The decision and its reasons in words; see the module for the rule."""
    judged = [r for r in rounds if r.score is not None]
    if score is None or error is None or 2 * len(judged) < planned or questions < _FEWEST_QUESTIONS:
        there = f"{len(judged)} of {planned} rounds and {questions} question{'s' * (questions != 1)} could be judged"
        return Decision.TOO_LITTLE, [f"Only {there}; a committee would ask for more."]
    reasons = [f"The rounds come to {score:.0%}, give or take {error:.0%}: {_lean(score)} taken alone."]
    if score - 1.96 * error < _NO_HIRE and score + 1.96 * error >= _HIRE:
        return Decision.TOO_LITTLE, [*reasons, "The error bar reaches from no hire to hire: ask more questions."]
    decision = _lean(score)
    if score - error < LINE <= score + error and decision not in (Decision.LEAN_HIRE, Decision.LEAN_NO_HIRE):
        decision = Decision.LEAN_HIRE if score >= LINE else Decision.LEAN_NO_HIRE
        reasons.append("The error bar reaches across the line between the two sides, so the decision can only lean.")
    if (held := _very_weak(rounds, dimensions)) and score >= LINE:
        decision = Decision.LEAN_NO_HIRE
        reasons.append(f"Very weak beyond its error, and not averaged away: {', '.join(held)}.")
    reasons += [f"{r.title}: {r.lean}." for r in rounds if r.score is not None]
    return decision, reasons


def levelling(seniority: Seniority, questions: Sequence[QuestionScore]) -> str:
    """Whether the evidence fits another level than the one applied for; two questions a side must show it."""
    at = EXPECTED[seniority]
    upper = _mean([q for q in questions if q.level >= at])
    lower = _mean([q for q in questions if q.level < at])
    above = _mean([q for q in questions if q.level > at])
    if (below := _BELOW.get(seniority)) and upper and lower and sum(upper) < LINE <= lower[0] - lower[1]:
        return (
            f"Over-levelled: questions of level {at} and up came to {upper[0]:.0%}, those below to {lower[0]:.0%}. "
            f"The evidence fits {below} rather than {seniority}."
        )
    if (higher := _ABOVE.get(seniority)) and above and above[0] - above[1] >= _HIRE:
        return (
            f"Under-levelled: questions above level {at} came to {above[0]:.0%}, which would also stand for {higher}."
        )
    if upper is None:
        return f"Too few questions of level {at} and up were judged to say whether {seniority} is the right level."
    return f"Nothing here speaks against {seniority} as the level to interview for."


def _lean(score: float | None) -> Decision:
    if score is None:
        return Decision.TOO_LITTLE
    return next((name for limit, name in SCALE if score < limit), Decision.STRONG_HIRE)


def _score(rounds: Sequence[RoundOutcome], questions: Sequence[QuestionScore]) -> tuple[float | None, float | None]:
    judged = [(r.score, r.error or 0.0) for r in rounds if r.score is not None]
    if not judged:
        return None, None
    mean = fsum(s for s, _ in judged) / len(judged)
    measured = sqrt(fsum(e**2 for _, e in judged)) / len(judged)
    sampled = _mean(questions)
    return mean, min(max(measured, sampled[1] if sampled else 0.0), 0.5)


def _mean(questions: Sequence[QuestionScore]) -> tuple[float, float] | None:
    """Mean score and its standard error over the questions; None with fewer than two."""
    scores = [q.score for q in questions if q.score is not None]
    if len(scores) < 2:
        return None
    mean = fsum(scores) / len(scores)
    variance = fsum((s - mean) ** 2 for s in scores) / (len(scores) - 1)
    return mean, sqrt(variance / len(scores))


def _very_weak(rounds: Sequence[RoundOutcome], dimensions: Sequence[DimensionScore]) -> list[str]:
    weak = [d.title for d in dimensions if d.criteria >= _CORE_CRITERIA and _clearly(d.score, d.error)]
    return list(dict.fromkeys([*weak, *(r.title for r in rounds if _clearly(r.score, r.error))]))


def _clearly(score: float | None, error: float | None) -> bool:
    return score is not None and score + (error or 0.0) < _VERY_WEAK


def _pooled(debriefs: Sequence[Debriefed]) -> tuple[DimensionScore, ...]:
    """Dimensions of the same title over the rounds, each round counted by its criteria."""
    found: dict[str, list[DimensionScore]] = {}
    for dimension in (d for debriefed in debriefs for d in debriefed.dimensions):
        found.setdefault(dimension.title, []).append(dimension)
    return tuple(_pool(same) for same in found.values())


def _pool(same: Sequence[DimensionScore]) -> DimensionScore:
    scored = [(d.score, d.error or 0.0, d.criteria) for d in same if d.score is not None]
    n = sum(count for _, _, count in scored)
    first = same[0]
    if n == 0:
        return DimensionScore(dimension=first.dimension, title=first.title, score=None, criteria=0)
    quotes = tuple(dict.fromkeys(q for d in same for q in d.quotes))[:3]
    return DimensionScore(
        dimension=first.dimension,
        title=first.title,
        score=min(fsum(s * count for s, _, count in scored) / n, 1.0),
        error=sqrt(fsum((e * count) ** 2 for _, e, count in scored)) / n,
        criteria=n,
        quotes=quotes,
    )


def _next_steps(debriefs: Sequence[Debriefed]) -> tuple[str, ...]:
    """The rounds' next steps, the weakest round's first, in turn."""
    weakest = sorted((d for d in debriefs if d.score is not None), key=lambda d: d.score or 0.0)
    depth = max((len(d.next_steps) for d in weakest), default=0)
    steps = [d.next_steps[i] for i in range(depth) for d in weakest if i < len(d.next_steps)]
    return tuple(dict.fromkeys(steps))[:_NEXT_STEPS] or ("Take the loop again, or one of its rounds: `/mock`",)
