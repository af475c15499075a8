"""Design cases: the interviewer walks through the stages, brings in changes, and one critique comes at the end.

Each answer is graded with all that was said so far, so a stage that is already fully there is passed over. In a mock
round the parts keep to the case's share of the clock: once there is too little left for them one by one, the rest is
asked in one go, and no change is brought in. Pure: state in, events out. Not here: the fold of a case
(`tutor.session.case`) and its critique (`tutor.session.followup`).
"""

from datetime import datetime, timedelta

from tutor.corpus.load import Corpus
from tutor.domain import Kind, Question, Stage, Verdict
from tutor.session.case import Case
from tutor.session.events import Asked
from tutor.session.pacing import share_ends, time_for_more
from tutor.session.state import Attempt, SessionState

WORDS = {
    Stage.FRAMING: "Start with the framing: what is to be achieved, for whom, and how would you measure it?",
    Stage.DATA: "Now the data: what do you have or need, where do labels come from, and what may be wrong with them?",
    Stage.FEATURES: "What does the system take in for a decision, and how do you prepare it?",
    Stage.MODEL: "Now the core of it: which method or structure do you choose, and why not something simpler?",
    Stage.EVALUATION: "How would you find out that it works, before and after it meets real users?",
    Stage.SERVING: "How does it run? Take me through the path of one request or one run, with load, delay and cost.",
    Stage.MONITORING: "It is live. What do you watch, what can go wrong with time, and what do you do then?",
}
TWISTED = "What does that change in your design?"
IN_PARTS = "The case goes part by part; `/whole` gives it in one answer, `/skip` passes a part, `/skip case` closes it."
_WHOLE = "Give me the whole design in one go: from the goal to what happens after launch."
_REST = "Give me the rest in one go, whatever you think is still open. What you said so far counts."
_HURRIED = "We are short of time, so let us not go part by part. "
_PART_TAKES = timedelta(minutes=1.5)  # with less than this for each part to come, an interviewer asks for all at once


def stages(question: Question) -> tuple[Stage, ...]:
    """The stages that the question is asked in, in order; none unless it is a design case of two stages or more."""
    own = {c.stage for c in question.rubric.criteria}
    found = tuple(s for s in WORDS if s in own) if question.kind is Kind.DESIGN else ()
    return found if len(found) > 1 else ()


def opened(asked: Asked, question: Question) -> Asked:
    """The same question, asked for its first stage; unchanged when it has no stages."""
    order = stages(question)
    if not order:
        return asked
    prompt = f"{question.prompt.strip()}\n\n{_words(question, order[0])}"
    return asked.model_copy(update={"prompt": prompt, "stage": order[0], "why": f"{asked.why} {IN_PARTS}"})


def next_part(state: SessionState, corpus: Corpus, now: datetime) -> Asked | None:
    """What the interviewer asks next in the case that runs: a change after a stage, or the next stage not yet met."""
    case = state.case
    question = corpus.questions.get(case.question) if case else None
    if case is None or question is None or case.closing or case.whole:
        return None
    order = stages(question)
    done = _done(state, case, question)
    begun = max((order.index(s) for s in case.asked if s in order), default=0)
    to_come = [s for s in order[begun:] if s not in case.asked and s not in done]
    if len(to_come) > 1 and _hurried(state, len(to_come), corpus, now):
        why = f"{len(to_come)} parts of {len(order)} are still open."
        return _asked(state, case, None, f"{_HURRIED}{_REST}", why, now)
    twists = {t.after: t.text for t in question.twists} if _time_for_a_change(state, corpus, now) else {}
    for stage in order[begun:]:
        if stage in to_come:
            why = f"Part {order.index(stage) + 1} of {len(order)} of the case."
            return _asked(state, case, stage, _words(question, stage), why, now)
        if stage in twists and stage not in case.twisted:
            text = twists[stage] if twists[stage].endswith("?") else f"{twists[stage]} {TWISTED}"
            return _asked(state, case, stage, text, "Something changes.", now, twist=True)
    return None


def _hurried(state: SessionState, to_come: int, corpus: Corpus, now: datetime) -> bool:
    return state.round is not None and share_ends(state.round, corpus) - now < to_come * _PART_TAKES


def _time_for_a_change(state: SessionState, corpus: Corpus, now: datetime) -> bool:
    return state.round is None or time_for_more(state.round, corpus, now)


def whole(state: SessionState, corpus: Corpus, now: datetime) -> Asked | None:
    """The rest of the case that runs, asked in one go; None when no part of one is open."""
    case, asked = state.case, state.open
    question = corpus.questions.get(case.question) if case else None
    if case is None or asked is None or question is None or asked.question != case.question:
        return None
    text = _REST if case.answers else f"{question.prompt.strip()}\n\n{_WHOLE}"
    why = "In one answer, as you wanted. The critique comes right after it."
    return _asked(state, case, None, text, why, now)


def runs(state: SessionState) -> bool:
    """Whether a case runs that has answers whose critique is still held back."""
    return state.case is not None and state.case.answers > 0


def answers(state: SessionState, case: Case) -> tuple[Attempt, ...]:
    """The answers to the parts of the case that runs, in order."""
    return state.attempts[len(state.attempts) - case.answers :]


def _done(state: SessionState, case: Case, question: Question) -> frozenset[Stage]:
    """The stages whose criteria are all met, and surely so, by what was said so far."""
    critique = next((a.critique for a in reversed(answers(state, case)) if a.critique), None)
    met = {v.criterion for v in critique.verdicts if v.verdict is Verdict.MET and not v.unsure} if critique else set()
    open_ = {c.stage for c in question.rubric.criteria if c.id not in met}
    return frozenset(Stage) - {s for s in open_ if s is not None}


def _words(question: Question, stage: Stage) -> str:
    return question.asks.get(stage, WORDS[stage])


def _asked(
    state: SessionState, case: Case, stage: Stage | None, prompt: str, why: str, now: datetime, *, twist: bool = False
) -> Asked:
    return Asked(
        at=now,
        mode=state.mode,
        question=case.question,
        prompt=prompt,
        why=why,
        retry=case.retry,
        stage=stage,
        twist=twist,
        continues=True,
    )
