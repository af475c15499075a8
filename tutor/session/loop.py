"""Whole loops: the rounds of a company for a role and a level, one after another, with a break before each.

Pure: state in, events out. A break lasts until the learner begins the next round; nothing is judged aloud before the
loop's debrief. `/end` in a round ends that round, in a break the loop; `/end loop` ends both.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from tutor.corpus.load import Corpus
from tutor.session import mock
from tutor.session.acts import Act, Intent
from tutor.session.events import Event, LoopEnded, LoopRound, LoopStarted
from tutor.session.names import companies_there_are
from tutor.session.practice import say
from tutor.session.state import SessionState

LOOP_WORDS = re.compile(r"\b(?:loops?|on-?site|(?:all|every|whole|full set of)(?: the| of the| of)? rounds?)\b")
_BEGIN = re.compile(
    r"(?:(?:ok|okay|yes|yep|sure|and|now|please|i am|i'm|im|we|let's|lets|go|can|the|all|next|round|one|number|\d+) ?)*"
    r"(?:ready|start|begin|go|yes|ok|okay|sure|continue|on|next|round)(?: (?:it|the|next|round|please|now|\d+))*"
)
_LEAVE = re.compile(r"\b(?:loop|all|everything|whole)\b")


def wants_loop(intent: Intent) -> bool:
    """Whether a whole loop is asked for: `/loop amazon senior`, or a mock in words that speak of a loop."""
    return intent.act is Act.LOOP or (intent.act is Act.MOCK and bool(LOOP_WORDS.search(intent.argument.lower())))


def start(words: str, corpus: Corpus, now: datetime) -> Sequence[Event]:
    """The loop's first events, or the sentence that says why there is none and what to ask for."""
    request = mock.parse(words, corpus)
    company = request.company or mock.any_company(request, corpus)
    if company is None:
        there_are = companies_there_are(corpus)
        return [say(now, f"I have no loop in that style. There are: {there_are}. For instance `/loop google senior`.")]
    rounds = [r for r in company.loop(request.role, request.seniority) if mock.admitted(r, corpus)]
    if not rounds:
        text = f"{company.name} has no rounds with questions for that role and level. Try another role or level."
        return [say(now, text)]
    started = LoopStarted(
        at=now,
        company=company.id,
        title=f"{company.name}: whole loop",
        role=request.role,
        seniority=request.seniority,
        rounds=tuple(LoopRound(round=r.id, title=r.title, minutes=r.minutes) for r in rounds),
    )
    return [started]


def begin_next(state: SessionState, corpus: Corpus, now: datetime) -> Sequence[Event]:
    """The next round of the loop; a round that left the files since is said to be gone and the loop can be left."""
    loop = state.loop
    if loop is None or not loop.remaining:
        raise ValueError("no round of a loop is to come")
    planned, begun = loop.remaining[0], loop.started
    company = corpus.companies.get(begun.company)
    round_ = next((r for r in company.rounds if r.id == planned.round), None) if company else None
    if company is None or round_ is None or not mock.admitted(round_, corpus):
        return [say(now, f"{planned.title} is no longer in the files. `/end` ends the loop with its debrief.")]
    number = len(loop.begun) + 1
    return [mock.started(state, company, round_, begun.role, begun.seniority, corpus, now, number=number)]


def in_break(state: SessionState, intent: Intent, text: str, corpus: Corpus, now: datetime) -> Sequence[Event] | None:
    """The reply to a message in a break; None for what is answered as ever (help, explanations, stopping)."""
    if intent.act in (Act.NEXT, Act.SKIP):
        return begin_next(state, corpus, now)
    if intent.act is Act.END:
        return [LoopEnded(at=now)]
    if intent.act in (Act.MOCK, Act.LOOP):
        return [say(now, f"A loop is running. {_choices(state)}")]
    if intent.act in mock.CLOSED_BOOK - {Act.EXPLAIN, Act.CLARIFY}:
        return [say(now, f"Not before the loop's debrief. {_choices(state)}")]
    if intent.act is Act.ANSWER or intent.act is Act.HINT:
        ready = _BEGIN.fullmatch(" ".join(re.sub(r"[.!?,]", " ", text.lower()).split()))
        return begin_next(state, corpus, now) if ready else [say(now, f"This is a break. {_choices(state)}")]
    return None


def leaves_loop(state: SessionState, intent: Intent) -> bool:
    """Whether ending the round means to end the loop as well."""
    return state.loop is not None and bool(_LEAVE.search(intent.argument.lower()))


def _choices(state: SessionState) -> str:
    remaining = state.loop.remaining if state.loop else ()
    first = f"`/next` begins {remaining[0].title} ({remaining[0].minutes:g} minutes), " if remaining else ""
    return f"{first}`/end` ends the loop with its debrief; the session waits as long as you like."
