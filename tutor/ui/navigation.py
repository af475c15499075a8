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


def pages() -> "dict[str, list[StreamlitPage]]":
    """The pages of the app by heading, in the order of the menu; Trust once something was measured."""
    prepare = [
        st.Page(PAGES / "practice.py", title="Practice", icon=":material/forum:", default=True),
        st.Page(PAGES / "mock.py", title="Mock round", icon=":material/timer:", url_path="mock"),
        st.Page(PAGES / "plan.py", title="Plan", icon=":material/event_note:", url_path="plan"),
    ]
    read = [
        st.Page(PAGES / "library.py", title="Library", icon=":material/menu_book:", url_path="library"),
        st.Page(PAGES / "material.py", title="Own material", icon=":material/upload_file:", url_path="material"),
    ]
    look = [
        st.Page(PAGES / "progress.py", title="Progress", icon=":material/trending_up:", url_path="progress"),
        st.Page(PAGES / "label.py", title="Label", icon=":material/fact_check:", url_path="label"),
    ]
    if reports(options()):
        look.insert(1, st.Page(PAGES / "trust.py", title="Trust", icon=":material/verified:", url_path="trust"))
    return {"Prepare": prepare, "Read": read, "Look": look}
