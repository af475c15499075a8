"""How people ask for the whole case, close it, and say how sure they are: what it does (the words: `test_router`)."""

from collections.abc import Mapping

import pytest

from tests.session.fakes import World, corpus
from tests.session.test_practice import asked, reply, send
from tests.session.test_stages import case_world
from tutor.session.acts import Act
from tutor.session.practice import sureness
from tutor.session.router import route


class Shy:
    """A reader that has learnt no act but the answer and to stop, and takes all for those."""

    def load(self) -> None:
        """Nothing to load."""

    def __call__(self, text: str, pending: bool) -> Mapping[Act, float] | None:
        """Mostly an answer."""
        del text, pending
        return {Act.ANSWER: 0.6, Act.STOP: 0.4}


@pytest.mark.parametrize("text", ["I'm pretty sure", "close the case", "All at once"])
def test_a_reader_that_never_read_them_does_not_overrule_a_rule_or_a_button(text: str) -> None:
    assert route(text, corpus(), reader=Shy()).act in (Act.SURE, Act.SKIP, Act.WHOLE)


@pytest.mark.parametrize(
    ("words", "level"),
    [
        *(("3", 2), ("guess", 0), ("pretty sure", 2), ("I'm fairly sure.", 2), ("absolutely certain", 3), ("sure!", 3)),
        *(("unsure", 1), ("not sure", 1), ("I'm not very confident", 1), ("not at all certain", 1)),
        *(("5", None), ("", None), ("nobody can be sure", None)),
    ],
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
