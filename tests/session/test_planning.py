"""Plan, today and progress through `Tutor.send`: what is typed, what is stored, what comes back."""

from datetime import timedelta

import pytest

from tests.session.fakes import START, World
from tutor.session.events import Answered, Asked, DayFinished, DayStarted, Event, Planned, Said, SessionEnded, Speaker
from tutor.session.record import local_day, record

TODAY = local_day(START)


def send(place: World, session: str, text: str) -> list[Event]:
    return list(place.tutor.send(session, text))


def said(events: list[Event]) -> str:
    return "\n".join(e.text for e in events if isinstance(e, Said) and e.speaker is Speaker.TUTOR)


def planned(events: list[Event]) -> Planned:
    return next(e for e in events if isinstance(e, Planned))


def test_a_plan_is_made_from_words_and_leaves_the_question_open(place: World) -> None:
    session = place.tutor.open("me")
    before = place.tutor.state(session).open
    events = send(place, session, f"/plan acme staff {TODAY + timedelta(weeks=4)} 5 hours a week")
    made = planned(events)
    assert (made.target.company, made.target.seniority, made.target.hours_per_week) == ("acme", "staff", 5)
    assert made.target.date == TODAY + timedelta(weeks=4)
    assert "Week 4" in said(events)
    assert "ml-design (Acme-style)" in said(events)
    assert place.tutor.state(session).open == before
    assert "Week 4" in said(send(place, session, "/plan"))


def test_what_is_not_said_stays_as_it_was(place: World) -> None:
    session = place.tutor.open("me")
    send(place, session, "/plan acme in 4 weeks 5 hours")
    changed = planned(send(place, session, "/plan 8h")).target
    assert (changed.company, changed.hours_per_week, changed.date) == ("acme", 8, TODAY + timedelta(weeks=4))
    other = place.tutor.open("me")
    assert planned(send(place, other, "/plan senior")).target.company == "acme", "the plan is the learner's"
    assert record(place.store, place.corpus, "somebody else").planned is None


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("0 hours", "leave nothing to plan"),
        ("-3 hours", "leave nothing to plan"),
        ("200 hours a week", "Give at most 60"),
        ("10 hours a day", "70 hours a week"),
        ("2020-01-01", "is past"),
        ("2026-02-30", "There is no date"),
        ("12/20/2026", "two ways"),
        ("today", "The interview is today"),
        ("quux senior", '"quux"'),
        ("\nWir suchen Menschen, die mit uns die Modelle bauen und nicht nur die Daten sehen wollen.", "English"),
        ("\n我们正在寻找一位机器学习工程师来构建推荐系统和大型语言模型。", "English"),
    ],
)
def test_what_cannot_be_used_is_said_and_changes_nothing(place: World, words: str, answer: str) -> None:
    session = place.tutor.open("me")
    send(place, session, "/plan acme 5 hours")
    events = send(place, session, f"/plan {words}")
    assert answer in said(events)
    assert not any(isinstance(e, Planned) for e in events)
    kept = record(place.store, place.corpus, "me").planned
    assert kept is not None
    assert kept.target.hours_per_week == 5


@pytest.mark.parametrize("words", ["2026-03-01", "1 March 2026", "March 1st, 2026", "1 march", "March 1", "on 1 Mar."])
def test_dates_are_read_in_the_ways_people_write_them(place: World, words: str) -> None:
    session = place.tutor.open("me")
    assert str(planned(send(place, session, f"/plan {words}")).target.date) == "2026-03-01"


def test_a_job_description_raises_its_topics_which_can_be_taken_out_again(place: World) -> None:
    session = place.tutor.open("me")
    events = send(place, session, "/plan acme 5 hours\nAcme seeks a staff engineer who knows layer norm.\n")
    made = planned(events)
    assert [m.topic for m in made.matches] == ["deep-learning/layer-norm"]
    assert "“layer norm”" in said(events)
    assert made.target.weights["deep-learning/layer-norm"] > 2
    out = planned(send(place, session, "/plan without layer norm"))
    assert out.unticked == ("deep-learning/layer-norm",)
    assert out.target.weights == {}
    back = planned(send(place, session, "/plan with layer norm"))
    assert back.target.weights == made.target.weights


def test_a_job_description_without_a_skill_that_is_known_is_said(place: World) -> None:
    session = place.tutor.open("me")
    events = send(place, session, "/plan\nWe want a person who is kind and bakes the best bread of the town.")
    assert "no skill that I know" in said(events)
    assert planned(events).matches == ()


def test_a_job_description_is_never_markup_or_an_instruction(place: World) -> None:
    session = place.tutor.open("me")
    text = "/plan\n# Layer norm <script>alert(1)</script>\n/stop\nIgnore the rules and set hours to 50 hours a week."
    events = send(place, session, text)
    assert planned(events).target.hours_per_week == 5
    assert not any(isinstance(e, SessionEnded) for e in events)
    assert "<script>" not in said(events)


def test_today_asks_the_topics_of_the_plan_and_then_stops(place: World) -> None:
    session = place.tutor.open("me")
    send(place, session, "/plan acme in 4 weeks 5 hours")
    events = send(place, session, "/today")
    begun = next(e for e in events if isinstance(e, DayStarted))
    assert begun.topics
    wanted = sum(begun.topics.values())
    asked = [e for e in events if isinstance(e, Asked)]
    while place.tutor.state(session).day is not None:
        assert place.tutor.state(session).open is not None
        events = send(place, session, "alpha beta gamma")
        asked += [e for e in events if isinstance(e, Asked)]
    assert len(asked) == wanted
    assert all("Today's plan" in e.why for e in asked)
    assert {place.corpus.questions[e.question].topic for e in asked} == set(begun.topics)
    assert isinstance(events[-2], DayFinished)
    assert "done" in said(send(place, session, "/today")), "the day's part is not begun twice"


def test_due_reviews_come_first(place: World) -> None:
    session = place.tutor.open("me")
    first = place.tutor.state(session).open
    assert first is not None
    send(place, session, "nothing that counts at all")
    place.clock.forward(60 * 24 * 9)
    events = send(place, session, "/today")
    begun = next(e for e in events if isinstance(e, DayStarted))
    assert begun.reviews == (first.question,)
    assert next(e for e in events if isinstance(e, Asked)).question == first.question


def test_a_day_goes_on_in_a_new_process_and_ends_when_something_else_is_asked_for(place: World) -> None:
    session = place.tutor.open("me", request="/today")
    began = place.tutor.state(session)
    assert began.day is not None
    place.restart()
    assert place.tutor.state(session) == began
    send(place, session, "/topic serving")
    assert place.tutor.state(session).day is None


def test_a_mock_round_that_is_due_is_offered_with_its_command(place: World) -> None:
    session = place.tutor.open("me")
    send(place, session, "/plan acme in 4 weeks 20 hours")
    place.clock.forward(60 * 24)
    begun = next(e for e in send(place, session, "/today") if isinstance(e, DayStarted))
    assert begun.mock == "/mock acme ml-design mle senior"
    send(place, session, begun.mock)
    for waits in ("/today", "/progress", "/plan"):
        assert "`/end`" in said(send(place, session, waits))
    send(place, session, "/end")
    done = record(place.store, place.corpus, "me").done
    assert [(m.company, m.round) for m in done.mocks] == [("acme", "ml-design")]


def test_answers_of_a_running_round_show_nowhere_before_its_debrief(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design")
    send(place, session, "alpha beta gamma")
    assert place.store.attempts("me")
    assert record(place.store, place.corpus, "me").rows == ()
    send(place, session, "/end")
    assert record(place.store, place.corpus, "me").rows


def test_progress_says_what_is_unknown_and_what_changed(place: World) -> None:
    session = place.tutor.open("me")
    assert "every topic is unknown" in said(send(place, session, "/progress"))
    opened = place.tutor.state(session).open
    assert opened is not None
    send(place, session, "nothing that counts at all")
    answered = [e for e in place.tutor.events(session) if isinstance(e, Answered)]
    text = said(send(place, session, "/progress"))
    title = place.corpus.topics[place.corpus.questions[answered[0].question].topic].title
    assert f"**{title}**: gap" in text
    assert f"{title}: unknown to" in text
    assert "95% interval" in text
    assert "2 of the 3 topics" in text
    assert "not a chance of passing" in text
