"""Library: read any passage that a citation names, search the notes, browse them by topic."""

import streamlit as st

from tutor.ui.frame import begin
from tutor.ui.library import find, read, shelves
from tutor.ui.messages import shown

desk, _ = begin(session=False)
with shown():
    identifier = st.query_params.get("passage")
    if identifier:
        read(desk, identifier)
    else:
        st.title("Library")
        query = st.text_input("Search the notes", key="library-query", type="search")
        if query.strip():
            find(desk, query.strip()[:300])
        else:
            shelves(desk)
