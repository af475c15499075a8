"""Loops, follow-ups in style, and the interviewer's watch."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.session.fakes import World, world
from tests.session.test_machine import typed
from tests.session.test_practice import asked, reply, send
from tutor.interviews import Role, Seniority
from tutor.session.events import (
    Asked,
    Critiqued,
    Debriefed,
    Decision,
    LoopDebriefed,
    LoopStarted,
    Mode,
    Nudged,
    RoundStarted,
    TimeUp,
)


def of(place: World, session: str, kind: type) -> list:
    return [e for e in place.tutor.events(session) if isinstance(e, kind)]


def prompts(place: World, session: str) -> list[str]:
    return [e.prompt for e in of(place, session, Asked) if e.mode is Mode.MOCK]


# --- follow-ups -------------------------------------------------------------------------------------------------------


def test_the_follow_up_in_focus_comes_first_then_a_probe_and_then_the_next_question(place: World) -> None:
    session = place.tutor.open("me", request="/mock zeta ml-design")
    send(place, session, "alpha beta gamma", "more", "/whole", "gamma")  # coding, its probe, the case
    first = asked(place, session)
    assert (first.criterion, first.prompt, first.quoted) == ("beta", "And what of b?", None)
    send(place, session, "beta")
    second = asked(place, session)
    assert (second.criterion, second.probe, second.prompt) == (None, "scale", "And at ten times the load?")
    send(place, session, "alpha")
    assert not asked(place, session).follows_up
    attempts = {a.answered.question: a for a in place.tutor.state(session).attempts}
    assert "gamma\n\nbeta\n\nalpha" in [a.text for a in attempts.values()]
    assert not any("missing" in e.why.lower() for e in of(place, session, Asked) if e.mode is Mode.MOCK)


def test_every_round_asks_its_kind_and_scores_it_as_a_dimension(place: World) -> None:
    session = place.tutor.open("me", request="/mock zeta concepts")
    assert asked(place, session).question == "attention-3"
    send(place, session, "/end")
    debriefed = of(place, session, Debriefed)[0]
    assert debriefed.dimensions[-1].title == "Code in every round"
    assert [f.text for f in debriefed.facts] == ["So it is said.", "They dig."]


@pytest.mark.parametrize("answer", ["dunno", "/skip"])
def test_nothing_is_asked_on_top_of_no_answer(place: World, answer: str) -> None:
    session = place.tutor.open("me", request="/mock zeta concepts")
    send(place, session, answer)
    assert not asked(place, session).follows_up


def test_an_interviewer_who_is_late_goes_on(place: World) -> None:
    session = place.tutor.open("me", request="/mock zeta concepts")
    place.clock.forward(minutes=9)
    send(place, session, "gamma")
    assert not asked(place, session).follows_up


def test_a_company_without_a_style_asks_no_follow_up(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme concepts")
    send(place, session, "gamma")
    assert not asked(place, session).follows_up


# --- the watch --------------------------------------------------------------------------------------------------------


def test_half_time_five_minutes_and_the_pace_are_said_once(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme concepts")
    place.clock.forward(minutes=11)
    assert [e.type for e in place.tutor.tick(session)] == ["nudged"]
    place.clock.forward(minutes=5)
    list(place.tutor.tick(session))
    place.clock.forward(minutes=10)
    place.restart()
    list(place.tutor.tick(session))
    assert list(place.tutor.tick(session)) == []
    reasons = [e.reason for e in of(place, session, Nudged)]
    assert reasons == [f"pace-{asked(place, session).question}", "half", "five"]
    place.clock.forward(minutes=5)
    assert next(iter(place.tutor.tick(session))).type == "time_up"


def test_a_nudge_keeps_the_question_and_the_draft(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design")
    before = asked(place, session)
    place.tutor.save_draft(session, "alp")
    place.clock.forward(minutes=16)
    list(place.tutor.tick(session))
    assert place.tutor.state(session).open == before
    assert place.tutor.draft(session) == "alp"


# --- loops ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["/loop zeta staff mle", "a full Zeta loop for staff", "a Zeta onsite, staff"])
def test_words_start_a_loop_and_wait_for_the_learner(place: World, words: str) -> None:
    session = place.tutor.open("me", request=f"/loop {words}" if "onsite" in words else words)
    started: LoopStarted = of(place, session, LoopStarted)[0]
    assert (started.company, started.role, started.seniority) == ("zeta", Role.MLE, Seniority.STAFF)
    assert [r.round for r in started.rounds] == ["ml-design", "concepts"]
    assert place.tutor.state(session).in_break
    assert "`/next` begins" in reply(place, session, "hm, what now")


@pytest.mark.parametrize("words", ["/next", "ready", "Ok, I'm ready!", "start the next round", "go on"])
def test_the_learner_begins_each_round(place: World, words: str) -> None:
    session = place.tutor.open("me", request="/loop zeta")
    place.clock.forward(minutes=600)
    send(place, session, words)
    started = of(place, session, RoundStarted)
    assert [(e.round, e.number) for e in started] == [("ml-design", 1)]
    assert asked(place, session).mode is Mode.MOCK


def test_a_loop_ends_with_one_decision_and_practice_goes_on(place: World) -> None:
    session = place.tutor.open("me", request="/loop acme")
    send(place, session, "/next", "alpha beta gamma", "alpha beta gamma")
    assert place.tutor.state(session).in_break
    assert place.tutor.state(session).secret_since is not None
    assert "Not before" in reply(place, session, "/why")
    send(place, session, "/next", "alpha beta gamma", "alpha beta", "alpha beta gamma")
    debrief: LoopDebriefed = of(place, session, LoopDebriefed)[0]
    assert debrief.decision is Decision.STRONG_HIRE
    assert [r.round for r in debrief.rounds] == ["ml-design", "concepts"]
    assert debrief.not_taken == ()
    assert place.tutor.state(session).loop is None
    assert asked(place, session).mode is Mode.PRACTICE
    assert len({e.question for e in of(place, session, Asked) if e.mode is Mode.MOCK}) == 5


@pytest.mark.parametrize("minutes", [0, 16, 31])
def test_a_loop_can_be_left_in_a_round_and_what_is_typed_counts(place: World, minutes: float) -> None:
    session = place.tutor.open("me", request="/loop acme")
    send(place, session, "/next")
    place.tutor.save_draft(session, "alpha")
    place.clock.forward(minutes)
    send(place, session, "/end loop")
    place.restart()
    list(place.tutor.resume(session))
    if place.tutor.state(session).in_break:  # the bell came before the wish to leave
        send(place, session, "/end")
    assert of(place, session, LoopDebriefed)[0].decision is Decision.TOO_LITTLE
    assert of(place, session, LoopDebriefed)[0].not_taken == ("concepts (Acme-style)",)
    assert "alpha" in typed(place.tutor.events(session))


def test_a_break_outlives_the_process_and_a_stop(place: World) -> None:
    session = place.tutor.open("me", request="/loop acme")
    send(place, session, "/next", "/whole", "alpha", "/whole", "beta", "/stop")
    place.restart()
    place.clock.forward(minutes=10_000)
    assert list(place.tutor.resume(session)) == []
    send(place, session, "/next")
    assert [e.number for e in of(place, session, RoundStarted)] == [1, 2]


MOVES = st.lists(
    st.one_of(
        st.sampled_from(["/next", "/skip", "/end", "/end loop", "alpha beta gamma", "gamma", "dunno", "/stop"]),
        st.text(min_size=1, max_size=20),
        st.sampled_from([0.5, 3.0, 7.0, 31.0]),
    ),
    max_size=25,
)


@given(moves=MOVES, words=st.sampled_from(["/loop zeta", "/loop acme mid", "/mock zeta ml-design"]))
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_every_round_and_loop_ends_and_can_be_ended_at_every_moment(moves: list[str | float], words: str) -> None:
    with world() as place:
        session, said = place.tutor.open("me", request=words), []
        for move in moves:
            if isinstance(move, float):
                place.clock.forward(move)
                list(place.tutor.tick(session))
            else:
                events = place.tutor.send(session, move)
                said += [move] if any(c.isalnum() for c in move) else []
                list(events)
        for _ in range(2):
            if (state := place.tutor.state(session)).round or state.loop:
                send(place, session, "/end loop")
        state = place.tutor.state(session)
        assert (state.round, state.loop) == (None, None)
        log = place.tutor.events(session)
        assert len(of(place, session, Debriefed)) == len(of(place, session, RoundStarted))
        assert len(of(place, session, LoopDebriefed)) == len(of(place, session, LoopStarted))
        kept = iter(typed(log))
        assert all(text in kept for text in said)
        follow_ups = [e.follows_up for e in of(place, session, Asked) if e.mode is Mode.MOCK]
        assert all(follow_ups[i : i + 3] != [True] * 3 for i in range(len(follow_ups)))


@given(waits=st.lists(st.floats(0.1, 20), min_size=1, max_size=60))
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_a_silent_round_ends_by_its_clock_alone(waits: list[float]) -> None:
    with world() as place:
        session = place.tutor.open("me", request="/mock zeta concepts")
        for wait in [*waits, 31.0]:
            place.clock.forward(wait)
            list(place.tutor.tick(session))
        assert len(of(place, session, TimeUp)) == len(of(place, session, Debriefed)) == 1
        assert of(place, session, Critiqued) == []
        reasons = [e.reason for e in of(place, session, Nudged)]
        assert len(reasons) == len(set(reasons))
