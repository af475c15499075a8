"""What a person reads when something went wrong: what happened and what to do, never a traceback."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from tutor.errors import TutorError

log = logging.getLogger(__name__)


@contextmanager
def shown() -> Iterator[None]:
    """Show an error of ours as its message and stop this run of the page; anything else goes to the server's log."""
    try:
        yield
    except TutorError as error:
        log.warning("%s", error)
        st.error(str(error), icon=":material/error:")
        st.stop()
