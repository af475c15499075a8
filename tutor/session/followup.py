"""After an answer: its critique as an event, what it gained, and the follow-up on what was said.

Pure: state in, events out.
"""

from collections.abc import Sequence
from datetime import datetime

from tutor.corpus.load import Corpus
from tutor.domain import CriterionVerdict, Critique, Question, Verdict
from tutor.learner.evidence import HINT_COST
from tutor.session import stages, tries
from tutor.session.events import Answered, Asked, Critiqued, Event, Mode
from tutor.session.gaps import MAX_FOLLOW_UPS, open_gaps, withheld, wording
from tutor.session.practice import say
from tutor.session.state import Attempt, SessionState, apply

_RANK = {Verdict.CONTRADICTED: -1, Verdict.MISSING: 0, Verdict.PARTIAL: 1, Verdict.MET: 2}


def critiqued(
    state: SessionState, critique: Critique, note: str | None, corpus: Corpus, now: datetime
) -> Sequence[Event]:
    """The critique of the pending attempt with the cost of hints and what it gained; `note` says what it lacks.

    While the case goes on that the answer is a part of, the critique is marked as `part`, without credit or note.
    """
    attempt = state.pending
    if attempt is None:
        raise ValueError("no answer is waiting for its critique")
    answer = attempt.answered
    event = Critiqued(
        at=now,
        attempt=answer.attempt,
        question=answer.question,
        mode=answer.mode,
        critique=critique,
        credit=_credit(critique, answer),
        gained=_gained(state, attempt, critique),
    )
    part = event.model_copy(update={"part": True, "credit": None, "gained": ()})
    if stages.next_part(apply(state, part), corpus, now) is not None:
        return [part]
    event = event.model_copy(update={"withheld": withheld(apply(state, event), corpus)})
    return [event, say(now, note)] if note and answer.mode is Mode.PRACTICE else [event]


def case_step(state: SessionState, corpus: Corpus, now: datetime) -> Sequence[Event]:
    """The next part of the case that runs, or, when there is none left, its critique; nothing when none runs."""
    case = state.case
    if case is None or state.pending is not None or state.ended or (state.open is not None and not case.closing):
        return []
    part = stages.next_part(state, corpus, now)
    return [part] if part else close_case(state, now)


def close_case(state: SessionState, now: datetime) -> Sequence[Event]:
    """The critique of a case that ended without another answer: the last one, said as the case's; else nothing."""
    if state.case is None:
        return []
    last = next((a for a in reversed(stages.answers(state, state.case)) if a.critiqued), None)
    if last is None or last.critiqued is None or not last.critiqued.part:
        return []
    critique = last.critiqued.critique
    told = {"credit": _credit(critique, last.answered), "gained": _gained(state, last, critique)}
    return [last.critiqued.model_copy(update={"at": now, "part": False, **told})]


def _credit(critique: Critique, answered: Answered) -> float | None:
    return None if critique.score is None else critique.score * (1 - HINT_COST * answered.hints)


def _gained(state: SessionState, attempt: Attempt, critique: Critique) -> tuple[str, ...]:
    """Criteria that stand better than after the previous attempt at the same question, for a follow-up or a retry."""
    if attempt.answered.criterion is None and not attempt.answered.retry:
        return ()
    groups = tries.tries(state, attempt.answered.question)
    groups = groups if attempt.answered.criterion is not None else groups[:-1]
    earlier = [a for group in groups for a in group if a.shown and a is not attempt]
    if not earlier or earlier[-1].critique is None:
        return ()
    before = {v.criterion: _RANK[v.verdict] for v in earlier[-1].critique.verdicts if v.verdict}
    now = {v.criterion: _RANK[v.verdict] for v in critique.verdicts if v.verdict}
    return tuple(c for c, rank in now.items() if rank > before.get(c, rank))


def follow_up(state: SessionState, corpus: Corpus, now: datetime) -> Asked | None:
    """The follow-up on the heaviest point that may be asked for, or None when it is time to go on."""
    gaps = open_gaps(state, corpus)
    if not gaps:
        return None
    last = state.attempts[-1]
    question = corpus.questions[last.answered.question]
    critique = last.critique
    assert critique is not None
    verdicts = {v.criterion: v for v in critique.verdicts}
    chosen = max(gaps, key=lambda c: c.weight)
    verdict = verdicts[chosen.id]
    prompt, why = wording(chosen, verdict)
    return Asked(
        at=now,
        mode=Mode.PRACTICE,
        question=question.id,
        prompt=prompt,
        why=f"Follow-up {len(state.probed) + 1} of at most {MAX_FOLLOW_UPS}. {why}",
        criterion=chosen.id,
        quoted=_quote(verdict, critique, question),
    )


def _quote(verdict: CriterionVerdict, critique: Critique, question: Question) -> str | None:
    """The words the follow-up refers to: those judged on this criterion, else the heaviest point that was made."""
    if verdict.evidence:
        return verdict.evidence.quote
    weight = {c.id: c.weight for c in question.rubric.criteria}
    made = [v for v in critique.verdicts if v.verdict in (Verdict.MET, Verdict.PARTIAL) and v.evidence]
    best = max(made, key=lambda v: weight.get(v.criterion, 0.0), default=None)
    return best.evidence.quote if best and best.evidence else None
