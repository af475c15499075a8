"""What a button sends: the command that one could have typed, taken up by the same run of the page."""

import streamlit as st

_KEY = "outbox"


def queue(command: str) -> None:
    """Send the command (`/hint`) at the run that the click starts."""
    st.session_state[_KEY] = command


def taken() -> str | None:
    """The queued command, once."""
    command: str | None = st.session_state.pop(_KEY, None)
    return command
