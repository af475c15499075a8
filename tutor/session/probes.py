"""What the interviewer of a mock round asks after an answer, in the style of the company; never a verdict.

First the follow-up of an essential criterion that lacks something, one in the style's focus before heavier ones; then a
probe of the style that fits the kind of question and was not asked in this round yet. Pure: state in, event out.
"""

from collections.abc import Sequence
from datetime import datetime
from random import Random

from tutor.corpus.load import Corpus
from tutor.domain import Criterion, Question, Verdict
from tutor.interviews import Company, Probe, Style
from tutor.session.events import Asked, Mode
from tutor.session.names import words
from tutor.session.pacing import time_for_more
from tutor.session.running import ActiveRound
from tutor.session.state import Attempt, SessionState

_LACKING = (Verdict.MISSING, Verdict.PARTIAL, Verdict.CONTRADICTED)


def follow_up(state: SessionState, corpus: Corpus, now: datetime) -> Asked | None:
    """The next follow-up on the answer that was just judged, or None when the interviewer goes on."""
    running, attempt = state.round, state.attempts[-1] if state.attempts else None
    if running is None or attempt is None or not _worth_a_follow_up(state, running, attempt):
        return None
    company = corpus.companies.get(running.started.company)
    question = corpus.questions.get(attempt.answered.question)
    if company is None or company.style is None or question is None or not time_for_more(running, corpus, now):
        return None
    if len(state.probed) >= _most(company, running):
        return None
    if not state.probed and (criterion := _gap(company.style, question, attempt)):
        return _asked(question, criterion.follow_up or criterion.text, now, criterion=criterion.id)
    if any(p.startswith("~") for p in state.probed):
        return None
    probe = _probe(company.style, question, running, state.seed)
    return _asked(question, probe.text, now, probe=probe.id) if probe else None


def _worth_a_follow_up(state: SessionState, running: ActiveRound, attempt: Attempt) -> bool:
    """Only a judged answer of this round; there is nothing to follow up on in one that was no attempt."""
    mine = attempt.answered.mode is Mode.MOCK and attempt.answered.at >= running.started.at
    return state.just_graded and mine and attempt.critique is not None and attempt.critique.stopped is None


def _most(company: Company, running: ActiveRound) -> int:
    style = company.style.follow_ups if company.style else 0
    here = next((r.follow_ups for r in company.rounds if r.id == running.started.round), None)
    return style if here is None else here


def _gap(style: Style, question: Question, attempt: Attempt) -> Criterion | None:
    critique = attempt.critique
    verdicts = {v.criterion: v.verdict for v in critique.verdicts} if critique else {}
    gaps = [
        c for c in question.rubric.criteria if c.essential and c.follow_up and verdicts.get(c.id) in _LACKING
    ]  # fmt: skip
    return max(gaps, key=lambda c: (_in_focus(style, c), c.weight), default=None)


def _in_focus(style: Style, criterion: Criterion) -> bool:
    said = _spoken(f"{criterion.text} {criterion.follow_up}")
    return any(_spoken(focus) in said for focus in style.focus)


def _spoken(text: str) -> str:
    return f" {' '.join(words(text))} "


def _probe(style: Style, question: Question, running: ActiveRound, seed: int) -> Probe | None:
    """A probe that fits and is new to the round, drawn by the seed; those named for the round come first."""
    fitting = [p for p in style.probes if (not p.kinds or question.kind in p.kinds) and p.id not in running.probes]
    here: Sequence[Probe] = [p for p in fitting if running.started.round in p.rounds]
    here = here or [p for p in fitting if not p.rounds]
    return Random(f"{seed}:{question.id}:{len(running.probes)}").choice(here) if here else None


def _asked(
    question: Question, prompt: str, now: datetime, *, criterion: str | None = None, probe: str | None = None
) -> Asked:
    return Asked(
        at=now,
        mode=Mode.MOCK,
        question=question.id,
        prompt=prompt,
        why="The interviewer follows up.",
        criterion=criterion,
        probe=probe,
    )
