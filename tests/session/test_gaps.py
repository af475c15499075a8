"""What follow-ups ask for: parts of a story, and points that the grader is unsure about."""

from dataclasses import replace

from tests.session.fakes import QUESTIONS, World
from tests.session.test_practice import asked, critiques, send
from tutor.domain import Criterion, Kind, Rubric, Stage
from tutor.session.events import Asked
from tutor.session.gaps import CLARIFY, STORY

PARTS = (Stage.SITUATION, Stage.ACTION, Stage.ACTION, Stage.RESULT, Stage.REFLECTION)
WORDS = ("alpha", "beta", "delta", "gamma", "omega")


def story(place: World) -> str:
    """A session on a story: situation alpha, action beta and the heavier delta, result gamma, reflection omega."""
    criteria = tuple(
        Criterion(id=word, text=f"It has {word}.", stage=stage, weight=2 if word == "delta" else 1)
        for word, stage in zip(WORDS, PARTS, strict=True)
    )
    question = QUESTIONS[0].model_copy(update={"kind": Kind.BEHAVIORAL, "rubric": Rubric(criteria=criteria)})
    place.corpus = replace(place.corpus, questions={question.id: question})
    place.restart()
    return place.tutor.open("me")


def follow_ups(place: World, session: str) -> list[Asked]:
    return [e for e in place.tutor.events(session) if isinstance(e, Asked) and e.criterion]


def test_a_story_is_probed_for_own_action_numbers_and_reflection(place: World) -> None:
    session = story(place)
    send(place, session, "alpha", "delta", "gamma", "omega")
    assert [(e.criterion, e.prompt) for e in follow_ups(place, session)] == [
        ("delta", STORY[Stage.ACTION]),
        ("gamma", STORY[Stage.RESULT]),
        ("omega", STORY[Stage.REFLECTION]),
    ]
    assert asked(place, session).criterion is None


def test_a_part_is_probed_once_and_a_fruitless_probe_does_not_end_the_others(place: World) -> None:
    session = story(place)
    send(place, session, "alpha", "so", "so", "so")
    assert [e.criterion for e in follow_ups(place, session)] == ["delta", "gamma", "omega"]


def test_only_missing_parts_are_probed_and_all_their_points_stay_hidden(place: World) -> None:
    session = story(place)
    send(place, session, "alpha gamma omega")
    assert critiques(place, session)[-1].withheld == ("beta", "delta")
    send(place, session, "delta beta")
    assert [e.criterion for e in follow_ups(place, session)] == ["delta"]
    assert critiques(place, session)[-1].withheld == ()


def test_what_the_grader_is_unsure_about_is_asked_once_with_the_words_it_read(place: World) -> None:
    session = place.tutor.open("me")
    send(place, session, "alpha beta maybe gamma")
    assert critiques(place, session)[-1].withheld == ("gamma",)
    clarifying = asked(place, session)
    assert (clarifying.prompt, clarifying.criterion, clarifying.quoted) == (CLARIFY, "gamma", "maybe gamma")
    send(place, session, "still maybe gamma")
    assert asked(place, session).criterion is None


def test_what_is_missing_comes_before_what_is_unsure(place: World) -> None:
    session = place.tutor.open("me")
    send(place, session, "alpha maybe gamma")
    assert asked(place, session).criterion == "beta"
    send(place, session, "beta")
    assert asked(place, session).criterion is None
