"""The sidebar of every page: a new session, and the learner's sessions to go back to."""

from datetime import datetime
from pathlib import Path

import streamlit as st

from tutor.session.events import Answered, Asked, RoundStarted
from tutor.ui.place import Place, go, link_params
from tutor.ui.resources import Desk

PRACTICE = Path(__file__).parent / "pages" / "practice.py"
SHOWN = 8


def sidebar(desk: Desk, place: Place) -> None:
    """Draw it; choosing a session makes it the place."""
    with st.sidebar:
        if st.button("New session", icon=":material/add:", key="new-session", width="stretch"):
            go(Place(place.learner, desk.tutor.open(place.learner)))
            st.switch_page(PRACTICE, query_params=link_params())
        rows = desk.tutor.sessions(place.learner)
        if rows:
            st.caption("Your sessions")
        for row in rows[: len(rows) if st.session_state.get("all-sessions") else SHOWN]:
            here = row.id == place.session
            if st.button(
                name(desk, row.id, row.updated_at),
                key=f"session-{row.id}",
                icon=":material/chevron_right:" if here else ":material/chat_bubble:",
                help=f"{'Open now; last' if here else 'Last'} used {row.updated_at.astimezone():%d %B, %H:%M}",
                type="tertiary",
            ):
                go(Place(place.learner, row.id))
                st.switch_page(PRACTICE, query_params=link_params())
        if len(rows) > SHOWN:
            st.checkbox(f"Show all {len(rows)}", key="all-sessions")


def name(desk: Desk, session: str, updated_at: datetime) -> str:
    """What a session was about: its latest mock round, or the topics asked and the number of answers."""
    return _name((session, updated_at.isoformat()), desk)


@st.cache_data(max_entries=2000, show_spinner=False)
def _name(session_and_time: tuple[str, str], _desk: Desk) -> str:
    log = _desk.tutor.events(session_and_time[0])
    if rounds := [e.title for e in log if isinstance(e, RoundStarted)]:
        return rounds[-1]
    asked = [q for e in log if isinstance(e, Asked) and (q := _desk.question(e.question))]
    topics = list(dict.fromkeys(_desk.topic_title(q.topic) for q in asked))
    answers = sum(isinstance(e, Answered) for e in log)
    more = f" and {len(topics) - 1} more" if len(topics) > 1 else ""
    return f"{topics[0] if topics else 'New session'}{more}" + (f" · {answers}" if answers else "")
