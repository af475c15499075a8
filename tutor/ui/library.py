"""Reading the notes: search, topics, and a page with the cited section first."""

from collections.abc import Iterable

import streamlit as st

from tutor.domain import Page, PageKind, Passage
from tutor.errors import TutorError
from tutor.ui.markup import quiet_markdown
from tutor.ui.passage import LIBRARY, library_link
from tutor.ui.place import link_params
from tutor.ui.resources import Desk

FOUND = 8


def read(desk: Desk, identifier: str) -> None:
    """The page that holds the passage, that section first; says so when it is not in the notes."""
    passage = desk.passage(identifier)
    if passage is None:
        st.warning("That passage is not in the notes, or was renamed. Search for it below.", icon=":material/info:")
        shelves(desk)
        return
    page = desk.corpus.pages[passage.page]
    st.page_link(LIBRARY, label="All of the Library", icon=":material/arrow_back:", query_params=link_params())
    st.title(page.title)
    if page.topic:
        st.caption(f"{'Note' if page.kind is PageKind.NOTE else 'Guide'} on {desk.topic_title(page.topic)}")
    with st.container(border=True, key="cited"):
        _section(passage)
    rest = [p for p in page.passages if p.id != passage.id]
    if rest:
        st.markdown("#### The rest of this page")
    for other in rest:
        _section(other)
    if page.sources:
        st.caption("Sources: " + "; ".join(quiet_markdown(s) for s in page.sources))


def _section(passage: Passage) -> None:
    st.markdown(f"##### {quiet_markdown(passage.title)}")
    st.markdown(quiet_markdown(passage.text))
    st.caption(f"`{passage.id}`")


def find(desk: Desk, query: str) -> None:
    """The passages that fit the query best, best first."""
    try:
        with st.spinner("Searching the notes"):
            hits = desk.tutor.search(query, FOUND)
    except TutorError as error:
        st.warning(f"{error} Until then, browse by topic below.", icon=":material/search_off:")
        shelves(desk)
        return
    if not hits:
        st.info("Nothing in the notes fits that. Try other words, or browse by topic.")
        shelves(desk)
    for passage in hits:
        with st.container(border=True):
            st.markdown(f"**{quiet_markdown(passage.title)}** · {quiet_markdown(passage.page_title)}")
            st.markdown(quiet_markdown(passage.text))
            library_link(passage, "Open its page")
            st.caption(f"`{passage.id}`")


def shelves(desk: Desk) -> None:
    """Every page, by area and topic; the guide first."""
    pages = desk.corpus.pages.values()
    _shelf("How the interviews work", [p for p in pages if p.kind is PageKind.GUIDE], opened=True)
    for area in desk.corpus.areas.values():
        topics = {t.id for t in area.topics}
        _shelf(area.title, [p for p in pages if p.topic in topics and p.kind is PageKind.NOTE])


def _shelf(title: str, pages: Iterable[Page], *, opened: bool = False) -> None:
    listed = list(pages)
    if listed:
        with st.expander(f"{title} · {len(listed)}", expanded=opened):
            for page in listed:
                library_link(page.passages[0], page.title)
