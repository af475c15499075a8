"""What every page begins with: the desk, the place, the style and the sidebar."""

from pathlib import Path

import streamlit as st

from tutor.errors import TutorError
from tutor.ui.messages import shown
from tutor.ui.place import Place, current, go
from tutor.ui.resources import Desk, desk, options
from tutor.ui.sidebar import sidebar

STYLE = Path(__file__).with_name("style.css")


def begin(*, session: bool) -> tuple[Desk, Place]:
    """Open the desk and find the place; with `session`, make sure that there is one to show.

    An address without a session goes on with the learner's latest one, unless they stopped it. A session that is not
    theirs, or is no longer there, is said to be so.
    """
    st.html(STYLE)
    with shown():
        opened = desk()
        place = current(options().learner)
        if session:
            place = _with_session(opened, place)
        sidebar(opened, place)
    return opened, place


def _with_session(opened: Desk, place: Place) -> Place:
    if place.session is not None:
        try:
            opened.tutor.open(place.learner, place.session)
        except TutorError as error:
            st.warning(f"{error} Here is your latest session instead.", icon=":material/info:")
        else:
            return place
    latest = next(iter(opened.tutor.sessions(place.learner)), None)
    going = latest is not None and not opened.tutor.state(latest.id).ended
    found = Place(place.learner, latest.id if latest and going else opened.tutor.open(place.learner))
    go(found)
    return found
