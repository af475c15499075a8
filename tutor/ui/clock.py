"""The clock of a mock round: the stored start plus the minutes minus now, never a counter in the page."""

from datetime import UTC, datetime

import streamlit as st

from tutor.session.state import SessionState
from tutor.ui.markup import plain

AMBER_SECONDS = 180


def clock(state: SessionState) -> None:
    """Draw the clock of the running round at the bottom; nothing when no round runs."""
    if state.round is None or state.round.closed:
        return
    total = len(state.round.started.questions)
    asked = min(total, max(1, total - len(state.round.remaining)))
    where = f"{state.round.started.title} · question {asked} of {total}"
    with st.bottom:
        left = (state.round.deadline - datetime.now(UTC)).total_seconds()
        # Past the end the page itself hands in the draft; a clock that asks for a new run would keep it from doing so.
        _ticking(state.round.deadline, where) if left > 0 else st.html(face(left, where))


@st.fragment(run_every="1s")
def _ticking(deadline: datetime, where: str) -> None:
    left = (deadline - datetime.now(UTC)).total_seconds()
    st.html(face(left, where))
    if left <= 0:
        st.rerun(scope="app")


def face(left: float, where: str) -> str:
    """The clock as HTML: amber from three minutes left, red past the end, and always in words too."""
    css, said = "", "left"
    if left <= 0:
        css, said = "red", "over"
    elif left <= AMBER_SECONDS:
        css, said = "amber", "left: finish your thought"
    whole = int(abs(left))
    return (
        f'<div class="t-clock {css}" role="timer" aria-label="{whole // 60} minutes {whole % 60} seconds {said}">'
        f'<span aria-hidden="true">◷</span><span>{whole // 60:02d}:{whole % 60:02d} {said}</span>'
        f'<span class="t-soft">{plain(where)}</span></div>'
    )
