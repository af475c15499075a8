"""Mock rounds: their clock, their silence, their debrief."""

import pytest

from tests.session.fakes import World, corpus
from tests.session.test_practice import asked, reply, send
from tutor.interviews import Role, Seniority
from tutor.session.events import Critiqued, Debriefed, Mode, RoundStarted
from tutor.session.mock import MockRequest, parse


def debriefs(place: World, session: str) -> list[Debriefed]:
    return [e for e in place.tutor.events(session) if isinstance(e, Debriefed)]


@pytest.mark.parametrize(
    ("words", "company", "round_", "role", "seniority", "minutes"),
    [
        ("acme ml-design", "acme", "ml-design", Role.MLE, Seniority.SENIOR, None),
        ("a 45-minute Acme-style ML design round for staff", "acme", "ml-design", Role.MLE, Seniority.STAFF, 45),
        ("acme concepts mid 20", "acme", "concepts", Role.MLE, Seniority.MID, 20),
        (
            "acme behavioural round, research engineer, 30 min",
            "acme",
            "behavioral",
            Role.RESEARCH_ENGINEER,
            Seniority.SENIOR,
            30,
        ),
        ("Acme", "acme", None, Role.MLE, Seniority.SENIOR, None),
        ("an applied scientist mock at globex", None, None, Role.APPLIED_SCIENTIST, Seniority.SENIOR, None),
    ],
)
def test_words_name_the_round(
    words: str, company: str | None, round_: str | None, role: Role, seniority: Seniority, minutes: float | None
) -> None:
    found: MockRequest = parse(words, corpus())
    assert (found.company and found.company.id, found.round and found.round.id) == (company, round_)
    assert (found.role, found.seniority, found.minutes) == (role, seniority, minutes)


def test_an_unknown_company_gets_the_list(place: World) -> None:
    session = place.tutor.open("me")
    assert "Acme" in reply(place, session, "/mock globex")
    assert place.tutor.state(session).round is None


def test_a_round_without_questions_names_those_that_have_some(place: World) -> None:
    session = place.tutor.open("me")
    text = reply(place, session, "/mock acme behavioral")
    assert "`/mock acme ml-design`" in text
    assert "behavioral`" not in text


def test_a_round_begins_with_its_opening_and_a_question(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design 40")
    started = [e for e in place.tutor.events(session) if isinstance(e, RoundStarted)]
    assert [(e.title, e.minutes, e.opening) for e in started] == [
        ("ml-design (Acme-style)", 40, "Welcome to the round.")
    ]
    assert asked(place, session).mode is Mode.MOCK
    assert set(started[0].questions) == {"serving-3", "serving-5"}


def test_a_round_runs_to_its_debrief_without_a_follow_up_and_practice_goes_on(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design")
    send(place, session, "/whole", "half alpha", "/whole", "not alpha beta gamma")
    assert len(debriefs(place, session)) == 1
    assert place.tutor.state(session).round is None
    assert asked(place, session).mode is Mode.PRACTICE
    assert all(e.mode is Mode.MOCK for e in place.tutor.events(session) if isinstance(e, Critiqued))


@pytest.mark.parametrize("text", ["/explain alpha", "/easier", "/why", "/retry", "quiz me on attention", "/clarify"])
def test_the_book_is_closed_during_a_round(place: World, text: str) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design")
    before = asked(place, session)
    assert "Not during the round" in reply(place, session, text)
    assert asked(place, session) == before


def test_a_second_round_waits_for_the_first(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design")
    assert "/end" in reply(place, session, "/mock acme concepts")


def test_the_draft_is_submitted_when_the_time_is_up(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design")
    place.tutor.save_draft(session, "alpha beta")
    assert list(place.tutor.tick(session)) == []
    place.clock.forward(minutes=31)
    place.restart()
    types = [e.type for e in place.tutor.tick(session)]
    assert types == ["time_up", "answered", "critiqued", "debriefed", "asked"]
    assert place.tutor.state(session).attempts[-1].answered.text == "alpha beta"
    assert list(place.tutor.tick(session)) == []


def test_a_reload_after_the_deadline_ends_the_round_too(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design")
    place.clock.forward(minutes=600)
    place.restart()
    assert [e.type for e in place.tutor.resume(session)] == ["time_up", "debriefed", "asked"]


def test_an_answer_that_comes_late_is_the_last_one(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design")
    place.clock.forward(minutes=31)
    types = [e.type for e in place.tutor.send(session, "alpha")]
    assert types == ["time_up", "answered", "critiqued", "debriefed", "asked"]


def test_a_command_that_comes_late_does_not_touch_the_next_question(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design")
    place.tutor.save_draft(session, "alpha")
    place.clock.forward(minutes=31)
    types = [e.type for e in place.tutor.send(session, "/skip")]
    assert types == ["said", "time_up", "answered", "critiqued", "debriefed", "asked"]


def test_a_draft_for_another_question_is_not_submitted(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design")
    place.tutor.save_draft(session, "alpha")
    send(place, session, "/skip")
    place.clock.forward(minutes=31)
    assert [e.type for e in place.tutor.tick(session)] == ["time_up", "debriefed", "asked"]


def test_ending_early_hands_in_what_is_typed(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design")
    place.tutor.save_draft(session, "alpha")
    types = [e.type for e in place.tutor.send(session, "/end")]
    assert types == ["said", "round_ended", "answered", "critiqued", "debriefed", "asked"]


def test_nothing_answered_is_nothing_judged(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design")
    send(place, session, "/end")
    debrief = debriefs(place, session)[0]
    assert (debrief.score, debrief.error) == (None, None)
    assert all(d.score is None for d in debrief.dimensions)
    assert len(debrief.unanswered) == 2


def test_skipped_counts_as_missing(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design")
    send(place, session, "alpha beta gamma", "/skip")
    assert debriefs(place, session)[0].score == pytest.approx(0.5)


def test_stop_in_a_round_says_how_to_end_it(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design")
    send(place, session, "/stop")
    assert place.tutor.state(session).ended
    place.clock.forward(minutes=31)
    assert [e.type for e in place.tutor.resume(session)][:2] == ["time_up", "debriefed"]


def test_dimensions_rest_on_their_stages_with_quotes(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design")
    send(place, session, "/whole", "alpha half beta", "/whole", "not alpha gamma")
    debrief = debriefs(place, session)[0]
    scores = {d.dimension: (d.score, d.criteria, d.quotes) for d in debrief.dimensions}
    # framing: (2 * 1 + 2 * -.5) / 4; rest: beta (.5 + 0) and gamma (0 + 1) of 4
    assert scores["framing"] == (pytest.approx(0.25), 2, ("alpha", "not alpha"))
    assert scores["rest"] == (pytest.approx(0.375), 4, ("half beta", "gamma"))
    assert scores["data"] == (None, 0, ())


def test_gaps_put_wrong_before_missing_and_next_steps_name_topics(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design")
    send(place, session, "/whole", "not alpha beta", "/whole", "not alpha beta gamma")
    debrief = debriefs(place, session)[0]
    assert debrief.gaps[0].startswith("Contradicted: ")
    assert debrief.gaps[-1].startswith("Missing: ")
    assert len(debrief.strengths) == 3
    assert debrief.next_steps == ("Practise Serving models: `/topic systems/serving`",)


def test_a_very_weak_dimension_is_not_averaged_away(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design")
    place.grader.lenient = True
    send(place, session, "/whole", "beta gamma", "/whole", "beta gamma")
    decision = debriefs(place, session)[0].decision
    assert decision.startswith("weak: ")
    assert "very weak Framing is not averaged away" in decision


@pytest.mark.parametrize("words", ["hire", "%"])
def test_hire_words_belong_to_a_loop(place: World, words: str) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design")
    send(place, session, "alpha beta gamma", "alpha beta gamma")
    decision = debriefs(place, session)[0].decision
    assert decision.startswith("very strong: 100%")
    assert "hire" not in decision


def test_a_critique_of_a_round_names_no_missing_index(place: World) -> None:
    place.index.gone = True
    session = place.tutor.open("me", request="/mock acme ml-design")
    assert [e.type for e in place.tutor.send(session, "alpha")] == ["answered", "critiqued", "asked"]
