"""Buttons that download a debrief; the file is made when a button is pressed, not before."""

import io
import logging
from datetime import datetime
from functools import partial

import streamlit as st

from tutor.errors import TutorError
from tutor.session.events import Debriefed, Event, LoopDebriefed
from tutor.ui.place import here
from tutor.ui.resources import Desk

log = logging.getLogger(__name__)


def downloads(desk: Desk, key: str, until: datetime) -> None:
    """A button a format for the debrief of the open session that was given at `until`."""
    from tutor.export.formats import FORMATS

    place = here()
    if place is None or place.session is None:
        return
    session = place.session
    with st.container(horizontal=True, gap="small"):
        for name, form in FORMATS.items():
            st.download_button(
                form.title,
                data=partial(_bytes, desk, session, name, until),
                file_name=f"mock-{session}.{form.suffix}",
                mime=form.mime,
                key=f"download-{name}-{key}",
                icon=":material/style:" if name == "anki" else ":material/download:",
                help="The weak points as cards" if name == "anki" else f"The whole debrief as {form.title}",
                type="tertiary",
                on_click="ignore",
            )


def _bytes(desk: Desk, session: str, name: str, until: datetime) -> io.BytesIO:
    from tutor.export.formats import export

    try:
        return io.BytesIO(export(_up_to(desk.tutor.events(session), until), desk.corpus, session, name))
    except TutorError as error:  # nothing to make cards of: the file says so
        log.info("not exported: %s", error)
        return io.BytesIO(str(error).encode())


def _up_to(events: list[Event], until: datetime) -> list[Event]:
    ends = [i for i, e in enumerate(events) if isinstance(e, Debriefed | LoopDebriefed) and e.at == until]
    return events[: ends[-1] + 1] if ends else events
