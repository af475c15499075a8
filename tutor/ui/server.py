"""What the server does beside the script: load code before anybody has come, speak plainly when something breaks.

Not here: models and the index, which are loaded once the first page stands (`tutor.session.ahead`).
"""

import gc
import importlib
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from tutor.errors import TutorError

log = logging.getLogger(__name__)
_CONTEXT = "streamlit.runtime.scriptrunner_utils.script_run_context"
_NEEDED = ("tutor.session.build", "tutor.ui.frame", "tutor.ui.exchange", "sqlalchemy.dialects.sqlite")


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Load what the first page needs while its browser still fetches Streamlit's own files."""
    _loader.start()
    yield


def loaded() -> None:
    """Wait for that, if it runs: two threads that import the same packages at once can see them half made."""
    if _loader.is_alive():
        _loader.join()


def _load() -> None:
    # No script runs in this thread: Streamlit would tell the terminal so.
    logging.getLogger(_CONTEXT).addFilter(lambda record: record.threadName != _loader.name)
    # What is loaded here stays: looking for garbage in it while it grows, and after every run of the page, finds none.
    gc.disable()
    try:
        for name in _NEEDED:
            importlib.import_module(name)
        from tutor.ui.resources import desk

        desk()
    except TutorError as error:
        log.info("not opened ahead of time: %s", error)  # the page tries again, and shows it
    finally:
        gc.freeze()
        gc.enable()


_loader = threading.Thread(target=_load, name="first-page", daemon=True)


def broke(error: Exception) -> bool:
    """What a person reads when the page itself failed; the traceback goes to the server's log."""
    log.error("the page failed", exc_info=error)
    st.error(
        "The page failed while it was drawn; the server's log says why. What you typed and answered is stored: "
        "reload to go on.",
        icon=":material/error:",
    )
    return True
