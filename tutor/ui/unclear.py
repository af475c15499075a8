"""The question back on words that may be the answer or a request, with a button for each."""

import streamlit as st

from tutor.session.events import Unclear
from tutor.session.hearing import doubt, question_back
from tutor.session.state import SessionState
from tutor.ui.markup import quiet_markdown
from tutor.ui.outbox import queue


def unclear(event: Unclear, state: SessionState) -> None:
    """Draw it; the buttons stay while the question is open and the learner has not said which it was."""
    st.markdown(quiet_markdown(question_back(event)))
    if doubt(state) != event:
        return
    key = f"unclear-{event.at:%Y%m%d%H%M%S%f}"
    with st.container(horizontal=True, gap="small"):
        st.button(
            "It is my answer",
            key=f"{key}-answer",
            icon=":material/check:",
            help="The same as typing /answer",
            on_click=queue,
            args=("/answer",),
        )
        st.button(
            f"I wanted {event.wanted}",
            key=f"{key}-wish",
            icon=":material/help:",
            help=f"The same as typing {event.command.split()[0]}",
            on_click=queue,
            args=(event.command,),
        )
