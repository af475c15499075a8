"""How people ask for the whole case, close it, ask for one, and say how sure they are; and what is none of these."""

from collections.abc import Mapping

import pytest

from tests.session.fakes import World, corpus
from tests.session.test_practice import asked, reply, send
from tests.session.test_stages import case_world
from tutor.session.acts import Act
from tutor.session.practice import sureness
from tutor.session.router import route

SAID = [
    ("can I answer it all at once?", Act.WHOLE, ""),
    ("I'd like to give the whole design in one go", Act.WHOLE, ""),
    ("all at once", Act.WHOLE, ""),
    ("not part by part please", Act.WHOLE, ""),
    ("close the case", Act.SKIP, "case"),
    ("let's skip this case", Act.SKIP, "case"),
    ("give me a design case", Act.KIND, "design"),
    ("a design case on serving", Act.TOPIC, "design serving"),
    ("I'm pretty sure", Act.SURE, "pretty sure"),
    ("just a guess", Act.SURE, "guess"),
    ("I am quite confident about this one.", Act.SURE, "quite confident"),
    ("how sure: 2", Act.SURE, "2"),
]
ANSWERS = [
    "not sure",
    "I'm not sure",
    "I guess dropout",
    "load all at once",
    "an edge case",
    "the worst case",
    "together",
]


class Shy:
    """A reader that has learnt no act but the answer and to stop, and takes all for those."""

    def load(self) -> None:
        """Nothing to load."""

    def __call__(self, text: str, pending: bool) -> Mapping[Act, float] | None:
        """Mostly an answer."""
        del text, pending
        return {Act.ANSWER: 0.6, Act.STOP: 0.4}


@pytest.mark.parametrize(("text", "act", "argument"), SAID)
def test_words_for_cases_and_sureness(text: str, act: Act, argument: str) -> None:
    found = route(text, corpus())
    assert (found.act, found.argument) == (act, argument)


@pytest.mark.parametrize("text", ANSWERS)
def test_answers_that_sound_like_it_stay_answers(text: str) -> None:
    assert route(text, corpus()).act is Act.ANSWER


@pytest.mark.parametrize("text", ["I'm pretty sure", "close the case", "All at once"])
def test_a_reader_that_never_read_them_does_not_overrule_a_rule_or_a_button(text: str) -> None:
    assert route(text, corpus(), reader=Shy()).act in (Act.SURE, Act.SKIP, Act.WHOLE)


@pytest.mark.parametrize(
    ("words", "level"),
    [("3", 2), ("guess", 0), ("pretty sure", 2), ("absolutely certain", 3), ("unsure", 1), ("5", None), ("", None)],
)
def test_sureness_in_words(words: str, level: int | None) -> None:
    assert sureness(words) == level


def test_the_words_do_what_the_commands_do(place: World) -> None:
    session = case_world(place)
    assert "fairly sure, 75%" in reply(place, session, "I'm pretty sure")
    assert place.tutor.state(session).sure == 0.75
    send(place, session, "alpha", "can I answer the rest in one go?")
    assert (asked(place, session).stage, asked(place, session).continues) == (None, True)
    send(place, session, "close the case")
    assert place.tutor.state(session).case is None or not place.tutor.state(session).case.answers
