"""The event log, the same on SQLite and PostgreSQL."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.session.fakes import world
from tutor.errors import StoreError
from tutor.session.events import Answered, Event, Mode, Said, SessionStarted, Speaker
from tutor.store.log import ConflictError, EventStore

AT = datetime(2026, 1, 5, 9, 0, 0, 123456, tzinfo=UTC)


def started(learner: str = "me") -> SessionStarted:
    return SessionStarted(at=AT, learner=learner, seed=1)


def said(text: str, minutes: float = 0) -> Said:
    return Said(at=AT + timedelta(minutes=minutes), speaker=Speaker.LEARNER, text=text)


def answered(attempt: str, text: str = "x", **more: object) -> Answered:
    known = {"at": AT, "attempt": attempt, "question": "q", "mode": Mode.PRACTICE, "text": text, "seconds": 1}
    return Answered.model_validate({**known, **more})


def test_what_is_appended_is_read_back(store: EventStore) -> None:
    events: list[Event] = [started(), said("hello"), answered("a1")]
    assert store.create("s", "me", events[:1]) == 1
    assert store.append("s", 1, events[1:]) == 3
    assert store.events("s") == events
    assert store.events("s", after=2) == events[2:]


@pytest.mark.parametrize(
    "text", ["\x00\x1b[31m", "שלום ‮abc", "'; DROP TABLE events; --", "a\r\n\tb", "🙂", "x" * 100_000]
)
def test_every_character_survives(store: EventStore, text: str) -> None:
    store.create("s", "me", [started(), said(text)])
    store.save_draft("s", text, "q/")
    assert store.events("s")[1] == said(text)
    assert store.draft("s") == (text, "q/")


def test_a_writer_who_read_an_older_log_is_refused(store: EventStore) -> None:
    store.create("s", "me", [started()])
    store.append("s", 1, [said("a")])
    with pytest.raises(ConflictError):
        store.append("s", 1, [said("b"), said("c")])
    assert len(store.events("s")) == 2


def test_of_many_writers_at_once_one_wins_and_nothing_interleaves(store: EventStore) -> None:
    store.create("s", "me", [started()])

    def write(name: int) -> bool:
        try:
            store.append("s", 1, [said(f"{name}a"), said(f"{name}b")])
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(write, range(8)))
    assert sum(won) == 1
    winner = won.index(True)
    assert store.events("s")[1:] == [said(f"{winner}a"), said(f"{winner}b")]


def test_a_taken_id_and_an_unknown_session_are_said(store: EventStore) -> None:
    store.create("s", "me", [started()])
    with pytest.raises(ConflictError, match="already"):
        store.create("s", "me", [started()])
    with pytest.raises(StoreError, match="no session t"):
        store.append("t", 0, [said("a")])
    assert store.events("t") == []
    assert store.learner("t") is None


def test_sending_takes_the_draft_in_the_same_step(store: EventStore) -> None:
    store.create("s", "me", [started()])
    store.save_draft("s", "typed", "q/")
    with pytest.raises(ConflictError):
        store.append("s", 5, [said("typed")], sent=True)
    assert store.draft("s") == ("typed", "q/")
    store.append("s", 1, [said("typed")], sent=True)
    assert store.draft("s") == ("", None)


def test_an_empty_draft_is_none(store: EventStore) -> None:
    store.create("s", "me", [started()])
    store.save_draft("s", "typed", None)
    store.save_draft("s", "", None)
    assert store.draft("s") == ("", None)


def test_sessions_are_listed_by_last_use(store: EventStore) -> None:
    for name in ("a", "b"):
        store.create(name, "me", [started()])
    store.create("c", "you", [started("you")])
    store.append("a", 1, [said("later", minutes=10**7)])
    assert [row.id for row in store.sessions("me")] == ["a", "b"]


def test_attempts_tell_first_answers_from_follow_ups_and_retries(store: EventStore) -> None:
    store.create("s", "me", [started(), answered("1"), answered("2", criterion="c"), answered("3", retry=True)])
    assert [(row.attempt, row.first, row.credit) for row in store.attempts("me")] == [
        ("1", True, None),
        ("2", False, None),
        ("3", False, None),
    ]


def test_export_holds_everything_and_forget_removes_it(store: EventStore) -> None:
    store.create("s", "me", [started(), answered("1", "my words")])
    store.create("t", "you", [started("you")])
    store.save_draft("s", "half", None)
    exported = json.loads(json.dumps(store.export("me")))
    assert [s["id"] for s in exported["sessions"]] == ["s"]
    assert exported["sessions"][0]["draft"] == "half"
    assert exported["sessions"][0]["events"][1]["text"] == "my words"
    assert store.forget("me") == 1
    assert store.export("me")["sessions"] == []
    assert store.attempts("me") == []
    assert store.draft("s") == ("", None)
    assert store.learner("t") == "you"


def test_a_whole_session_runs_on_it(url: str) -> None:
    with world(url) as place:
        session = place.tutor.open("me", request="/mock acme ml-design")
        for text in ("/whole", "alpha \x00", "/hint", "/whole", "not beta", "alpha beta"):
            list(place.tutor.send(session, text))
        place.restart()
        state = place.tutor.state(session)
        assert state.debrief is not None
        assert state.open is not None
        assert [row.credit is not None for row in place.store.attempts("me")] == [True, True, True]
