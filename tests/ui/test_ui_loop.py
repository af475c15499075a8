"""Loops on the page: breaks, secrecy until the end, the decision, downloads."""

from tests.ui.conftest import Open
from tests.ui.test_ui_pages import html, session, words
from tutor.export.formats import FORMATS, export
from tutor.session.events import Debriefed, LoopDebriefed
from tutor.ui.resources import desk

SAID = "I would first agree on the goal and on how it is measured, then take a baseline and look at its errors."


def test_a_loop_runs_with_breaks_and_shows_nothing_before_its_end(open_app: Open) -> None:
    app = open_app("mock")
    app.selectbox(key="company").select_index([c.id for c in desk().corpus.companies.values()].index("startup")).run()
    radio = next(r for r in app.radio if r.key.startswith("round-"))
    radio.set_value("the whole loop").run()
    app.button(key="start-round").click().run()
    assert not app.exception
    assert "Begin" in next(b.label for b in app.button if b.key == "begin-round")
    identifier = session(app)
    app.button(key="begin-round").click().run()
    assert "t-clock" in html(app)
    app.chat_input[0].set_value(SAID).run()
    app.button(key="tool-end").click().run()
    assert desk().tutor.state(identifier).in_break
    assert "Judged by" not in words(app)
    assert "Dimensions" not in words(app)
    app.button(key="end-loop").click().run()
    assert not app.exception
    assert "Debrief of the loop" in words(app)
    assert "too little evidence" in words(app)
    log = desk().tutor.events(identifier)
    assert sum(isinstance(e, Debriefed | LoopDebriefed) for e in log) == 2
    labels = [b.label for b in app.get("download_button")]
    assert labels == [form.title for form in FORMATS.values()] * 2
    assert export(log, desk().corpus, identifier, "md").startswith(b"# ")
