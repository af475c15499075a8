"""A design case of a mock round on the page: parts, their buttons, a reload, and nothing judged before the debrief."""

from streamlit.testing.v1 import AppTest

from tests.ui.conftest import Open
from tests.ui.test_ui_pages import html, session, words
from tutor.session.events import Asked, Debriefed
from tutor.ui.resources import desk

SAID = "I would first agree on the goal and on how it is measured, then take a baseline and look at its errors."


def labels(app: AppTest) -> list[str]:
    return [b.label for b in app.button]


def test_a_case_of_a_round_goes_part_by_part_survives_a_reload_and_ends_with_its_debrief(open_app: Open) -> None:
    app = open_app()
    app.chat_input[0].set_value("/mock startup ml-design senior").run()
    assert not app.exception
    identifier = session(app)
    first = desk().tutor.state(identifier).open
    assert first is not None
    assert first.stage is not None
    assert {"Skip", "All at once", "Close the case", "End it now"} <= set(labels(app))
    app.chat_input[0].set_value(SAID).run()
    again = open_app(learner="me", session=identifier)
    second = desk().tutor.state(identifier).open
    assert second is not None
    assert second.continues
    assert second.prompt.split("\n")[0][:40] in words(again)
    assert "Judged by" not in words(again)
    again.button(key="tool-close the case").click().run()
    assert not again.exception
    log = desk().tutor.events(identifier)
    assert any(isinstance(e, Debriefed) for e in log)
    assert "Debrief" in words(again)
    assert SAID in html(again)
    assert sum(isinstance(e, Asked) and e.continues for e in log) == 1


def test_all_at_once_asks_for_the_rest_of_the_case_in_a_round(open_app: Open) -> None:
    app = open_app()
    app.chat_input[0].set_value("/mock startup ml-design senior").run()
    app.button(key="tool-all at once").click().run()
    state = desk().tutor.state(session(app))
    assert state.open is not None
    assert (state.open.stage, state.open.continues) == (None, True)
    assert "All at once" not in labels(app)
