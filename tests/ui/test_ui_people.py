"""People in the loop: contesting a verdict on its card, and labelling answers blind, in the real app."""

import json
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from evals.candidates import FILE, candidates, labels_dir, write
from evals.label import marks
from evals.loaders.gold import second_labels
from tests.ui.conftest import Open
from tests.ui.test_ui_pages import session, words
from tutor.session.events import Contested, Critiqued
from tutor.ui.label import VERDICTS
from tutor.ui.resources import desk, options

ANSWER = "I would look at the data and split it by time before anything else."


def contests(identifier: str) -> list[Contested]:
    return [e for e in desk().tutor.events(identifier) if isinstance(e, Contested)]


def critiques(identifier: str) -> list[Critiqued]:
    return [e for e in desk().tutor.events(identifier) if isinstance(e, Critiqued)]


def answered(open_app: Open) -> tuple[AppTest, Critiqued]:
    app = open_app()
    app.chat_input[0].set_value(ANSWER).run()
    return app, critiques(session(app))[0]


def opened(app: AppTest, key: str) -> AppTest:
    """A click on the popover, as the test runner can do it."""
    app.session_state[key] = True
    return app.run()


def test_a_verdict_is_contested_on_its_card_and_the_score_stays(open_app: Open) -> None:
    app, critiqued = answered(open_app)
    key, given = f"contest-{critiqued.attempt}-2", critiqued.critique.verdicts[1]
    assert not [b for b in app.button if b.key == f"{key}-send"], "closed, it holds nothing"
    opened(app, key)
    choice = app.segmented_control(key=f"{key}-claim")
    assert given.verdict not in choice.options
    assert len(choice.options) == 3
    choice.set_value("met" if given.verdict != "met" else "missing")
    app.text_input(key=f"{key}-words").set_value("I said <b>so</b>")
    app.button(key=f"{key}-send").click().run()
    assert not app.exception
    (kept,) = contests(session(app))
    assert (kept.attempt, kept.criterion, kept.words) == (critiqued.attempt, given.criterion, "I said <b>so</b>")
    assert "Your score stays as it is" in words(app)
    assert critiques(session(app)) == [critiqued]
    assert not [b for b in app.button if b.key == f"{key}-send"], "sent, it closes"
    again = open_app(learner="me", session=session(app))
    assert not again.exception
    assert "Your score stays as it is" in words(again)
    assert len(contests(session(again))) == 1


def test_nothing_is_sent_without_a_verdict(open_app: Open) -> None:
    app, critiqued = answered(open_app)
    key = f"contest-{critiqued.attempt}-1"
    opened(app, key)
    app.button(key=f"{key}-send").click().run()
    assert "Choose the verdict" in words(app)
    assert not contests(session(app))


def begin(open_app: Open, name: str = "Ann B.", **chosen: object) -> AppTest:
    app = open_app("label")
    assert "Type a name to begin" in words(app)
    app.selectbox(key="label-size").select(5)
    if "source" in chosen:
        app.selectbox(key="label-source").select(chosen["source"])
    app.text_input(key="label-rater").set_value(name).run()
    assert not app.exception
    return app


def path_of(rater: str = "ann-b") -> Path:
    return labels_dir(options().data_dir) / "second" / f"{rater}.jsonl"


def quote_field(app: AppTest) -> str:
    return str(next(t.key for t in app.text_input if str(t.key).startswith("label-quote-")))


def test_labels_are_blind_saved_at_once_and_resumed(open_app: Open) -> None:
    app = begin(open_app)
    first = quote_field(app)
    shown = words(app).lower()
    assert not any(f" {verdict}" in shown.replace("the verdict", "") for verdict in ("contradicted", "partial"))
    app.button(key="label-partial").click().run()
    assert list(marks(path_of()).values()) == ["partial"]
    assert f"label-quote-{'-'.join(next(iter(marks(path_of()))))}" == first
    assert "1 of" in app.get("progress")[0].proto.text
    assert quote_field(app) != first
    app.button(key="label-skip").click().run()
    assert "1 skipped" in app.get("progress")[0].proto.text
    assert len(marks(path_of())) == 1
    assert str(path_of()) in words(app)
    again = begin(open_app)
    assert "1 of" in again.get("progress")[0].proto.text
    assert quote_field(again) != first


def test_a_quote_must_be_in_the_answer(open_app: Open) -> None:
    app = begin(open_app)
    field = quote_field(app)
    app.text_input(key=field).set_value("words that nobody ever wrote here")
    app.button(key="label-met").click().run()
    assert "not in the answer" in words(app)
    assert not path_of().exists()
    assert app.text_input(key=field).value == "words that nobody ever wrote here"
    answer = next(h.proto.body for h in app.get("html") if 'class="t-answer"' in h.proto.body)
    said = answer.split(">", 1)[1].split()[0]
    app.text_input(key=field).set_value(said)
    app.button(key="label-met").click().run()
    row = json.loads(path_of().read_text())
    assert row["verdict"] == ["met", said]
    assert second_labels([path_of()])[row["answer"]] == [{row["criterion"]: "met"}]


def test_at_the_end_the_agreement_with_author_and_grader_is_shown(open_app: Open) -> None:
    app = begin(open_app)
    for _ in range(3):
        app.button(key="label-met").click().run()
    assert "kappa" not in words(app)
    app.button(key="label-stop").click().run()
    assert "So far: 3 verdicts of yours" in words(app)
    assert "You and the author of the labels" in words(app)
    assert "| all | 3 |" in words(app)
    app.button(key="label-grade").click().run()
    assert not app.exception
    assert "You and the grader" in words(app)
    app.button(key="label-again").click().run()
    assert quote_field(app)


def test_contested_verdicts_that_were_exported_can_be_labelled_to_the_end(open_app: Open) -> None:
    app, critiqued = answered(open_app)
    others = [v for v in VERDICTS if v != critiqued.critique.verdicts[0].verdict]
    list(desk().tutor.send(session(app), f"/contest 1/1 {others[0]} it is there, zounds"))
    found = candidates(desk().tutor.store, desk().corpus.questions)
    assert (found.verdicts, found.left_out) == (1, 0)
    write(found, labels_dir(options().data_dir) / FILE)
    app = begin(open_app, "bob", source="Contested verdicts")
    assert "zounds" not in words(app)
    assert "0 of 1 labelled" in app.get("progress")[0].proto.text
    app.button(key=f"label-{others[0]}").click().run()
    assert "Done: 1 verdict of yours" in words(app)
    assert "You and the learners who contested" in words(app)
    assert "| all | 1 | 1 |" in words(app)
    assert "| all | 1 | 0 |" in words(app), "and the grader was of another mind"


def test_without_the_evals_the_page_says_so(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in sys.modules if n == "evals" or n.startswith("evals.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "evals", None)
    app = open_app("label")
    assert not app.exception
    assert "installed without its `evals` folder" in words(app)
