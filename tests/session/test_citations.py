"""Passages come from the index and are in the corpus; without an index there are none, and it is said."""

from dataclasses import replace

from tests.session.fakes import World
from tests.session.test_practice import critiques, reply
from tutor.session.events import Critiqued, Said


def test_each_criterion_shows_passages_and_the_authors_choice_first(place: World) -> None:
    session = place.tutor.open("me", request="/topic attention")
    list(place.tutor.send(session, "alpha beta"))
    shown = {v.criterion: v.passages for v in critiques(place, session)[0].critique.verdicts}
    assert {c: p[0] for c, p in shown.items()} == {c: f"attention#{c}" for c in ("alpha", "beta", "gamma")}
    assert all(1 <= len(p) <= 2 for p in shown.values())


def test_without_an_index_there_are_none_and_the_remedy_is_said(place: World) -> None:
    session = place.tutor.open("me")
    place.index.gone = True
    events = list(place.tutor.send(session, "alpha beta"))
    assert all(v.passages == () for e in events if isinstance(e, Critiqued) for v in e.critique.verdicts)
    assert any("tutor index" in e.text for e in events if isinstance(e, Said))
    assert "tutor index" in reply(place, session, "/explain alpha")
    place.index.gone = False
    assert "On " in reply(place, session, "/explain alpha")


def test_a_passage_that_left_the_corpus_is_not_shown(place: World) -> None:
    session = place.tutor.open("me", request="/topic attention")
    left = {k: v for k, v in place.corpus.passages.items() if k != "attention#alpha"}
    place.corpus = replace(place.corpus, passages=left)
    place.restart()
    list(place.tutor.send(session, "alpha beta"))
    shown = [p for v in critiques(place, session)[0].critique.verdicts for p in v.passages]
    assert shown
    assert "attention#alpha" not in shown


def test_an_answer_that_was_stopped_cites_nothing(place: World) -> None:
    session = place.tutor.open("me")
    list(place.tutor.send(session, "dunno"))
    assert all(v.passages == () for v in critiques(place, session)[0].critique.verdicts)
