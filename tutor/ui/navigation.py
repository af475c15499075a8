"""Which pages there are. A page is listed once it has something to show."""

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

PAGES = Path(__file__).parent / "pages"
ICON = Path(__file__).parent / "icon.svg"


def pages() -> "list[StreamlitPage]":
    """The pages of the app, in the order of the menu."""
    return [
        st.Page(PAGES / "practice.py", title="Practice", icon=":material/forum:", default=True),
        st.Page(PAGES / "mock.py", title="Mock round", icon=":material/timer:", url_path="mock"),
        st.Page(PAGES / "library.py", title="Library", icon=":material/menu_book:", url_path="library"),
    ]
