"""A passage of the notes: opened in place, with its way into the Library."""

from pathlib import Path

import streamlit as st

from tutor.domain import PageKind, Passage
from tutor.ui.markup import quiet_markdown
from tutor.ui.place import link_params

LIBRARY = Path(__file__).parent / "pages" / "library.py"
MATERIAL = Path(__file__).parent / "pages" / "material.py"


def passage_expander(passage: Passage | None) -> None:
    """One passage behind a quiet toggle; nothing is drawn for a passage that left the notes."""
    if passage is None:
        return
    with st.expander(f"{passage.title} · {passage.page_title}", icon=":material/menu_book:", type="compact"):
        st.markdown(quiet_markdown(passage.text))
        library_link(passage)


def library_link(passage: Passage, label: str = "Open in the Library") -> None:
    """A link to the passage's page, with the passage marked there; the learner's own are on their own page."""
    own = passage.page_kind is PageKind.UPLOAD
    label = "Open in your material" if own else label
    st.page_link(
        MATERIAL if own else LIBRARY,
        label=label,
        icon=":material/arrow_outward:",
        query_params=link_params(passage=passage.id),
    )
