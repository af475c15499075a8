"""The model answer: shown for what was answered, offered for what is open."""

from dataclasses import replace

import pytest

from tests.session.fakes import QUESTIONS, World
from tests.session.test_practice import asked, critiques, reply, send
from tests.session.test_stages import case_world
from tutor.session.events import Said, Skipped


@pytest.fixture
def taught(place: World) -> World:
    told = [q.model_copy(update={"model_answer": f"The model of {q.id}."}) for q in QUESTIONS]
    place.corpus = replace(place.corpus, questions={q.id: q for q in told})
    place.restart()
    return place


def test_after_an_answer_it_is_shown_with_the_passages_and_the_open_question_stays(taught: World) -> None:
    session = taught.tutor.open("me")
    first = asked(taught, session).question
    send(taught, session, "alpha beta gamma")
    before = asked(taught, session)
    said = list(taught.tutor.send(session, "/model"))[-1]
    assert isinstance(said, Said)
    assert f"The model of {first}." in said.text
    assert said.passages == taught.corpus.questions[first].rubric.criteria[0].passages + tuple(
        p for c in taught.corpus.questions[first].rubric.criteria[1:] for p in c.passages
    )
    assert asked(taught, session) == before


def test_an_unanswered_question_is_not_given_away_but_offered(taught: World) -> None:
    session = taught.tutor.open("me")
    first = asked(taught, session)
    text = reply(taught, session, "/model")
    assert "closes it without a score" in text
    assert "The model of" not in text
    assert asked(taught, session) == first
    events = list(taught.tutor.send(session, "/model open"))
    assert [e.question for e in events if isinstance(e, Skipped)] == [first.question]
    assert any(isinstance(e, Said) and f"The model of {first.question}." in e.text for e in events)
    assert taught.store.attempts("me") == []
    assert asked(taught, session).question != first.question


def test_an_open_follow_up_is_left_only_when_the_learner_insists(taught: World) -> None:
    session = taught.tutor.open("me")
    first = asked(taught, session).question
    send(taught, session, "alpha gamma")
    assert asked(taught, session).criterion == "beta"
    assert "A follow-up on your answer is still open" in reply(taught, session, "/model")
    credit = critiques(taught, session)[-1].credit
    assert any(f"The model of {first}." in getattr(e, "text", "") for e in taught.tutor.send(session, "/model open"))
    assert [row.credit for row in taught.store.attempts("me")] == [credit]


def test_a_case_is_closed_with_its_critique_before_the_model_answer(place: World) -> None:
    session = case_world(place)
    send(place, session, "alpha")
    assert "The case is still open" in reply(place, session, "/model")
    kinds = [e.type for e in place.tutor.send(session, "/model open")]
    assert kinds[:4] == ["said", "skipped", "critiqued", "said"]
    assert critiques(place, session)[-1].credit is not None


def test_an_answer_is_named_by_its_number(taught: World) -> None:
    session = taught.tutor.open("me")
    first = asked(taught, session).question
    send(taught, session, "alpha beta gamma", "alpha beta gamma")
    assert f"The model of {first}." in reply(taught, session, "/model 1")
    assert "no answer 9" in reply(taught, session, "/model 9")


def test_without_one_that_is_said(place: World) -> None:
    session = place.tutor.open("me")
    send(place, session, "alpha beta gamma")
    assert "There is no model answer" in reply(place, session, "/model")


def test_not_during_a_mock_round(taught: World) -> None:
    session = taught.tutor.open("me", request="/mock acme concepts")
    assert "Not during the round" in reply(taught, session, "/model open")
