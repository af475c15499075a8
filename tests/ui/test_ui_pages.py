"""The real app, tutor and store in Streamlit's own test runner; no index is built, so the page must do without one."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import Open, clear
from tutor.session.events import Answered, Asked, Critiqued, Mode, SessionStarted
from tutor.ui.answer_box import LIMIT
from tutor.ui.resources import desk, options
from tutor.ui.trust import reports

CLOCK = 'role="timer"'


def html(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def words(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.warning, *app.error, *app.info, *app.title]
    return "\n".join(str(part.value) for part in parts)


def session(app: AppTest) -> str:
    return (
        app.query_params["session"][0] if isinstance(app.query_params["session"], list) else app.query_params["session"]
    )


def answers(identifier: str) -> list[str]:
    return [e.text for e in desk().tutor.events(identifier) if isinstance(e, Answered)]


def test_a_stranger_sees_a_greeting_and_a_question_and_is_asked_for_nothing(open_app: Open) -> None:
    app = open_app()
    assert not app.exception
    assert not app.error
    assert "level" in words(app)
    assert "min]" in words(app)
    assert "key" not in words(app).lower()
    assert not app.text_input
    assert session(app)


def test_a_button_and_the_typed_command_are_one_path(open_app: Open) -> None:
    clicked, typed = open_app(), open_app(learner="typist")
    clicked.button(key="tool-hint").click().run()
    typed.chat_input[0].set_value("/hint").run()
    for app in (clicked, typed):
        assert "hint 1 of 3" in words(app)
        assert "10% off" in words(app)


def test_an_answer_is_shown_as_text_and_gets_its_card(open_app: Open) -> None:
    app = open_app()
    app.chat_input[0].set_value("<script>alert(1)</script> ![i](http://e.test/i.png) $x$ I would split by time.").run()
    assert not app.exception
    assert "&lt;script&gt;alert(1)&lt;/script&gt; ![i](http://e.test/i.png) $x$" in html(app)
    assert "<script" not in html(app)
    assert "Judged by local" in words(app)
    assert "tutor index" in words(app), "the missing index is said, with the remedy"


def test_a_reload_and_a_second_tab_find_the_same_place(open_app: Open) -> None:
    app = open_app()
    app.chat_input[0].set_value("Because the positives are rare, precision falls.").run()
    again = open_app(learner="me", session=session(app))
    assert "Because the positives are rare" in html(again)
    assert session(open_app()) == session(app), "an address without a session goes on with the latest"


def test_an_answer_that_was_cut_off_before_its_critique_gets_it_at_the_next_visit(open_app: Open) -> None:
    open_app()
    tutor, now = desk().tutor, datetime.now(UTC)
    question = next(iter(desk().corpus.questions.values()))
    about = {"at": now, "mode": Mode.PRACTICE, "question": question.id}
    begun = [SessionStarted(at=now, learner="me", seed=1), Asked(prompt=question.prompt, why="First.", **about)]
    stored = Answered(attempt="cut", text="It was stored and then the power went.", seconds=9, **about)
    tutor.store.create("cut-off", "me", [*begun, stored])
    app = open_app(learner="me", session="cut-off")
    assert "It was stored and then the power went." in html(app)
    assert "Judged by" in words(app)


def test_a_draft_comes_back(open_app: Open) -> None:
    identifier = session(open_app())
    desk().tutor.save_draft(identifier, "half a thou")
    again = open_app(learner="me", session=identifier)
    assert again.chat_input[0].proto.value == "half a thou"


def test_somebody_elses_or_a_lost_session_is_said_to_be_so(open_app: Open) -> None:
    mine = session(open_app())
    for address in ({"learner": "other", "session": mine}, {"learner": "me", "session": "gone"}):
        app = open_app(**address)
        assert not app.exception
        assert "Here is your latest session instead" in words(app)
        assert session(app) != address["session"]


def test_too_long_an_answer_is_not_sent_and_not_lost(open_app: Open) -> None:
    app = open_app()
    app.chat_input[0].set_value("x" * (LIMIT + 1)).run()
    assert "20,001 characters" in words(app)
    assert not answers(session(app))
    assert len(app.chat_input[0].proto.value) == LIMIT + 1


def test_an_answer_for_a_question_that_another_tab_left_is_held_back(open_app: Open) -> None:
    app = open_app()
    list(desk().tutor.send(session(app), "/skip"))
    app.chat_input[0].set_value("An answer to the question on my screen, which is gone.").run()
    assert "another tab" in words(app)
    assert not answers(session(app))
    assert app.chat_input[0].proto.value.startswith("An answer to the question")


def test_a_mock_round_gives_no_feedback_until_the_debrief(open_app: Open) -> None:
    app = open_app("mock")
    app.selectbox(key="company").select_index(3).run()
    app.button(key="start-round").click().run()
    assert not app.exception
    assert CLOCK in html(app)
    identifier = session(app)
    while desk().tutor.state(identifier).round is not None:
        assert "Judged by" not in words(app)
        assert "Debrief" not in words(app)
        app.chat_input[0].set_value("I would first agree on the goal and on how it is measured.").run()
    assert "Debrief" in words(app)
    assert "Judged by" in words(app)
    assert CLOCK not in html(app)
    assert any(isinstance(e, Critiqued) for e in desk().tutor.events(identifier))


def test_a_round_asked_for_in_words_goes_on_in_practice_and_ends_early(open_app: Open) -> None:
    app = open_app()
    app.chat_input[0].set_value("a Meta-style ML design round please").run()
    assert CLOCK in html(app)
    assert "No feedback until the debrief" in words(app)
    app.button(key="tool-end").click().run()
    assert "You ended the round" in words(app)
    assert "Debrief" in words(app)


def test_the_library_opens_the_passage_that_a_citation_names(open_app: Open) -> None:
    passage = next(iter(open_app() and desk().corpus.passages.values()))
    app = open_app("library", passage=passage.id)
    assert passage.page_title in [t.value for t in app.title]
    assert passage.title in words(app)
    lost = open_app("library", passage="no-such#page")
    assert "not in the notes" in words(lost)
    assert not lost.exception


def test_a_search_without_an_index_says_how_to_get_one(open_app: Open) -> None:
    app = open_app("library")
    app.text_input(key="library-query").set_value("precision").run()
    assert "tutor index" in words(app)
    assert not app.exception


def test_trust_is_listed_once_something_was_measured_and_shows_the_report(open_app: Open, tmp_path: Path) -> None:
    before = len(reports(options()))
    run = tmp_path / "data" / "evals" / "20261122-repeat"
    run.mkdir(parents=True)
    (run / "report.md").write_text(
        "# local-1: repeat\n\n| figure | value |\n|---|---|\n| flips | 0.01 |\n\n![x](http://a.test)"
    )
    accuracy = {"name": "gold.accuracy", "value": 0.634, "low": 0.603, "high": 0.665, "n": 2545}
    confusion = {"kind": "confusion", "title": "t", "data": {"labels": ["met", "missing"], "counts": [[3, 1], [0, 2]]}}
    results = [{"suite": "validity", "figures": [accuracy], "plots": [confusion]}]
    (run / "results.json").write_text(json.dumps(results))
    config = {"suites": ["repeat"], "grader": "local-1", "started": "2026-11-22T15:00:00+00:00", "quick": True}
    (run / "config.json").write_text(json.dumps(config))
    (tmp_path / "data" / "evals" / "unfinished").mkdir()
    app = open_app("trust")
    app.selectbox(key="report").select("local-1: repeat (2026-11-22, small samples)").run()
    assert "| flips | 0.01 |" in words(app)
    assert "on **63%** of 2,545 criteria (95% interval 60% to 66%)" in words(app)
    assert len(app.get("vega_lite_chart")) == 2
    assert "![x]" not in words(app)
    assert "local-1: repeat (2026-11-22, small samples)" in app.selectbox(key="report").options
    assert len(reports(options())) == before + 1


def test_a_folder_that_cannot_be_written_is_a_message_with_the_remedy(
    open_app: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("TUTOR_DATA_DIR", str(blocked / "data"))
    clear()
    app = open_app()
    assert not app.exception
    assert "TUTOR_DATA_DIR" in words(app)


def test_the_card_keeps_what_the_follow_up_asks_for_until_it_is_no_longer_open(open_app: Open) -> None:
    hidden = "A point that a follow-up asks for."
    app = open_app()
    app.chat_input[0].set_value("I would look at the data and split it by time before anything else.").run()
    critiqued = next(e for e in desk().tutor.events(session(app)) if isinstance(e, Critiqued))
    assert critiqued.withheld
    question = desk().question(critiqued.question)
    assert question is not None
    text = next(c.text for c in question.rubric.criteria if c.id == critiqued.withheld[0]).replace("$", "")
    assert hidden in words(app)
    assert text[:40] not in words(app)
    app.chat_input[0].set_value("/skip").run()
    assert hidden not in words(app)
