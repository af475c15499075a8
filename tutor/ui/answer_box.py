"""The answer box at the bottom: commands, how sure one is, the text, and its draft.

Everything here ends as a message in the outbox; `tutor.ui.exchange` sends it.
"""

from pathlib import Path

import streamlit as st

from tutor.session.events import Mode
from tutor.session.state import SessionState
from tutor.ui.outbox import queue, taken
from tutor.ui.resources import Desk
from tutor.ui.view import can_retry, deadline, handed_in, in_case, moment

LIMIT = 20_000
BOX, DRAFT = "answer", "draft-keeper"
SURE = {"1 guess": 0.25, "2 unsure": 0.5, "3 fairly": 0.75, "4 sure": 0.95}

_STEER = (("Easier", "/easier", "trending_down", True), ("Harder", "/harder", "trending_up", True))
_CASE = (("All at once", "/whole", "stacks", True), ("Close the case", "/skip case", "flag", True))

_keeper = st.components.v2.component(
    "tutor_answer_box", js=Path(__file__).with_name("answer_box.js").read_text("utf-8")
)


def answer_box(desk: Desk, session: str, state: SessionState, target: str | None) -> str | None:
    """Draw the box and return what was sent in this run: typed text, or the command of a pressed button.

    `target` is the key of the element to bring into view; None is the end of the page.
    """
    _restore(desk, session)
    with st.bottom:
        with st.container(horizontal=True, key="tools", vertical_alignment="center", gap="small"):
            _buttons(state)
            _confidence(state)
        typed = st.chat_input(_placeholder(state), key=f"{BOX}-{session}", submit_mode="disable")
        told = {
            "moment": moment(state),
            "count": f"{session}/{state.seq}",
            "target": target,
            "deadline": deadline(state),
            "handedIn": handed_in(state),
        }
        _draft_keeper(desk, session, told)
    return taken() or typed


def confidence(state: SessionState) -> float | None:
    """How sure the learner said to be of the answer to the open question, in [0, 1]; None when not said."""
    chosen = st.session_state.get(_sure_key(state))
    return SURE.get(chosen) if isinstance(chosen, str) else None


def put_back(text: str) -> None:
    """Have the text in the box again at the next run: it was not sent."""
    st.session_state["held"] = text


def _restore(desk: Desk, session: str) -> None:
    held: str | None = st.session_state.pop("held", None)
    if held is None and st.session_state.get("restored") != session:
        held = desk.tutor.draft(session)
    st.session_state["restored"] = session
    if held:
        st.session_state[f"{BOX}-{session}"] = held


def _buttons(state: SessionState) -> None:
    if state.in_break:
        return  # the break has buttons of its own
    mock = state.mode is Mode.MOCK
    opened = state.open is not None
    tools = [("Skip", "/skip", "skip_next", opened), *(_CASE if in_case(state) else ())]
    if not mock:
        tools = [
            ("Hint", "/hint", "emoji_objects", opened and state.hints < 3),
            *tools,
            *(() if in_case(state) else _STEER),
            ("Retry", "/retry", "replay", can_retry(state)),
        ]
    for label, command, icon, enabled in tools:
        st.button(
            label,
            key=f"tool-{label.lower()}",
            icon=f":material/{icon}:",
            help=f"The same as typing {command}",
            type="tertiary",
            disabled=not enabled,
            on_click=queue,
            args=(command,),
        )
    if mock:
        with st.popover("End the round", icon=":material/stop_circle:", type="tertiary"):
            st.markdown("The debrief follows at once. What stands in the answer box is handed in.")
            st.button("End it now", key="tool-end", type="primary", on_click=queue, args=("/end",))
            if state.loop is not None:
                st.button("End the whole loop", key="tool-end-loop", on_click=queue, args=("/end loop",))


def _confidence(state: SessionState) -> None:
    if state.open is not None:
        with st.container(key="confidence", width="content"):
            st.segmented_control(
                "How sure are you? (optional, Alt+1 to Alt+4)",
                list(SURE),
                key=_sure_key(state),
                label_visibility="collapsed",
                help="Said before the verdict, it shows later how well you know what you know. Optional.",
            )


def _sure_key(state: SessionState) -> str:
    return f"sure-{moment(state)}"


def _placeholder(state: SessionState) -> str:
    if state.in_break:
        return "Type ready to begin the next round"
    if state.open is None:
        return "Ask for a question, a topic, a mock round"
    return "Your answer" if state.mode is Mode.MOCK else "Your answer, a question, or a wish"


@st.fragment
def _draft_keeper(desk: Desk, session: str, told: dict[str, str | float | None]) -> None:
    """Keep what is typed: only this fragment runs when a draft comes in, so the page stays as it is."""

    def keep() -> None:
        draft = st.session_state[DRAFT].draft
        if draft and draft.get("moment") == told["moment"]:
            desk.tutor.save_draft(session, str(draft.get("text", ""))[:LIMIT])

    _keeper(key=DRAFT, data=told, on_draft_change=keep)
