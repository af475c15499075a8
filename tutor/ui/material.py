"""The learner's own files: add one, read its passages and questions, practise them, remove it."""

import html
from collections.abc import Sequence

import streamlit as st

from tutor.domain import Passage, Question
from tutor.errors import TutorError
from tutor.material.formats import ACCEPTED, EXTENSIONS, MAX_BYTES, MAX_PAGES, MAX_WORDS
from tutor.material.questions import MARK
from tutor.material.service import Material
from tutor.store.material import Document
from tutor.ui.markup import quiet_markdown
from tutor.ui.place import Place, go, link_params
from tutor.ui.resources import Desk
from tutor.ui.sidebar import PRACTICE

_DROPPED = "material-dropped"


def material_page(desk: Desk, place: Place, cited: str | None) -> None:
    """Draw the page; with `cited` the passage of that id comes first, if it is this learner's."""
    st.title("Own material")
    material = desk.tutor.material
    if material is None:
        st.info("This installation keeps no own material.")
        return
    if cited is not None:
        _cited(material, place.learner, cited)
    st.markdown(
        "Add your notes, a paper or a notebook: it is cut into passages that only you can see, and questions are made "
        f"from its sentences by rules. They are {MARK}, and you practise them like any other."
    )
    _drop(material, place.learner)
    files = material.documents(place.learner)
    if not files:
        st.caption("Nothing added yet. Until then, Practice asks from the bank.")
        return
    if any(f.questions for f in files):
        _practise(desk, place, "all", "Practise all of it", "practise-all")
    for file in files:
        _file(desk, place, material, file, opened=file.id == st.session_state.get("material-added"))


def _drop(material: Material, learner: str) -> None:
    if told := st.session_state.pop("material-told", None):
        (st.success if told[0] else st.warning)(told[1], icon=":material/check:" if told[0] else ":material/info:")
    tries = st.session_state.setdefault(_DROPPED, 0)
    with st.form(f"material-form-{tries}", border=False):
        dropped = st.file_uploader(
            f"{ACCEPTED}; up to {MAX_BYTES // 2**20} MB, {MAX_PAGES} pages, {MAX_WORDS:,} words",
            type=[e.removeprefix(".") for e in EXTENSIONS],
            accept_multiple_files=True,
            key=f"material-file-{tries}",
            max_upload_size=MAX_BYTES // 2**20,
        )
        sent = st.form_submit_button("Add", key=f"material-add-{tries}", icon=":material/upload_file:", type="primary")
    if not sent:
        return
    if not dropped:
        st.warning("Choose a file first, then press Add.", icon=":material/info:")
        return
    problems = [problem for file in dropped if (problem := _add(material, learner, file.name, file.getvalue()))]
    if problems:
        for problem in problems:
            st.error(_as_text(problem), icon=":material/error:")
        return
    # A new form is an empty one.
    st.session_state[_DROPPED] = tries + 1
    st.rerun()


def _add(material: Material, learner: str, name: str, content: bytes) -> str | None:
    """Add one file with its progress shown; returns what was wrong with it, if anything."""
    bar = st.progress(0.0, text=_as_text(f"Reading {name}"))

    def told(what: str, done: int, total: int) -> None:
        bar.progress(min(done / max(total, 1), 1.0), text=_as_text(f"{what}: {done} of {total}"))

    try:
        added = material.add(learner, name, content, told)
    except TutorError as error:
        return str(error)
    finally:
        bar.empty()
    st.session_state["material-added"] = added.id
    made = f"{added.questions} question{'s' * (added.questions != 1)}"
    text = _as_text(f"{added.name}: {made} from {added.usable} of {added.sentences} sentences.")
    if not added.questions:
        text += (
            " Its passages are kept, but no question was good enough: whole sentences that define, compare or give "
            "reasons work best."
        )
    st.session_state["material-told"] = (added.questions > 0, text)
    return None


def _file(desk: Desk, place: Place, material: Material, file: Document, *, opened: bool) -> None:
    with st.container(border=True, key=f"file-{file.id}"):
        st.markdown(f"**{_as_text(file.title)}**")
        st.caption(
            _as_text(
                f"{file.name} · {file.words:,} words in {file.passages} passages · {file.usable} of {file.sentences} "
                f"sentences can be asked for · added {file.at.astimezone():%d %B %Y}"
            )
        )
        with st.container(horizontal=True):
            if file.questions:
                label = f"Practise {file.questions} question{'s' * (file.questions > 1)}"
                _practise(desk, place, f"all {file.id}", label, f"practise-{file.id}")
            _remove(material, place, file)
        questions = material.questions(place.learner, file.id)
        if questions:
            with st.expander(f"Questions · {len(questions)}", icon=":material/quiz:", expanded=opened):
                _questions(questions)
        with st.expander(f"Passages · {file.passages}", icon=":material/menu_book:"):
            for passage in material.passages(place.learner, file.id):
                _passage(passage)


def _questions(questions: Sequence[Question]) -> None:
    st.caption(f":material/edit_off: {MARK}. What an answer is held against is shown once you have answered.")
    for number, question in enumerate(questions, start=1):
        st.markdown(
            f"{number}. {quiet_markdown(question.prompt)}".replace("\n\n- ", "\n   - ").replace("\n- ", "\n   - ")
        )


def _passage(passage: Passage) -> None:
    st.markdown(f"##### {_as_text(passage.title)}")
    st.markdown(quiet_markdown(passage.text))
    st.caption(_as_text(passage.path))


def _cited(material: Material, learner: str, cited: str) -> None:
    document = cited.split("#")[0]
    found = next((p for p in material.passages(learner, document) if p.id == cited), None)
    if found is None:
        st.warning("That passage is not in your material, or its file was removed.", icon=":material/info:")
        return
    with st.container(border=True, key="cited"):
        _passage(found)


def _practise(desk: Desk, place: Place, what: str, label: str, key: str) -> None:
    if st.button(label, key=key, icon=":material/play_arrow:", help=f"The same as typing /material {what}"):
        with st.spinner("Starting a session"):
            session = desk.tutor.open(place.learner, request=f"/material {what}")
        go(Place(place.learner, session))
        st.switch_page(PRACTICE, query_params=link_params())


def _remove(material: Material, place: Place, file: Document) -> None:
    with st.popover("Remove", icon=":material/delete:", type="tertiary", key=f"remove-{file.id}"):
        st.markdown(
            "Its passages, their vectors and its questions are deleted. Questions that you answered stay in those "
            "sessions, so that the answers can be judged again."
        )
        if st.button("Remove it now", key=f"remove-now-{file.id}", type="primary"):
            material.remove(place.learner, file.id)
            st.session_state["material-told"] = (True, _as_text(f"{file.name} was removed."))
            st.rerun()


def _as_text(text: str) -> str:
    """Names from a file as words: nothing in them marks up or links."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+!|$~:" else c for c in html.unescape(text))
