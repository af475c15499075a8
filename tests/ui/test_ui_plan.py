"""Plan and Progress as pages, with the real tutor, store and grader."""

import json
from datetime import UTC, datetime, timedelta

from streamlit.testing.v1 import AppTest

from tests.ui.conftest import Open
from tests.ui.test_ui_pages import html, session, words
from tutor.session.events import Answered, Asked, Critiqued, DayStarted, Mode, Planned, SessionStarted
from tutor.session.export import COLUMNS
from tutor.session.record import local_day, record
from tutor.ui.resources import desk


def everything(app: AppTest) -> str:
    return "\n".join([words(app), html(app), *(e.label for e in app.expander), *(e.value for e in app.subheader)])


def plans() -> list[Planned]:
    return [e for _, e in desk().tutor.store.learner_events("me", ("planned",)) if isinstance(e, Planned)]


def fill(app: AppTest, **given: object) -> AppTest:
    for name, value in given.items():
        kind = {"company": app.selectbox, "hours": app.number_input, "date": app.date_input, "job": app.text_area}[name]
        kind(key=f"plan-{name}").set_value(value)
    next(b for b in app.button if b.label in ("Make the plan", "Plan anew")).click().run()
    assert not app.exception
    return app


def practised(credit_of: str, days_ago: int = 0) -> None:
    """A graded answer of `me`, by the real grader, some days ago."""
    now = datetime.now(UTC) - timedelta(days=days_ago)
    question = next(q for q in desk().corpus.questions.values() if q.topic == credit_of)
    about = {"at": now, "mode": Mode.PRACTICE, "question": question.id}
    critique = desk().tutor.grade(question, "I would look at the data first and then choose.")
    name = f"old-{credit_of.replace('/', '-')}"
    log = [
        SessionStarted(at=now, learner="me", seed=1),
        Asked(prompt=question.prompt, why="First.", **about),
        Answered(attempt=f"{name}-1", text="I would look at the data first.", seconds=60, confidence=0.75, **about),
        Critiqued(attempt=f"{name}-1", critique=critique, credit=critique.score, **about),
    ]
    desk().tutor.store.create(name, "me", log)


def test_the_plan_page_begins_with_today_and_starts_it_in_practice(open_app: Open) -> None:
    app = open_app("plan")
    assert not app.exception
    first = next(b for b in app.main.button)
    assert first.label.startswith("Start today")
    app.button(key="start-today").click().run()
    begun = [e for _, e in desk().tutor.store.learner_events("me", ("day_started",))]
    assert len(begun) == 1
    day = begun[0]
    assert isinstance(day, DayStarted)
    assert desk().tutor.state(session(app)).day == day
    again = open_app("plan")
    again.button(key="start-today").click().run()
    assert session(again) == session(app), "a day that was begun goes on where it was"


def test_a_plan_is_made_from_the_form_with_its_weeks_and_cuts(open_app: Open) -> None:
    when = local_day(datetime.now(UTC)) + timedelta(weeks=4)
    app = fill(open_app("plan"), company="meta", hours=4.0, date=when)
    made = plans()
    assert [(p.target.company, p.target.hours_per_week, p.target.date) for p in made] == [("meta", 4.0, when)]
    shown = everything(app)
    assert "Week 4:" in shown
    assert "Mock round" in shown
    assert "topics get no time" in shown
    assert "chance of passing" not in shown


def test_a_job_description_shows_its_words_and_a_topic_can_be_unticked(open_app: Open) -> None:
    job = "We use *PyTorch* for recommender systems.\n![x](http://e.test/i.png) You run A/B tests."
    app = fill(open_app("plan"), job=job)
    boxes = {c.key.split("-2")[0]: c for c in app.checkbox if c.key and c.key.startswith("match-")}
    assert "“pytorch”" in boxes["match-coding/pytorch-training"].label
    assert "recommender systems" in boxes["match-classical-ml/recommender-models"].label
    boxes["match-coding/pytorch-training"].uncheck().run()
    assert not app.exception
    assert plans()[-1].unticked == ("coding/pytorch-training",)
    assert "http://e.test" not in everything(app)


def test_a_job_description_in_another_language_is_said_and_changes_nothing(open_app: Open) -> None:
    app = fill(
        open_app("plan"), job="Wir suchen Menschen, die mit uns die Modelle bauen und nicht nur die Daten sehen."
    )
    assert "does not read as English" in words(app)
    assert plans() == []


def test_progress_without_an_answer_says_so_and_shows_the_way(open_app: Open) -> None:
    app = open_app("progress")
    assert not app.exception
    assert "every topic is unknown" in words(app)
    assert "unknown: no graded answer yet" in words(app), "the map in words"


def test_progress_shows_the_weakest_the_week_and_the_history_that_opens_its_session(open_app: Open) -> None:
    open_app()
    practised("ml-theory/bias-variance")
    practised("deep-learning/attention", days_ago=20)
    app = open_app("progress")
    assert not app.exception
    shown = everything(app)
    assert "95% interval" in shown
    assert "Bias and variance: unknown to" in shown
    assert "Attention: unknown to" not in shown, "that was before this week"
    assert 'role="img"' in html(app)
    app.button(key="attempt-old-deep-learning-attention-1").click().run()
    assert session(app) == "old-deep-learning-attention"


def test_practise_this_asks_on_the_topic(open_app: Open) -> None:
    open_app()
    practised("ml-theory/bias-variance")
    app = open_app("progress")
    app.button(key="practise-ml-theory/bias-variance").click().run()
    opened = desk().tutor.state(session(app)).open
    assert opened is not None
    question = desk().question(opened.question)
    assert question is not None
    assert question.topic == "ml-theory/bias-variance"


def test_the_export_holds_every_answer_and_every_topic(open_app: Open) -> None:
    from tutor.session.export import attempts_csv, progress_data

    open_app()
    practised("ml-theory/bias-variance")
    known = record(desk().tutor.store, desk().corpus, "me")
    now = datetime.now(UTC)
    data = json.loads(json.dumps(progress_data(known, "me", now, local_day(now))))
    assert {r["topic"] for r in data["readiness"]} == set(desk().corpus.topics)
    graded = [r for r in data["readiness"] if r["mean"] is not None]
    assert [r["topic"] for r in graded] == ["ml-theory/bias-variance"]
    assert graded[0]["low"] < graded[0]["mean"] < graded[0]["high"]
    assert [a["session"] for a in data["attempts"]] == ["old-ml-theory-bias-variance"]
    lines = attempts_csv(known).splitlines()
    assert lines[0] == ",".join(COLUMNS)
    assert len(lines) == 2
