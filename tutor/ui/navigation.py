"""Which pages there are. A page is listed once it has something to show."""

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from tutor.ui.resources import options
from tutor.ui.trust import reports

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

PAGES = Path(__file__).parent / "pages"
ICON = Path(__file__).parent / "icon.svg"


def pages() -> "list[StreamlitPage]":
    """The pages of the app, in the order of the menu; Trust once something was measured."""
    listed = [
        st.Page(PAGES / "practice.py", title="Practice", icon=":material/forum:", default=True),
        st.Page(PAGES / "mock.py", title="Mock round", icon=":material/timer:", url_path="mock"),
        st.Page(PAGES / "library.py", title="Library", icon=":material/menu_book:", url_path="library"),
    ]
    if reports(options()):
        listed.append(st.Page(PAGES / "trust.py", title="Trust", icon=":material/verified:", url_path="trust"))
    return listed
