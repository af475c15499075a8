"""One exchange: a message goes to the tutor, its events are drawn as they come, and the page is drawn anew.

Not here: what a message means. Nothing typed is lost: what cannot be sent goes back into the box.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import streamlit as st

from tutor.errors import TutorError
from tutor.session import interview
from tutor.session.events import Event
from tutor.session.state import SessionState, apply, fold
from tutor.ui.answer_box import LIMIT, answer_box, confidence, put_back
from tutor.ui.clock import clock
from tutor.ui.conversation import show_event, show_events
from tutor.ui.loop_card import break_card
from tutor.ui.markup import quiet_markdown
from tutor.ui.resources import Desk
from tutor.ui.view import look_at, moment, since_round, tail

SEEN = "seen"
TURNS = 20


def converse(desk: Desk, session: str, *, only_round: bool = False) -> None:
    """Draw a session and its answer box, send what was written, and draw what comes back.

    With `only_round` the events before the latest mock round are left out.
    """
    log = desk.tutor.events(session)
    state = fold(log)
    desk = desk.knowing(state)
    clock(state, desk.corpus)
    message = answer_box(desk, session, state, look_at(log))
    _history(tuple(since_round(log) if only_round else log), state, desk)
    if _notice := st.session_state.pop("notice", None):
        st.warning(_notice, icon=":material/info:")
    break_card(state)
    seen = st.session_state.get(SEEN)
    st.session_state[SEEN] = (session, moment(state))
    if message is not None:
        _send(desk, session, state, message, moved=seen is not None and seen[0] == session and seen[1] != moment(state))
    elif state.pending is not None or state.request is not None:
        _play(desk, session, state, desk.tutor.resume(session))
    elif _clock_speaks(state, desk):
        _play(desk, session, state, desk.tutor.tick(session))
    desk.tutor.warm_up(session)


def _clock_speaks(state: SessionState, desk: Desk) -> bool:
    now = datetime.now(UTC)
    over = state.round is not None and (state.round.closed or state.round.deadline <= now)
    return over or interview.tick_due(state, desk.corpus, now)


def _history(events: tuple[Event, ...], state: SessionState, desk: Desk) -> None:
    turns = TURNS if not st.session_state.get("all-turns") else len(events)
    shown, left_out = tail(events, turns)
    if left_out:
        st.button(
            "Show what was said before",
            key="earlier",
            icon=":material/history:",
            type="tertiary",
            on_click=lambda: st.session_state.update({"all-turns": True}),
        )
    show_events(shown, state, desk)


def _send(desk: Desk, session: str, state: SessionState, message: str, *, moved: bool) -> None:
    """Send the message unless it is too long or was meant for a question that another tab has left behind."""
    problem = None
    if len(message) > LIMIT:
        problem = (
            f"That has {len(message):,} characters; the limit is {LIMIT:,}. It was not sent and is still in the box: "
            "shorten it and send it again."
        )
    elif moved:
        problem = (
            "This session went on in another tab, so what you sent was held back. Here is where it stands now; "
            "your text is still in the box."
        )
    if problem:
        _hold(message, problem)
    growing = st.empty()

    def listen(text: str) -> None:
        growing.markdown(quiet_markdown(text))

    said = desk.tutor.send(session, message, confidence=confidence(state), listen=listen)
    _play(desk, session, state, said, message)


def _play(desk: Desk, session: str, state: SessionState, events: Iterator[Event], message: str | None = None) -> None:
    """Draw the events as they come, then draw the page anew from the log."""
    drawn = 0
    try:
        while (event := _next(events, state)) is not None:
            state = apply(state, event)
            st.session_state[SEEN] = (session, moment(state))
            show_event(event, state, desk)
            drawn += 1
    except TutorError as error:
        if message is None:
            st.error(str(error), icon=":material/error:")
            return
        _hold(message, str(error))
    if drawn or message is not None:
        st.rerun()


def _next(events: Iterator[Event], state: SessionState) -> Event | None:
    doing = "Reading your answer against the criteria" if state.pending else "One moment"
    with st.spinner(doing, show_time=True):
        return next(events, None)


def _hold(message: str, why: str) -> None:
    if not message.startswith("/"):
        put_back(message)
    st.session_state["notice"] = why
    st.rerun()
