"""What a mock round or a loop does next, and how it replies: the one door between `Tutor` and the mock modules.

Pure: state in, events out. `None` means that no round and no loop runs, or that practice answers as ever.
"""

from collections.abc import Sequence
from datetime import datetime

from tutor.corpus.load import Corpus
from tutor.session import loop, mock, pacing, probes
from tutor.session.acts import Act, Intent
from tutor.session.committee import loop_debrief
from tutor.session.debrief import debrief
from tutor.session.events import Event, LoopEnded, Unclear
from tutor.session.hearing import WANTED
from tutor.session.practice import say
from tutor.session.state import SessionState


def step(state: SessionState, corpus: Corpus, now: datetime) -> Sequence[Event] | None:
    """The next events of the running round or loop; empty when it is the learner's turn."""
    running = state.round
    if running is None:
        return _between(state, corpus, now)
    if running.closed:
        return [debrief(state, corpus, now)]
    if nudge := pacing.due(state, corpus, now):
        return [nudge]
    if state.open is not None or state.ended:
        return []
    if asked := probes.follow_up(state, corpus, now):
        return [asked]
    if not running.remaining:
        return [debrief(state, corpus, now)]
    return [mock.next_question(running, corpus, now)]


def _between(state: SessionState, corpus: Corpus, now: datetime) -> Sequence[Event] | None:
    if state.loop is None:
        return None
    return [] if state.in_break else [loop_debrief(state.loop, corpus, now)]


def reply(
    state: SessionState, intent: Intent, text: str, corpus: Corpus, now: datetime, session_id: str, draft: str
) -> Sequence[Event] | None:
    """The reply to a request that concerns rounds and loops, or that they forbid; None for any other."""
    if state.in_break:
        return loop.in_break(state, intent, text, corpus, now)
    if state.round is None:
        if loop.wants_loop(intent):
            return loop.start(intent.argument, corpus, now)
        if intent.act is Act.MOCK:
            return mock.start(state, mock.parse(intent.argument, corpus), corpus, now)
        return None
    if intent.act is Act.END:
        ended = mock.end(state, session_id, draft, now)
        return [*ended, LoopEnded(at=now)] if loop.leaves_loop(state, intent) else ended
    if intent.act in (Act.MOCK, Act.LOOP):
        return [say(now, "A round is running; end it first with `/end`.")]
    return _closed_book(state, intent, text, now) if intent.act in mock.CLOSED_BOOK else None


def _closed_book(state: SessionState, intent: Intent, text: str, now: datetime) -> Sequence[Event]:
    """No to the request; words that were no command may have been the answer, and are kept for that."""
    refused = say(now, mock.NOT_NOW)
    if state.open is None or text.lstrip().startswith("/"):
        return [refused]
    wanted = WANTED.get(intent.act, "something else")
    return [refused, Unclear(at=now, asked=state.open.at, text=text, command=intent.command, wanted=wanted)]


def tick_due(state: SessionState, corpus: Corpus, now: datetime) -> bool:
    """Whether the clock has something to say that was not said yet."""
    waits = state.pending is None and state.request is None
    return waits and pacing.due(state, corpus, now) is not None
