"""Design cases in parts: the walk, what it passes over, its one critique, and every way out of it."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.session.fakes import World, corpus, world
from tests.session.test_practice import asked, critiques, reply, send
from tutor.domain import Stage, Twist, Verdict
from tutor.errors import GradingError
from tutor.session.events import Answered, Asked, Critiqued, Event, Skipped
from tutor.session.practice import key
from tutor.session.stages import TWISTED, WORDS, stages

CASE = "serving-3"
TWIST = "The budget is halved."


def case_world(place: World) -> str:
    """A session whose open question is a case of three stages (framing, model, serving), with a change after model."""
    only = place.corpus.questions[CASE].model_copy(
        update={"twists": (Twist(after=Stage.MODEL, text=TWIST),), "asks": {Stage.SERVING: "How is it served?"}}
    )
    place.corpus = replace(place.corpus, questions={CASE: only})
    place.restart()
    return place.tutor.open("me")


def parts(place: World, session: str) -> list[tuple[Stage | None, bool]]:
    log = place.tutor.events(session)
    return [(e.stage, e.twist) for e in log if isinstance(e, Asked) and e.criterion is None]


def final(place: World, session: str) -> list[Critiqued]:
    return [e for e in critiques(place, session) if not e.part]


def test_the_stages_are_asked_in_turn_in_the_words_of_the_case_with_the_change_between(place: World) -> None:
    session = case_world(place)
    assert asked(place, session).prompt.endswith(WORDS[Stage.FRAMING])
    said = []
    for answer in ("so", "so so", "well", "fine"):
        send(place, session, answer)
        said.append(asked(place, session).prompt)
    assert said[0] == WORDS[Stage.MODEL]
    assert said[1] == f"{TWIST} {TWISTED}"
    assert said[2] == "How is it served?"
    assert parts(place, session)[:4] == [
        (Stage.FRAMING, False),
        (Stage.MODEL, False),
        (Stage.MODEL, True),
        (Stage.SERVING, False),
    ]


def test_each_part_is_stored_apart_and_graded_with_all_that_was_said(place: World) -> None:
    session = case_world(place)
    send(place, session, "alpha", "beta", "cheaper", "gamma")
    answers = [e for e in place.tutor.events(session) if isinstance(e, Answered)]
    assert [(a.text, a.stage, a.continues) for a in answers] == [
        ("alpha", Stage.FRAMING, False),
        ("beta", Stage.MODEL, True),
        ("cheaper", Stage.MODEL, True),
        ("gamma", Stage.SERVING, True),
    ]
    assert place.grader.seen[-1] == "alpha\n\nbeta\n\ncheaper\n\ngamma"


def test_there_is_one_critique_and_one_credit_at_the_end(place: World) -> None:
    session = case_world(place)
    send(place, session, "alpha", "beta", "cheaper", "gamma")
    assert [e.part for e in critiques(place, session)] == [True, True, True, False]
    (last,) = final(place, session)
    assert (last.credit, last.withheld) == (1.0, ())
    assert [row.credit for row in place.store.attempts("me")] == [None, None, None, 1.0]
    assert place.tutor.abilities("me")["systems/serving"].answers == 1


def test_a_long_answer_covers_several_stages_and_only_the_rest_is_asked(place: World) -> None:
    session = case_world(place)
    send(place, session, "alpha beta")
    assert (asked(place, session).stage, asked(place, session).twist) == (Stage.MODEL, True)
    send(place, session, "half gamma")
    assert asked(place, session).stage is Stage.SERVING
    session = place.tutor.open("me")
    send(place, session, "alpha beta gamma", "so")
    assert final(place, session)[-1].credit == 1.0


def test_what_is_met_only_partly_is_still_asked(place: World) -> None:
    session = case_world(place)
    send(place, session, "alpha half beta")
    assert (asked(place, session).stage, asked(place, session).twist) == (Stage.MODEL, False)


def test_the_whole_case_in_one_go_keeps_what_was_said_and_is_followed_up(place: World) -> None:
    session = case_world(place)
    send(place, session, "alpha", "/whole")
    assert (asked(place, session).stage, asked(place, session).continues) == (None, True)
    send(place, session, "gamma")
    (last,) = final(place, session)
    assert [v.verdict for v in last.critique.verdicts] == [Verdict.MET, Verdict.MISSING, Verdict.MET]
    assert asked(place, session).criterion == "beta"


def test_whole_needs_a_case(place: World) -> None:
    session = place.tutor.open("me")
    assert "not asked in parts" in reply(place, session, "/whole")


def test_a_part_is_skipped_and_the_case_goes_on(place: World) -> None:
    session = case_world(place)
    send(place, session, "alpha", "/skip", "/skip", "/skip")
    (last,) = final(place, session)
    assert [v.verdict for v in last.critique.verdicts] == [Verdict.MET, Verdict.MISSING, Verdict.MISSING]
    assert [row.credit for row in place.store.attempts("me")] == [last.credit]


def test_skipping_the_opening_leaves_the_case_without_a_score(place: World) -> None:
    session = case_world(place)
    send(place, session, "/skip")
    assert [e.stage for e in place.tutor.events(session) if isinstance(e, Skipped)] == [None]
    assert critiques(place, session) == []


@pytest.mark.parametrize("command", ["/skip case", "/topic any", "/mock acme ml-design"])
def test_whoever_leaves_a_case_gets_the_critique_of_what_was_said(place: World, command: str) -> None:
    session = case_world(place)
    send(place, session, "alpha", command)
    (last,) = final(place, session)
    assert last.credit is not None
    assert last.critique.verdicts[0].verdict is Verdict.MET


def test_the_critique_of_a_part_is_held_back_from_words_and_contests_too(place: World) -> None:
    session = case_world(place)
    send(place, session, "not alpha")
    assert "*contradicted*" not in reply(place, session, "/why")
    assert "no critique" in reply(place, session, "/contest 1 met")


def test_a_case_survives_a_restart_between_any_two_parts(place: World) -> None:
    session = case_world(place)
    for answer in ("alpha", "beta", "cheaper", "gamma"):
        send(place, session, answer)
        place.restart()
        list(place.tutor.resume(session))
    assert final(place, session)[0].credit == 1.0


def test_a_part_that_could_not_be_graded_does_not_stop_the_case(place: World) -> None:
    session = case_world(place)
    place.grader.fails = GradingError("It is down; start it.")
    send(place, session, "alpha")
    place.grader.fails = None
    send(place, session, "beta", "cheaper", "gamma")
    assert final(place, session)[0].credit == 1.0


def test_when_the_last_part_fails_the_critique_of_the_rest_is_given(place: World) -> None:
    session = case_world(place)
    send(place, session, "alpha", "beta", "cheaper")
    place.grader.fails = GradingError("It is down; start it.")
    send(place, session, "gamma")
    (last,) = final(place, session)
    assert [v.verdict for v in last.critique.verdicts] == [Verdict.MET, Verdict.MET, Verdict.MISSING]


def test_a_second_try_goes_through_the_parts_again_and_gains(place: World) -> None:
    session = case_world(place)
    send(place, session, "alpha", "so", "so", "so", "/retry", "alpha", "beta", "so", "gamma")
    assert final(place, session)[-1].gained == ("beta", "gamma")
    assert [row.first for row in place.store.attempts("me")] == [True] * 4 + [False] * 4


def test_a_second_try_waits_for_the_end_of_the_case(place: World) -> None:
    session = case_world(place)
    send(place, session, "alpha")
    assert "The case is not over" in reply(place, session, "/retry")


def test_hints_count_over_the_whole_case(place: World) -> None:
    session = case_world(place)
    send(place, session, "/hint", "alpha", "/hint", "beta", "cheaper", "gamma")
    assert final(place, session)[0].credit == pytest.approx(0.8)


def test_a_draft_belongs_to_its_part(place: World) -> None:
    session = case_world(place)
    first = key(asked(place, session))
    send(place, session, "alpha")
    assert len({first, key(asked(place, session))}) == 2


def test_only_design_questions_have_stages() -> None:
    bank = corpus().questions
    assert stages(bank[CASE]) == (Stage.FRAMING, Stage.MODEL, Stage.SERVING)
    assert stages(bank["attention-1"]) == ()


WORDS_TYPED = ("alpha", "beta", "gamma", "half beta", "not alpha", "dunno", "alpha beta gamma")
COMMANDS = (
    *("/skip", "/skip case", "/whole", "/hint", "/retry", "/why", "/next", "/harder", "/contest 1 met"),
    *("/model", "/model open", "/stop", "/2", "/topic any"),
)
MOVES = st.lists(st.sampled_from([*WORDS_TYPED, *COMMANDS]), max_size=14)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(MOVES)
def test_however_a_case_goes_it_ends_and_nothing_is_lost(moves: list[str]) -> None:
    with world() as place:
        session = case_world(place)
        send(place, session, *moves, "/skip case", "/stop")
        log = place.tutor.events(session)
        assert place.tutor.state(session).ended
        typed = [m for m in moves if not m.startswith("/")]
        assert [e.text for e in log if isinstance(e, Answered)] == typed
        assert _credits(log) == {e.attempt for e in log if isinstance(e, Critiqued) and not e.part}
        last_parts = [e for e in log if isinstance(e, Asked) and e.stage and e.criterion is None]
        assert all(e.prompt for e in last_parts)
        assert list(place.tutor.resume(session)) == []


def _credits(log: list[Event]) -> set[str]:
    return {e.attempt for e in log if isinstance(e, Critiqued) and e.credit is not None}
