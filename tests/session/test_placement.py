"""The placement in a session: it asks without following up, survives a restart, and says what it found."""

from tests.session.fakes import World, world
from tutor.session.events import Asked, Critiqued, Event, Placed, PlacementStarted, Said


def placed(log: list[Event]) -> list[Placed]:
    return [e for e in log if isinstance(e, Placed)]


def asked_since(log: list[Event]) -> list[str]:
    start = max(n for n, e in enumerate(log) if isinstance(e, PlacementStarted))
    return [e.question for e in log[start:] if isinstance(e, Asked)]


def answer_all(place: World, session: str) -> list[Event]:
    for _ in range(12):
        if place.tutor.state(session).placement is None:
            break
        list(place.tutor.send(session, "alpha"))
        place.restart()
    return place.tutor.events(session)


def test_it_asks_across_restarts_without_follow_ups_and_says_what_it_found() -> None:
    with world() as place:
        session = place.tutor.open("me")
        list(place.tutor.send(session, "/placement"))
        log = answer_all(place, session)
        (found,) = placed(log)
        questions = asked_since(log[: log.index(found)])
        assert len(questions) == len(set(questions)) == found.answers <= 8
        critiques = [e for e in log if isinstance(e, Critiqued)]
        assert critiques
        assert all(e.withheld == () for e in critiques)
        assert sum(a.answers for a in found.areas) == found.answers
        said = log[log.index(found) + 1]
        assert isinstance(said, Said)
        assert f"after {found.answers} answers" in said.text
        assert "Systems" in said.text
        assert place.tutor.state(session).open is not None


def test_it_can_be_ended_left_and_skipped_through() -> None:
    with world() as place:
        session = place.tutor.open("me")
        list(place.tutor.send(session, "/placement"))
        list(place.tutor.send(session, "/end"))
        (found,) = placed(place.tutor.events(session))
        assert found.answers == 0
        list(place.tutor.send(session, "/placement"))
        list(place.tutor.send(session, "/placement"))
        assert place.tutor.state(session).placement is not None
        list(place.tutor.send(session, "/topic attention"))
        assert place.tutor.state(session).placement is None
        list(place.tutor.send(session, "/placement"))
        for _ in range(8):
            list(place.tutor.send(session, "/skip"))
        assert len(placed(place.tutor.events(session))) == 2
        assert place.tutor.state(session).open is not None
