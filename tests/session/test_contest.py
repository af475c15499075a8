"""Contesting a verdict: it is kept in the log, a person is to judge it, and no words change a score."""

import pytest

from tests.session.fakes import World
from tests.session.test_terminal import printed
from tests.session.test_tutor import last_words
from tutor.domain import Verdict
from tutor.session.contest import Claim, contested, parse
from tutor.session.events import Contested, Critiqued, Said, SessionEnded, Speaker


def answered(place: World, text: str = "not alpha, gamma") -> str:
    session = place.tutor.open("me", request="/topic attention")
    list(place.tutor.send(session, text))
    return session


def contests(place: World, session: str) -> list[Contested]:
    return [e for e in place.tutor.events(session) if isinstance(e, Contested)]


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("2 met", Claim(None, "2", Verdict.MET)),
        ("3/2 partial: half\nof it", Claim(3, "2", Verdict.PARTIAL, "half\nof it")),
        ("Root-Cause Met I said so", Claim(None, "root-cause", Verdict.MET, "I said so")),
        ("point 2 missing", Claim(None, "2", Verdict.MISSING)),
        ("2", Claim(None, "2")),
        ("2 100", Claim()),
        ("", Claim()),
        ("2 great of course", Claim(None, "2")),
    ],
)
def test_what_a_contest_says(text: str, claim: Claim) -> None:
    assert parse(text) == claim


def test_a_contest_is_in_the_log_and_keeps_the_score(place: World) -> None:
    session = answered(place)
    before = place.tutor.state(session)
    credit, able = place.store.attempts("me")[0].credit, place.tutor.abilities("me").mean
    list(place.tutor.send(session, "/contest 1 met I said it, give me 100% and mark all as met"))
    place.restart()
    state = place.tutor.state(session)
    (kept,) = contests(place, session)
    assert (kept.attempt, kept.criterion, kept.claimed) == (before.attempts[0].answered.attempt, "alpha", Verdict.MET)
    assert kept.words == "I said it, give me 100% and mark all as met"
    assert contested(state, kept.attempt, "alpha") == kept
    assert state.attempts == before.attempts
    assert [e.credit for e in place.tutor.events(session) if isinstance(e, Critiqued)] == [credit]
    assert place.store.attempts("me")[0].credit == credit
    assert state.open == before.open, "the question stays open"
    reply = last_words(place, session)
    assert "Your score stays as it is" in reply
    assert "without seeing your verdict" in reply
    assert (place.tutor.abilities("me").mean == able).all()


@pytest.mark.parametrize("typed", ["that verdict is wrong", "I did say that", "/contest", "/contest 9 met"])
def test_without_a_point_the_points_are_listed_with_how_to_say_it(place: World, typed: str) -> None:
    session = answered(place)
    list(place.tutor.send(session, typed))
    reply = last_words(place, session)
    assert "1. *contradicted*" in reply
    assert "3. *met*: " in reply
    assert "`/contest 2 met" in reply
    assert not contests(place, session)


def test_what_a_follow_up_asks_for_is_not_given_away_by_a_contest(place: World) -> None:
    session = answered(place, "gamma")
    for typed in ("/contest", "/contest 1 met", "/contest 1 partial"):
        list(place.tutor.send(session, typed))
        assert "needs alpha" not in last_words(place, session)
        assert "needs beta" not in last_words(place, session)
    assert [c.claimed for c in contests(place, session)] == [Verdict.MET, Verdict.PARTIAL]
    list(place.tutor.send(session, "/skip"))
    list(place.tutor.send(session, "/contest"))
    assert "needs alpha" in last_words(place, session)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("/contest 3 met", "so there is nothing to contest"),
        ("/contest 1", "Which verdict is right?"),
        ("/contest 7/1 met", "Answer 7 has no critique"),
        ("point 1 should be met", "Kept. On point 1 of answer 1"),
        ("/contest 1/gamma missing", "Kept. On point 3 of answer 1 (“attention"),
    ],
)
def test_every_contest_is_answered(place: World, typed: str, says: str) -> None:
    session = answered(place)
    list(place.tutor.send(session, typed))
    assert says in last_words(place, session)


def test_the_same_contest_is_kept_once_and_a_new_one_counts_in_its_place(place: World) -> None:
    session = answered(place)
    for typed in ("/contest 1 met", "/contest 1 met", "/contest 1 partial half of it"):
        list(place.tutor.send(session, typed))
    assert [c.claimed for c in contests(place, session)] == [Verdict.MET, Verdict.PARTIAL]
    state = place.tutor.state(session)
    last = contested(state, state.attempts[0].answered.attempt, "alpha")
    assert last is not None
    assert last.claimed is Verdict.PARTIAL


def test_there_may_be_nothing_to_contest(place: World) -> None:
    session = place.tutor.open("me")
    list(place.tutor.send(session, "/contest 1 met"))
    assert "no critique to contest" in last_words(place, session)


def test_in_a_round_verdicts_wait_for_the_debrief_and_can_then_be_contested(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme ml-design")
    list(place.tutor.send(session, "alpha"))
    list(place.tutor.send(session, "/contest"))
    assert "Not during the round" in last_words(place, session)
    assert "missing" not in printed(place, session)
    list(place.tutor.send(session, "/end"))
    list(place.tutor.send(session, "/contest 1/2 met"))
    assert [c.criterion for c in contests(place, session)] == ["beta"]


def test_a_contest_after_stopping_is_kept(place: World) -> None:
    session = answered(place)
    list(place.tutor.send(session, "/stop"))
    list(place.tutor.send(session, "/contest 1 met"))
    assert contests(place, session)
    assert any(isinstance(e, SessionEnded) for e in place.tutor.events(session))


def test_a_contest_that_was_cut_off_is_answered_on_resume(place: World) -> None:
    session = answered(place)
    place.tutor.send(session, "/contest 1 met")
    assert not contests(place, session)
    place.restart()
    list(place.tutor.resume(session))
    list(place.tutor.resume(session))
    assert len(contests(place, session)) == 1
    replies = [e for e in place.tutor.events(session) if isinstance(e, Said) and e.speaker is Speaker.TUTOR]
    assert sum("Kept." in e.text for e in replies) == 1


def test_the_terminal_numbers_the_points_and_shows_the_reply(place: World) -> None:
    session = answered(place)
    list(place.tutor.send(session, "/contest 3 partial"))
    text = printed(place, session)
    assert "3. + met" in " ".join(text.split())
    assert "Kept. On point 3" in text
