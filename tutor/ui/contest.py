"""The quiet control beside a verdict: which verdict the learner thinks is right, and why. Sends `/contest`."""

import streamlit as st

from tutor.domain import CriterionVerdict, Verdict
from tutor.session.contest import answer_number, contested
from tutor.session.state import SessionState
from tutor.ui.outbox import queue

_SURE = "The score stays as it is; somebody else labels this point without seeing either verdict."


def contest_control(number: int, verdict: CriterionVerdict, attempt: str, state: SessionState) -> None:
    """Draw it for criterion `number` (from 1) of an attempt, where its verdict can be contested now.

    What is inside is drawn only while it is open: a session shows many criteria.
    """
    answer = answer_number(state, attempt)
    if verdict.verdict is None or state.round is not None or answer is None:
        return
    said = contested(state, attempt, verdict.criterion)
    label = f"You say: {said.claimed}" if said else "Contest"
    key = f"contest-{attempt}-{number}"
    with st.popover(label, type="tertiary", icon=":material/gavel:", key=key, on_change="rerun") as opened:
        if opened.open:
            _form(key, f"{answer}/{number}", verdict.verdict)


def _form(key: str, point: str, given: Verdict) -> None:
    with st.form(f"{key}-form", border=False):
        st.segmented_control(
            "Which verdict is right?", [v.value for v in Verdict if v is not given], key=f"{key}-claim"
        )
        st.text_input("Why (optional)", key=f"{key}-words", max_chars=1000)
        st.caption(_SURE)
        st.form_submit_button("Send", key=f"{key}-send", on_click=_send, args=(key, point))


def _send(key: str, point: str) -> None:
    claim, words = st.session_state.get(f"{key}-claim"), st.session_state.get(f"{key}-words") or ""
    if not claim:
        st.session_state["notice"] = "Choose the verdict that you think is right, then send."
        return
    st.session_state[key] = False
    queue(f"/contest {point} {claim} {words}".strip())
