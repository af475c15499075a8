"""The page of own material in Streamlit's own test runner, with the real store and embedder."""

from streamlit.testing.v1 import AppTest

from tests.material.files import NOTES
from tests.ui.conftest import Open
from tutor.material.questions import MARK, is_own
from tutor.ui.resources import desk


def words(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in [*app.markdown, *app.caption, *app.warning, *app.error, *app.info])


def test_a_file_is_dropped_read_practised_and_removed(open_app: Open) -> None:
    app = open_app("material")
    assert not app.exception
    assert "Nothing added yet" in words(app)
    material = desk().tutor.material
    assert material is not None
    added = material.add("me", "*notes*.md", NOTES.encode())
    app.run()
    assert not app.exception
    assert MARK in words(app)
    assert "Dropout prevents neurons" in words(app)
    assert r"\*notes\*.md" in words(app)
    app.button(key=f"practise-{added.id}").click().run()
    assert not app.exception
    state = desk().tutor.state(app.session_state["place"].session)
    assert state.open is not None
    assert is_own(state.open.question)
    stranger = open_app("material", learner="you")
    assert "Nothing added yet" in words(stranger)
    app = open_app("material")
    app.button(key=f"remove-now-{added.id}").click().run()
    assert not app.exception
    assert material.documents("me") == []


def test_an_own_passage_opens_for_its_learner_only(open_app: Open) -> None:
    open_app()
    material = desk().tutor.material
    assert material is not None
    added = material.add("me", "notes.md", NOTES.encode())
    passage = material.passages("me", added.id)[0].id
    mine = open_app("material", passage=passage)
    assert "was removed" not in words(mine)
    theirs = open_app("material", learner="you", passage=passage)
    assert "That passage is not in your material" in words(theirs)
    assert "Dropout" not in words(theirs)
