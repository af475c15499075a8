"""Rounds and loops within the conversation: their beginning, what is said about the time, their debriefs."""

import streamlit as st

from tutor.session.events import (
    Debriefed,
    Event,
    LoopDebriefed,
    LoopEnded,
    LoopStarted,
    Nudged,
    RoundEnded,
    RoundStarted,
    TimeUp,
)
from tutor.session.state import SessionState
from tutor.ui.debrief_card import debrief_card
from tutor.ui.loop_card import loop_debrief_card, loop_started
from tutor.ui.markup import quiet_markdown
from tutor.ui.mock_setup import ROLES
from tutor.ui.resources import Desk
from tutor.ui.view import secret

TUTOR, WATCH = ":material/school:", ":material/timer:"


def show_mock_event(event: Event, state: SessionState, desk: Desk) -> None:
    """Draw the event if it is one of a round or a loop; a debrief only once it is no secret."""
    match event:
        case RoundStarted():
            _round_started(event)
        case Nudged():
            with st.chat_message("assistant", avatar=WATCH):
                st.markdown(quiet_markdown(event.text))
        case Debriefed() if secret(state, event.at):
            _aside("That was the round. Its debrief comes with the loop's.")
        case Debriefed():
            with st.chat_message("assistant", avatar=TUTOR):
                debrief_card(event, state, desk)
        case LoopStarted():
            with st.chat_message("assistant", avatar=WATCH):
                loop_started(event)
        case LoopDebriefed():
            with st.chat_message("assistant", avatar=TUTOR):
                loop_debrief_card(event, state, desk)
        case TimeUp():
            _aside(":material/timer_off: Time is up. What stood in the answer box was submitted.")
        case RoundEnded() | LoopEnded():
            _aside(f"You ended the {'round' if isinstance(event, RoundEnded) else 'loop'}.")
        case _:
            pass


def _aside(text: str) -> None:
    st.caption(text, text_alignment="center")


def _round_started(event: RoundStarted) -> None:
    with st.chat_message("assistant", avatar=WATCH), st.container(border=True):
        count = len(event.questions)
        number = f"Round {event.number}: " if event.number else ""
        st.markdown(f"#### {number}{event.title}")
        st.markdown(
            f":gray-badge[:material/schedule: {event.minutes:g} min] :gray-badge[{count} question{'s' * (count > 1)}] "
            f":gray-badge[{ROLES[event.role]}] :gray-badge[{event.seniority}]"
        )
        st.markdown(quiet_markdown(event.opening))
        st.caption("No feedback until the debrief. The clock runs on if you close the page; what you type is kept.")
