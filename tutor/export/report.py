"""What a mock round or a loop came to as one frozen value, from the session's log and the question bank.

>>> report(tutor.events(session), tutor.corpus, session).rounds[0].debrief.decision        # doctest: +SKIP

JSON is `Report.model_dump_json()`. Raises InputError when the session holds no debrief that may be seen yet.
"""

from collections.abc import Sequence
from datetime import datetime

from pydantic import AwareDatetime

from tutor.corpus.load import Corpus
from tutor.domain import Critique, Frozen, Question, Verdict
from tutor.errors import InputError
from tutor.interviews import Fact, Role, Seniority
from tutor.session.events import Debriefed, Event, LoopDebriefed, LoopStarted, RoundStarted
from tutor.session.state import Attempt, SessionState, fold

LIMITS = (
    "In the style of the company: nobody here knows an internal rubric or a real question. Scores are those of the "
    "grader named with each answer, ± is one standard error, and nothing here decides or forecasts a hiring."
)


class Point(Frozen):
    """A criterion as it was judged; `verdict` is None when it could not be. `correction` is set for a false claim."""

    text: str
    essential: bool = False
    verdict: Verdict | None
    quote: str | None = None
    passages: tuple[str, ...] = ()
    correction: str | None = None


class AnswerReport(Frozen):
    """A question of the round with all that was said to it. `score` in [0, 1] and `error` are None when not judged."""

    question: str
    prompt: str
    topic: str
    level: int
    said: str
    minute: float | None
    score: float | None
    error: float | None
    grader: str | None
    points: tuple[Point, ...] = ()
    reason: str | None = None


class RoundReport(Frozen):
    """A round with its debrief and its answers."""

    company: str
    title: str
    role: Role
    seniority: Seniority
    minutes: float
    began: AwareDatetime
    ended: AwareDatetime
    debrief: Debriefed
    answers: tuple[AnswerReport, ...]


class Report(Frozen):
    """A round, or a loop with its rounds."""

    session: str
    title: str
    made: AwareDatetime
    loop: LoopDebriefed | None
    rounds: tuple[RoundReport, ...]
    facts: tuple[Fact, ...]
    limits: str = LIMITS


def report(events: Sequence[Event], corpus: Corpus, session: str) -> Report:
    """The latest round or loop of the log that has its debrief; raises InputError when there is none."""
    state = fold(events)
    if state.loop is not None:  # its rounds stay secret
        events = events[: max(i for i, e in enumerate(events) if isinstance(e, LoopStarted))]
        state = fold(events)
    found = _rounds(events)
    start, loop = _latest(events)
    mine = [(s, d) for i, s, d in found if i >= start]
    if not mine and loop is None:
        raise InputError(
            f"Session {session} has no debrief yet. Take a mock round (`tutor mock COMPANY`), or end the one that runs."
        )
    mine = mine if loop else mine[-1:]
    rounds = tuple(_round(s, d, state, corpus) for s, d in mine)
    facts = (*(loop.facts if loop else ()), *(f for r in rounds for f in r.debrief.facts))
    return Report(
        session=session,
        title=loop.title if loop else rounds[0].title,
        made=loop.at if loop else rounds[0].ended,
        loop=loop,
        rounds=rounds,
        facts=tuple(dict.fromkeys(facts)),
    )


def _rounds(events: Sequence[Event]) -> list[tuple[int, RoundStarted, Debriefed]]:
    """Each round with the place of its debrief in the log."""
    found, started = [], None
    for i, event in enumerate(events):
        if isinstance(event, RoundStarted):
            started = event
        elif isinstance(event, Debriefed) and started is not None:
            found.append((i, started, event))
    return found


def _latest(events: Sequence[Event]) -> tuple[int, LoopDebriefed | None]:
    """Where the latest loop began, with its debrief, unless a round alone was debriefed after it."""
    ends = [i for i, e in enumerate(events) if isinstance(e, LoopDebriefed)]
    after = [i for i, _, _ in _rounds(events) if ends and i > ends[-1]]
    if not ends or after:
        return (after[0] if after else 0), None
    begins = [i for i, e in enumerate(events[: ends[-1]]) if isinstance(e, LoopStarted)]
    last = events[ends[-1]]
    return begins[-1], last if isinstance(last, LoopDebriefed) else None


def _round(started: RoundStarted, debriefed: Debriefed, state: SessionState, corpus: Corpus) -> RoundReport:
    said = {a.answered.attempt: a for a in state.attempts}
    answers = [_answer(said[a], started.at, corpus) for a in debriefed.attempts if a in said]
    silent = [_unanswered(q, corpus) for q in debriefed.unanswered]
    return RoundReport(
        company=started.company,
        title=started.title,
        role=started.role,
        seniority=started.seniority,
        minutes=started.minutes,
        began=started.at,
        ended=debriefed.at,
        debrief=debriefed,
        answers=tuple([*answers, *silent]),
    )


def _answer(attempt: Attempt, began: datetime, corpus: Corpus) -> AnswerReport:
    name = attempt.answered.question
    question, critique = corpus.questions.get(name), attempt.critique
    return AnswerReport(
        question=name,
        prompt=question.prompt if question else "(this question left the bank since)",
        topic=question.topic if question else "",
        level=question.level if question else 1,
        said=attempt.text,
        minute=(attempt.answered.at - began).total_seconds() / 60,
        score=attempt.critiqued.credit if attempt.critiqued else None,
        error=critique.error if critique else None,
        grader=critique.grader if critique else None,
        points=tuple(_points(critique, question)) if critique and question else (),
        reason=attempt.failed.reason if attempt.failed else (critique.stopped if critique else None),
    )


def _unanswered(name: str, corpus: Corpus) -> AnswerReport:
    question = corpus.questions.get(name)
    rubric = question.rubric.criteria if question else ()
    return AnswerReport(
        question=name,
        prompt=question.prompt if question else "(this question left the bank since)",
        topic=question.topic if question else "",
        level=question.level if question else 1,
        said="",
        minute=None,
        score=None,
        error=None,
        grader=None,
        points=tuple(
            Point(text=c.text, essential=c.essential, verdict=Verdict.MISSING, passages=c.passages) for c in rubric
        ),
        reason="Not answered.",
    )


def _points(critique: Critique, question: Question) -> list[Point]:
    criteria = {c.id: c for c in question.rubric.criteria}
    false = {m.id: m for m in question.rubric.misconceptions}
    points = [
        Point(
            text=criteria[v.criterion].text,
            essential=criteria[v.criterion].essential,
            verdict=v.verdict,
            quote=v.evidence.quote if v.evidence else None,
            passages=v.passages or criteria[v.criterion].passages,
        )
        for v in critique.verdicts
        if v.criterion in criteria
    ]
    for claim in critique.misconceptions:
        if claim.asserted and claim.misconception in false:
            known = false[claim.misconception]
            quote = claim.evidence.quote if claim.evidence else None
            points.append(
                Point(
                    text=known.text,
                    verdict=Verdict.CONTRADICTED,
                    quote=quote,
                    passages=known.passages,
                    correction=known.correction or "This does not hold.",
                )
            )
    return points
