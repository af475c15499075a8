"""The clock of a mock round: the stored start plus the minutes minus now, never a counter in the page."""

from datetime import UTC, datetime

import streamlit as st

from tutor.corpus.load import Corpus
from tutor.session import pacing
from tutor.session.state import SessionState
from tutor.ui.markup import plain

AMBER_SECONDS = 180


def clock(state: SessionState, corpus: Corpus) -> None:
    """Draw the clock of the running round at the bottom; nothing when no round runs."""
    if state.round is None or state.round.closed:
        return
    total = len(state.round.started.questions)
    asked = min(total, max(1, total - len(state.round.remaining)))
    where = f"{state.round.started.title} · question {asked} of {total}"
    with st.bottom:
        left = (state.round.deadline - datetime.now(UTC)).total_seconds()
        # Past the end, or with a word on the time due, the page itself acts; a clock that asks for a new run would keep
        # it from doing so.
        now = datetime.now(UTC)
        waits = left > 0 and pacing.due(state, corpus, now) is None
        _ticking(state, corpus, state.round.deadline, where) if waits else st.html(face(left, where))


@st.fragment(run_every="1s")
def _ticking(state: SessionState, corpus: Corpus, deadline: datetime, where: str) -> None:
    now = datetime.now(UTC)
    left = (deadline - now).total_seconds()
    st.html(face(left, where))
    if left <= 0 or pacing.due(state, corpus, now) is not None:
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
