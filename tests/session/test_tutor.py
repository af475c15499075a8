"""The service as a face uses it: what is typed is stored, what follows is yielded, nothing is a dead end."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.session.fakes import FakeGrader, World
from tutor.errors import GradingError, StoreError
from tutor.session.events import (
    Answered,
    Asked,
    Critiqued,
    Event,
    GradingFailed,
    Mode,
    Said,
    SessionEnded,
    Skipped,
    Speaker,
)
from tutor.session.tutor import MAX_CHARACTERS
from tutor.store.log import ConflictError, EventStore


def last_words(place: World, session: str) -> str:
    return [e.text for e in place.tutor.events(session) if isinstance(e, Said) and e.speaker is Speaker.TUTOR][-1]


def test_a_new_session_greets_and_asks(place: World) -> None:
    session = place.tutor.open("me")
    assert [e.type for e in place.tutor.events(session)] == ["session_started", "said", "asked"]


def test_an_answer_is_stored_before_it_is_graded(place: World) -> None:
    session = place.tutor.open("me")
    events = place.tutor.send(session, "alpha beta gamma")
    assert place.tutor.state(session).pending is not None
    assert place.grader.seen == []
    assert [type(e) for e in events] == [Answered, Critiqued, Asked]


def test_an_answer_that_was_cut_off_is_graded_on_resume(place: World) -> None:
    session = place.tutor.open("me")
    place.tutor.send(session, "alpha beta gamma")
    place.restart()
    assert [type(e) for e in place.tutor.resume(session)] == [Critiqued, Asked]
    assert list(place.tutor.resume(session)) == []


def test_the_next_message_first_settles_what_was_cut_off(place: World) -> None:
    session = place.tutor.open("me")
    place.tutor.send(session, "alpha beta gamma")
    place.restart()
    types = [type(e) for e in place.tutor.send(session, "/skip")]
    assert types == [Critiqued, Asked, Said, Skipped, Asked]


@pytest.mark.parametrize(
    "text", ["\x00\x07\x1b[31m alpha", "שלום alpha", "<script>alert(1)</script>", "a\r\n\tb", "🙂" * 50]
)
def test_what_was_typed_is_stored_verbatim(place: World, text: str) -> None:
    session = place.tutor.open("me")
    list(place.tutor.send(session, text))
    assert place.tutor.state(session).attempts[-1].answered.text == text


def test_half_a_character_becomes_a_replacement(place: World) -> None:
    session = place.tutor.open("me")
    list(place.tutor.send(session, "alpha \udc80"))
    assert place.tutor.state(session).attempts[-1].answered.text == "alpha ?"


def test_a_huge_answer_is_refused_and_kept_as_the_draft(place: World) -> None:
    session, text = place.tutor.open("me"), "alpha " * 20_000
    events = list(place.tutor.send(session, text))
    assert [type(e) for e in events] == [Said]
    assert f"{MAX_CHARACTERS:,}" in last_words(place, session)
    assert place.tutor.draft(session) == text
    assert place.tutor.state(session).open is not None


@pytest.mark.parametrize("text", ["", "  \n", "\x00\x1b"])
def test_an_empty_message_is_no_answer(place: World, text: str) -> None:
    session = place.tutor.open("me")
    assert [type(e) for e in place.tutor.send(session, text)] == [Said]
    assert not place.tutor.state(session).attempts


def test_i_do_not_know_is_an_answer(place: World) -> None:
    session = place.tutor.open("me")
    assert [type(e) for e in place.tutor.send(session, "dunno")][:2] == [Answered, Critiqued]


@pytest.mark.parametrize(
    ("error", "reason"), [(GradingError("No model; try X."), "No model; try X."), (ZeroDivisionError("x"), "/retry")]
)
def test_a_grader_that_fails_leaves_the_answer_and_goes_on(place: World, error: Exception, reason: str) -> None:
    session = place.tutor.open("me")
    place.grader.fails = error
    events = list(place.tutor.send(session, "alpha"))
    assert [type(e) for e in events] == [Answered, GradingFailed, Asked]
    assert isinstance(events[1], GradingFailed)
    assert reason in events[1].reason


def test_a_draft_is_kept_and_goes_with_the_answer(place: World) -> None:
    session = place.tutor.open("me")
    place.tutor.save_draft(session, "alp\x00ha")
    place.restart()
    assert place.tutor.draft(session) == "alp\x00ha"
    list(place.tutor.send(session, "/hint"))
    assert place.tutor.draft(session) == "alp\x00ha"
    list(place.tutor.send(session, "alpha"))
    assert place.tutor.draft(session) == ""


def test_a_request_that_was_typed_leaves_no_draft(place: World) -> None:
    session = place.tutor.open("me")
    place.tutor.save_draft(session, "hint please")
    list(place.tutor.send(session, "hint please"))
    assert place.tutor.draft(session) == ""


def test_stop_ends_and_the_next_message_goes_on(place: World) -> None:
    session = place.tutor.open("me")
    asked = place.tutor.state(session).open
    assert isinstance(list(place.tutor.send(session, "/stop"))[-1], SessionEnded)
    assert place.tutor.state(session).ended
    list(place.tutor.send(session, "alpha beta"))
    assert asked is not None
    assert place.tutor.state(session).attempts[-1].answered.question == asked.question


def test_a_session_of_another_learner_does_not_open(place: World) -> None:
    session = place.tutor.open("me")
    with pytest.raises(StoreError, match="has no session"):
        place.tutor.open("you", session)
    assert place.tutor.open("me", session) == session


def test_sessions_list_the_latest_first(place: World) -> None:
    first, second = place.tutor.open("me"), place.tutor.open("me")
    list(place.tutor.send(first, "/hint"))
    assert [row.id for row in place.tutor.sessions("me")] == [first, second]
    assert place.tutor.sessions("you") == []


def test_sessions_are_reproducible(place: World) -> None:
    first, again = place.tutor.open("a"), place.tutor.open("b")
    for session in (first, again):
        list(place.tutor.send(session, "/skip"))
    asked = [[e.question for e in place.tutor.events(s) if isinstance(e, Asked)] for s in (first, again)]
    assert len(asked[0]) == 2
    place.restart()
    assert place.tutor.state(first).asked == tuple(asked[0])


def test_two_windows_do_not_grade_an_answer_twice(place: World) -> None:
    session = place.tutor.open("me")
    place.grader = FakeGrader(seconds=0.05)
    place.restart()
    place.tutor.send(session, "alpha beta gamma")
    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(lambda _: [e.type for e in place.tutor.resume(session)], range(4)))
    log = [e.type for e in place.tutor.events(session)]
    assert log.count("critiqued") == 1
    assert log.count("asked") == 2
    assert all(types in ([], ["asked"], ["critiqued", "asked"]) for types in seen)


class RacingStore(EventStore):
    """Runs `race` once, between the reading of the log and the first writing to it."""

    race: Callable[[], object] | None = None

    def append(self, session_id: str, expected_seq: int, new: Sequence[Event], *, sent: bool = False) -> int:
        if race := self.race:
            self.race = None
            race()
        return super().append(session_id, expected_seq, new, sent=sent)


def test_a_message_that_meets_another_writer_becomes_the_draft(tmp_path: Path) -> None:
    store = RacingStore(f"sqlite:///{tmp_path}/tutor.db")
    place = World(store)
    session = place.tutor.open("me")
    store.race = lambda: list(place.another().send(session, "beta"))
    with pytest.raises(ConflictError, match="another window"):
        place.tutor.send(session, "alpha")
    assert place.tutor.draft(session) == "alpha"
    assert [a.text for a in place.tutor.state(session).attempts] == ["beta"]
    store.close()


def test_abilities_count_first_answers_over_all_sessions(place: World) -> None:
    before = place.tutor.abilities("me")
    for _ in range(2):
        session = place.tutor.open("me", request="/topic attention")
        list(place.tutor.send(session, "alpha beta gamma"))
    after = place.tutor.abilities("me")
    topic = "deep-learning/attention"
    assert after[topic].mean > before[topic].mean
    assert after[topic].sd < before[topic].sd
    assert after[topic].answers == 2


def test_warm_up_loads_in_the_background_and_swallows_what_is_missing(place: World) -> None:
    place.index.gone = True
    warming = place.tutor.warm_up()
    warming.join(60)
    assert not warming.is_alive()
    session = place.tutor.open("me")
    assert place.tutor.state(session).open is not None


def test_an_empty_bank_ends_the_session_and_says_why(place: World) -> None:
    place.corpus = replace(place.corpus, questions={})
    place.restart()
    session = place.tutor.open("me")
    assert place.tutor.state(session).ended
    assert "knowledge/questions" in last_words(place, session)


def test_a_question_that_left_the_bank_leaves_the_answer_stored(place: World) -> None:
    session = place.tutor.open("me")
    asked = place.tutor.state(session).open
    assert asked is not None
    place.tutor.send(session, "alpha")
    left = {k: v for k, v in place.corpus.questions.items() if k != asked.question}
    place.corpus = replace(place.corpus, questions=left)
    place.restart()
    assert [type(e) for e in place.tutor.resume(session)] == [GradingFailed, Asked]


def test_the_mode_is_kept_with_the_answer(place: World) -> None:
    session = place.tutor.open("me", request="/mock acme concepts")
    list(place.tutor.send(session, "alpha"))
    assert [a.answered.mode for a in place.tutor.state(session).attempts] == [Mode.MOCK]
