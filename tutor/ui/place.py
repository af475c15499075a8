"""Where a person is: learner and session, kept in the address, so that a reload or a second tab finds the same place.

>>> known_learner("../../etc") is None
True

Not here: what a session holds. An address is data: a name that is no name is ignored.
"""

import re
import secrets
from dataclasses import dataclass

import streamlit as st

_NAME = re.compile(r"[A-Za-z0-9_.@-]{1,64}")
_STATE = "place"


@dataclass(frozen=True)
class Place:
    """The learner, and the session that is open, if any."""

    learner: str
    session: str | None = None


def known_learner(name: str | None) -> str | None:
    """The name if it can be one (1 to 64 letters, digits, `_ . @ -`), else None."""
    return name if name and _NAME.fullmatch(name) else None


def current(default_learner: str) -> Place:
    """Learner and session from the address, else from this tab's last page, else the default and none.

    Without a default learner (a shared server) a new visitor gets an unguessable name, which lives in the address.
    """
    before: Place | None = st.session_state.get(_STATE)
    learner = known_learner(st.query_params.get("learner")) or (before.learner if before else None)
    learner = learner or default_learner or f"guest-{secrets.token_urlsafe(12)}"
    session = known_learner(st.query_params.get("session"))
    if session is None and before is not None and before.learner == learner:
        session = before.session
    place = Place(learner, session)
    go(place)
    return place


def here() -> Place | None:
    """The place of this tab, once a page began."""
    place: Place | None = st.session_state.get(_STATE)
    return place


def go(place: Place) -> None:
    """Make this the place of the tab and of its address.

    The address is always written: a link within one page changes what the page sees, but not the address bar.
    """
    st.session_state[_STATE] = place
    others = {k: v for k, v in st.query_params.items() if k not in ("learner", "session")}
    st.query_params.from_dict(link_params(**others))


def link_params(**more: str) -> dict[str, str]:
    """Query parameters of a link that keeps the place."""
    place: Place | None = st.session_state.get(_STATE)
    here = {"learner": place.learner} if place else {}
    if place and place.session:
        here["session"] = place.session
    return here | more
