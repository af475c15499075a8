"""The cards of the conversation in the real app: what may be an answer, a retry, parts, a model answer, own notes."""

from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from tests.material.files import NOTES
from tests.ui.conftest import Open
from tests.ui.test_ui_pages import answers, html, words
from tutor.domain import Kind, Question
from tutor.material.questions import is_own_passage
from tutor.session.events import (
    Answered,
    Asked,
    Critiqued,
    Event,
    Hinted,
    Mode,
    Said,
    SessionStarted,
    Speaker,
    Unclear,
)
from tutor.ui.resources import desk

SAID = "I would look at the data and split it by time before anything else."
MAYBE = "a small push in the right direction"


def question(kind: Kind) -> Question:
    return next(q for q in desk().corpus.questions.values() if q.kind is kind)


def asked(kind: Kind = Kind.CONCEPT, *, stage: bool = False) -> list[Event]:
    """A session that asked a question of the kind; a design case for its first part."""
    of, now = question(kind), datetime.now(UTC)
    part = next((c.stage for c in of.rubric.criteria if c.stage), None) if stage else None
    about = {"question": of.id, "prompt": of.prompt, "why": "First.", "stage": part}
    return [SessionStarted(at=now, learner="me", seed=1), Asked(at=now, mode=Mode.PRACTICE, **about)]


def opened(open_app: Open, log: list[Event]) -> AppTest:
    open_app()
    desk().tutor.store.create("cards", "me", log)
    app = open_app(learner="me", session="cards")
    assert not app.exception
    return app


def doubted(open_app: Open) -> AppTest:
    """A session that asks back whether a text was the answer or a wish for a hint."""
    log, now = asked(), datetime.now(UTC)
    open_ = log[-1]
    said = Said(at=now, speaker=Speaker.LEARNER, text=MAYBE, act="hint")
    back = Unclear(at=now, asked=open_.at, text=MAYBE, command="/hint", wanted="a hint")
    return opened(open_app, [*log, said, back])


def choices(app: AppTest) -> dict[str, str]:
    return {b.label: str(b.key) for b in app.button if str(b.key).startswith("unclear-")}


# --- words that may be an answer or a request -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "kind", "stored"),
    [("It is my answer", Answered, MAYBE), ("I wanted a hint", Hinted, None)],
)
def test_both_choices_lead_on_and_nothing_typed_is_lost(
    open_app: Open, label: str, kind: type, stored: str | None
) -> None:
    app = doubted(open_app)
    assert list(choices(app)) == ["It is my answer", "I wanted a hint"]
    desk().tutor.save_draft("cards", "half a thought")
    app.button(key=choices(app)[label]).click().run()
    assert not app.exception
    log = desk().tutor.events("cards")
    assert any(isinstance(e, kind) for e in log)
    assert answers("cards") == ([stored] if stored else [])
    assert MAYBE in [e.text for e in log if isinstance(e, Said)]
    assert desk().tutor.draft("cards") == "half a thought"
    assert desk().tutor.state("cards").open is not None
    assert MAYBE in html(app), "the words stay in the conversation"
    assert not choices(app), "chosen, the buttons go"


def test_the_question_back_outlives_a_reload_and_a_new_text_is_heard_anew(open_app: Open) -> None:
    doubted(open_app)
    app = open_app(learner="me", session="cards")
    assert len(choices(app)) == 2
    app.chat_input[0].set_value(SAID).run()
    assert answers("cards") == [SAID]
    assert MAYBE in html(app)
    assert not choices(app)


def test_typed_words_do_what_the_buttons_do(open_app: Open) -> None:
    app = doubted(open_app)
    app.chat_input[0].set_value("yes, that was my answer").run()
    assert answers("cards") == [MAYBE]
    assert not choices(app)


# --- critiques --------------------------------------------------------------------------------------------------------


def test_a_retry_shows_a_second_look_with_the_words_that_changed(open_app: Open) -> None:
    app = opened(open_app, asked())
    for text in (SAID, "/skip", "/retry", f"{SAID} Then I would measure it."):
        app.chat_input[0].set_value(text).run()
    assert not app.exception
    assert "second try" in words(app)
    assert "**Second look.**" in words(app)
    retried = [e for e in desk().tutor.events("cards") if isinstance(e, Answered) and e.retry]
    app.session_state[f"diff-{retried[0].attempt}"] = True
    app.run()
    assert "<ins>" in html(app)
    assert "Then I would measure it." in html(app)


def test_a_design_case_shows_its_parts_as_it_goes_and_in_its_critique(open_app: Open) -> None:
    app = opened(open_app, asked(Kind.DESIGN, stage=True))
    app.chat_input[0].set_value(SAID).run()
    going = desk().tutor.state("cards").open
    assert going is not None
    assert going.continues
    assert "Judged by" not in words(app), "one critique, at the end"
    badge = "a change" if going.twist else str(going.stage)
    assert f": {badge}]" in words(app)
    app.button(key="tool-close the case").click().run()
    assert not app.exception
    assert "| stage | | of its points |" in words(app)
    assert "Judged by" in words(app)


def test_a_story_is_shown_by_its_parts(open_app: Open) -> None:
    app = opened(open_app, asked(Kind.BEHAVIORAL))
    app.chat_input[0].set_value("I rewrote the loader myself, and the nightly job went from six hours to one.").run()
    assert not app.exception
    assert "**Your story.**" in words(app)


def test_the_model_answer_is_a_click_away_once_the_question_is_closed(open_app: Open) -> None:
    app = opened(open_app, asked())
    app.chat_input[0].set_value(SAID).run()
    attempt = next(e.attempt for e in desk().tutor.events("cards") if isinstance(e, Critiqued))
    while (state := desk().tutor.state("cards")).open is not None and state.open.question == question(Kind.CONCEPT).id:
        app.chat_input[0].set_value("/skip").run()
    app.button(key=f"model-{attempt}").click().run()
    assert not app.exception
    told = [e.text for e in desk().tutor.events("cards") if isinstance(e, Said) and e.speaker is Speaker.TUTOR]
    model = question(Kind.CONCEPT).model_answer
    assert model is not None
    assert " ".join(model.split())[:40] in " ".join(told[-1].split())


# --- own material -----------------------------------------------------------------------------------------------------


def test_an_explanation_opens_the_learners_own_passage(open_app: Open) -> None:
    open_app()
    material = desk().tutor.material
    assert material is not None
    material.add("me", "notes.md", NOTES.encode())
    app = opened(open_app, asked())
    app.chat_input[0].set_value("/explain dropout").run()
    assert not app.exception
    assert "What your own material says" in words(app)
    said = [e for e in desk().tutor.events("cards") if isinstance(e, Said)][-1]
    assert any(map(is_own_passage, said.passages))
    assert [e.label for e in app.expander if e.label.startswith("Dropout · ")]


# --- calibration ------------------------------------------------------------------------------------------------------


def test_calibration_is_plotted_in_words_too_once_there_are_enough_answers(open_app: Open) -> None:
    open_app()
    of, now = question(Kind.CONCEPT), datetime.now(UTC)
    critique = desk().tutor.grade(of, SAID)
    log: list[Event] = [SessionStarted(at=now, learner="me", seed=1)]
    for n in range(12):
        about = {"at": now, "mode": Mode.PRACTICE, "question": of.id}
        log += [
            Asked(prompt=of.prompt, why="First.", **about),
            Answered(attempt=f"cards-{n}", text=SAID, seconds=60, confidence=(0.25, 0.75)[n % 2], **about),
            Critiqued(attempt=f"cards-{n}", critique=critique, credit=critique.score, **about),
        ]
    desk().tutor.store.create("cards", "me", log)
    app = open_app("progress")
    assert not app.exception
    assert "Fairly sure (75%), 6 times" in words(app)
    assert "Guess (25%), 6 times" in words(app)
    assert "On the dashed line, credit is what you said" in words(app)
