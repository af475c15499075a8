"""Design cases in mock rounds: asked part by part on the round's clock, judged as a whole in the debrief."""

from collections.abc import Sequence
from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from tests.session.fakes import QUESTIONS, World, world
from tests.session.test_machine import typed
from tests.session.test_practice import asked, critiques, send
from tutor.domain import Stage, Twist
from tutor.errors import GradingError
from tutor.session.events import Answered, Asked, Critiqued, Debriefed, Event, Mode, RoundStarted, TimeUp, event_adapter
from tutor.session.stages import TWISTED, WORDS
from tutor.session.state import fold
from tutor.terminal import Face

TWIST = "The budget is halved."
OLD = (
    '{"type":"asked","at":"2026-01-05T09:00:30Z","mode":"mock","question":"serving-3","prompt":"What about serving-3?",'
    '"why":"Question 1 of 2 of the round."}'
)


def staged_round(place: World, request: str = "/mock acme ml-design") -> str:
    """A round of two cases of three stages (framing, model, serving), with a change after model."""
    twists = (Twist(after=Stage.MODEL, text=TWIST),)
    bank = {q.id: q.model_copy(update={"twists": twists}) if q.id.startswith("serving") else q for q in QUESTIONS}
    place.corpus = replace(place.corpus, questions=bank)
    place.restart()
    return place.tutor.open("me", request=request)


def parts(place: World, session: str) -> list[tuple[Stage | None, bool, bool]]:
    return [(e.stage, e.twist, e.continues) for e in place.tutor.events(session) if isinstance(e, Asked)]


def debriefs(place: World, session: str) -> list[Debriefed]:
    return [e for e in place.tutor.events(session) if isinstance(e, Debriefed)]


def test_the_interviewer_walks_through_the_stages_and_brings_in_the_change(place: World) -> None:
    session = staged_round(place)
    prompts = [asked(place, session).prompt]
    for answer in ("so", "so so", "well", "fine"):
        send(place, session, answer)
        prompts.append(asked(place, session).prompt)
    assert prompts[0].endswith(WORDS[Stage.FRAMING])
    assert prompts[1:4] == [WORDS[Stage.MODEL], f"{TWIST} {TWISTED}", WORDS[Stage.SERVING]]
    assert prompts[4].endswith(WORDS[Stage.FRAMING])  # the second case
    assert all(e.mode is Mode.MOCK for e in place.tutor.events(session) if isinstance(e, Asked))


def test_the_debrief_judges_all_parts_together_and_says_when_each_point_was_made(place: World) -> None:
    session = staged_round(place)
    send(place, session, "alpha")
    place.clock.forward(minutes=4)
    send(place, session, "beta", "cheaper", "gamma", "/skip")
    (debrief,) = debriefs(place, session)
    assert [q.score for q in debrief.questions] == [1.0, 0.0]
    assert len(debrief.attempts) == 1
    minutes = {m.criterion: m.minute for m in debrief.moments if m.minute is not None}
    assert minutes["alpha"] < 1 < 4 < minutes["beta"]


def test_no_feedback_is_given_before_the_debrief(place: World) -> None:
    session = staged_round(place)
    console = Console(file=StringIO(), width=100, record=True)
    face = Face(console, place.corpus)
    face.show(place.tutor.events(session))
    for answer in ("not alpha", "half beta", "cheaper", "not gamma"):
        face.show(place.tutor.send(session, answer))
    assert not any(word in console.export_text(clear=False) for word in ("contradicted", "partial", "Critique"))
    face.show(place.tutor.send(session, "/skip"))
    assert "contradicted" in console.export_text()


@pytest.mark.parametrize("said", [1, 2, 3])
def test_time_up_in_the_middle_hands_in_the_draft_with_what_was_said(place: World, said: int) -> None:
    session = staged_round(place)
    send(place, session, *("alpha", "beta", "cheaper")[:said])
    place.tutor.save_draft(session, "gamma")
    place.clock.forward(minutes=31)
    place.restart()
    types = [e.type for e in place.tutor.tick(session)]
    assert types == ["time_up", "answered", "critiqued", "debriefed", "asked"]
    assert place.grader.seen[-1].split("\n\n") == [*("alpha", "beta", "cheaper")[:said], "gamma"]
    assert not critiques(place, session)[-1].part
    assert debriefs(place, session)[0].questions[0].score is not None


def test_time_up_with_an_empty_box_judges_what_was_said(place: World) -> None:
    session = staged_round(place)
    send(place, session, "alpha", "beta")
    place.clock.forward(minutes=31)
    types = [e.type for e in place.tutor.tick(session)]
    assert types == ["time_up", "critiqued", "debriefed", "asked"]
    assert debriefs(place, session)[0].questions[0].score == pytest.approx(0.75)


@pytest.mark.parametrize("said", [0, 1, 2, 3])
def test_a_round_can_be_ended_at_every_part(place: World, said: int) -> None:
    session = staged_round(place)
    send(place, session, *("alpha", "beta", "cheaper")[:said])
    place.tutor.save_draft(session, "gamma")
    send(place, session, "/end")
    (debrief,) = debriefs(place, session)
    assert place.tutor.state(session).round is None
    assert debrief.attempts == (place.tutor.state(session).attempts[-1].answered.attempt,)
    assert asked(place, session).mode is Mode.PRACTICE


def test_when_the_grader_fails_at_the_bell_the_parts_before_it_count(place: World) -> None:
    session = staged_round(place)
    send(place, session, "alpha", "beta")
    place.grader.fails = GradingError("It is down; start it.")
    place.tutor.save_draft(session, "gamma")
    place.clock.forward(minutes=31)
    list(place.tutor.tick(session))
    assert debriefs(place, session)[0].questions[0].score == pytest.approx(0.75)


def test_short_of_time_the_rest_is_asked_at_once_and_nothing_changes_any_more(place: World) -> None:
    session = staged_round(place)
    place.clock.forward(minutes=13)  # of the 15 that are this case's share
    send(place, session, "alpha")
    assert (asked(place, session).stage, asked(place, session).continues) == (None, True)
    assert "short of time" in asked(place, session).prompt
    send(place, session, "beta gamma")
    assert not asked(place, session).continues
    assert not any(twist for _, twist, _ in parts(place, session))


def test_a_change_is_left_out_when_the_share_of_the_case_is_used_up(place: World) -> None:
    session = staged_round(place)
    send(place, session, "alpha")
    place.clock.forward(minutes=15)
    send(place, session, "beta")
    assert asked(place, session).stage is Stage.SERVING


def test_a_passed_part_is_no_passed_question_and_passing_the_case_is_not_followed_up(place: World) -> None:
    session = staged_round(place, "/mock zeta ml-design")
    send(place, session, "/skip", "alpha", "/skip")
    running = place.tutor.state(session).round
    assert running is not None
    assert len(running.skipped) == 1  # the coding question
    send(place, session, "/skip case")
    assert not asked(place, session).follows_up
    send(place, session, "/skip")
    scores = [q.score for q in debriefs(place, session)[0].questions]
    assert scores == [0.0, pytest.approx(0.5), 0.0]


def test_after_its_last_part_the_case_is_followed_up_in_the_style_of_the_company(place: World) -> None:
    session = staged_round(place, "/mock zeta ml-design")
    send(place, session, "/skip", "alpha", "so", "so", "gamma")
    assert (asked(place, session).criterion, asked(place, session).prompt) == ("beta", "And what of b?")


def test_words_taken_for_a_request_in_a_round_are_kept_as_what_may_be_the_answer(place: World) -> None:
    session = staged_round(place)
    types = [e.type for e in place.tutor.send(session, "I did say that")]
    assert types == ["said", "said", "unclear"]
    send(place, session, "/answer")
    assert place.tutor.state(session).attempts[-1].answered.text == "I did say that"
    assert [e.type for e in place.tutor.send(session, "/explain alpha")] == ["said", "said"]


def test_a_round_of_an_old_log_goes_on_unstaged(place: World) -> None:
    session = staged_round(place)
    log = place.tutor.events(session)
    at = next(i for i, e in enumerate(log) if isinstance(e, RoundStarted))
    place.store.create("old", "you", [*log[: at + 1], event_adapter.validate_json(OLD)])
    types = [e.type for e in place.tutor.send("old", "alpha beta gamma")]
    assert types == ["answered", "critiqued", "asked"]
    assert asked(place, "old").stage is Stage.FRAMING


MOVES = st.lists(
    st.one_of(
        st.sampled_from(["alpha", "beta", "gamma", "half beta", "not alpha", "dunno", "alpha beta gamma"]),
        st.sampled_from(["/skip", "/skip case", "/whole", "/hint", "/stop", "/retry", "/why", "/end", "kill"]),
        st.text(min_size=1, max_size=20),
        st.sampled_from([0.5, 3.0, 7.0, 14.0]),
    ),
    max_size=25,
)
DRAFTS = st.sampled_from(["", "a draft of gamma"])


@given(moves=MOVES, draft=DRAFTS, words=st.sampled_from(["/mock acme ml-design", "/mock zeta ml-design 12"]))
@settings(max_examples=50, suppress_health_check=list(HealthCheck))
def test_a_staged_round_always_ends_and_nothing_typed_is_lost(moves: list[str | float], draft: str, words: str) -> None:
    with world() as place:
        session = staged_round(place, words)
        said = _played(place, session, moves, draft)
        log, state = place.tutor.events(session), place.tutor.state(session)
        assert state.round is None
        (debrief,) = debriefs(place, session)
        assert sum(isinstance(e, TimeUp) for e in log) <= 1
        kept = iter(typed(log))
        assert [text for text in said if text not in kept] == []
        assert [e.attempt for e in log if isinstance(e, Answered)] == list(_graded(log))
        before = fold(log[: log.index(debrief)])
        whole = {a.answered.attempt: a for a in before.attempts}
        for last in (whole[identifier] for identifier in debrief.attempts):
            same = [a.answered.text for a in before.round_attempts if a.answered.question == last.answered.question]
            assert last.text == "\n\n".join(same)
            assert last.critiqued is not None
            assert not last.critiqued.part


def _played(place: World, session: str, moves: list[str | float], draft: str) -> list[str]:
    """Make the moves, then let the time run out over the draft; what the learner typed, in order."""
    said: list[str] = []
    for move in moves:
        if isinstance(move, float):
            place.clock.forward(move)
            list(place.tutor.tick(session))
        elif move == "kill":
            place.restart()
        else:
            said += [move] if any(c.isalnum() for c in move) else []
            events = place.tutor.send(session, move)
            next(iter(events), None)  # the rest is left undone, as by a process that dies
    list(place.tutor.resume(session))
    if draft and place.tutor.state(session).round and place.tutor.state(session).open:
        place.tutor.save_draft(session, draft)
        said.append(draft)
    place.clock.forward(minutes=31)
    place.restart()
    list(place.tutor.tick(session))
    return said


def _graded(log: Sequence[Event]) -> dict[str, None]:
    """The attempts with a critique, in the order of their first one: a case's is said again when the case ends."""
    return dict.fromkeys(e.attempt for e in log if isinstance(e, Critiqued))
