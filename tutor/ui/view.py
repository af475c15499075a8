"""What a page needs of a session beyond its state: pure functions of `SessionState` and of the event log.

Not here: what happens next (`tutor.session`), and how it looks (`tutor.ui.conversation`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tutor.session import tries
from tutor.session.events import (
    Asked,
    Critiqued,
    Debriefed,
    Event,
    LoopDebriefed,
    LoopStarted,
    Mode,
    RoundStarted,
    Said,
    Speaker,
)
from tutor.session.state import Attempt, SessionState


def moment(state: SessionState) -> str:
    """Names what a reply would belong to: it changes with the open question, and when a round starts or ends."""
    opened = f"{state.open.question}@{state.open.at.isoformat()}" if state.open else "-"
    return f"{opened}|{state.round.started.at.isoformat() if state.round else '-'}"


def hidden(state: SessionState, attempt: str) -> bool:
    """Whether the critique of an attempt waits for the debrief of the running round or loop."""
    found = find_attempt(state, attempt)
    return found is not None and found.answered.mode is Mode.MOCK and secret(state, found.answered.at)


def secret(state: SessionState, at: datetime) -> bool:
    """Whether what was judged at that time waits for the debrief of the running round or loop."""
    return state.secret_since is not None and at >= state.secret_since


def look_at(events: Sequence[Event]) -> str | None:
    """The key of what to bring into view after an exchange: the critique or debrief that was just given, else None."""
    for event in reversed(events):
        if isinstance(event, Critiqued) and event.mode is Mode.PRACTICE and not event.part:
            return critique_key(event)
        if isinstance(event, LoopDebriefed):
            return loop_key(event)
        if isinstance(event, Debriefed):
            return debrief_key(event)
        if not (isinstance(event, Asked) or (isinstance(event, Said) and event.speaker is Speaker.TUTOR)):
            return None
    return None


def critique_key(event: Critiqued) -> str:
    """The key of a critique's card on the page."""
    return f"critique-{event.attempt}"


def debrief_key(event: Debriefed) -> str:
    """The key of a debrief on the page."""
    return f"debrief-{event.at:%Y%m%d%H%M%S%f}"


def loop_key(event: LoopDebriefed) -> str:
    """The key of a loop's debrief on the page."""
    return f"debrief-loop-{event.at:%Y%m%d%H%M%S%f}"


def deadline(state: SessionState) -> float | None:
    """When the running round's time is up, in milliseconds since 1970 as a browser counts; None outside a round."""
    return state.round.deadline.timestamp() * 1000 if state.round and not state.round.closed else None


def handed_in(state: SessionState) -> str | None:
    """The last answer of a mock round: when time-up submitted it, it still stands in the box."""
    last = state.attempts[-1].answered if state.attempts else None
    return last.text if last is not None and last.mode is Mode.MOCK else None


def can_retry(state: SessionState) -> bool:
    """Whether there is an answer with a critique to try again, outside a round."""
    going_on = state.case is not None and state.case.answers > 0
    return state.round is None and not going_on and any(a.critiqued for a in state.attempts)


def in_case(state: SessionState) -> bool:
    """Whether a part of a design case is open."""
    return state.open is not None and state.case is not None and not state.case.whole


def find_attempt(state: SessionState, attempt: str) -> Attempt | None:
    """The attempt with this id."""
    return next((a for a in state.attempts if a.answered.attempt == attempt), None)


def judged_attempt(state: SessionState, attempt: str) -> Attempt | None:
    """The attempt with this id, and with the critique that was shown for it: for a part of a case, the case's.

    The text of a part begins as the text of the whole case does, so the evidence stands where it stood.
    """
    found = find_attempt(state, attempt)
    if found is None or found.critiqued is None or not found.critiqued.part:
        return found
    later = [a for a in tries.of(state, attempt) if not a.answered.follows_up and a.shown]
    return replace(found, critiqued=later[-1].critiqued if later else None)


def since_round(events: Sequence[Event]) -> tuple[Event, ...]:
    """The events from the latest mock round on, or from its loop on; none when the session holds no round."""
    rounds = [i for i, e in enumerate(events) if isinstance(e, RoundStarted) and e.number is None]
    loops = [i for i, e in enumerate(events) if isinstance(e, LoopStarted)]
    return tuple(events[max([*rounds, *loops]) :]) if rounds or loops else ()


def tail(events: Sequence[Event], turns: int) -> tuple[tuple[Event, ...], int]:
    """The last `turns` turns (begun by a question, a round or a request), and how many events stand before."""
    starts = [i for i, e in enumerate(events) if _begins_turn(e)]
    if len(starts) <= turns:
        return tuple(events), 0
    return tuple(events[starts[-turns] :]), starts[-turns]


def _begins_turn(event: Event) -> bool:
    return isinstance(event, Asked | RoundStarted) or (isinstance(event, Said) and event.speaker is Speaker.LEARNER)
