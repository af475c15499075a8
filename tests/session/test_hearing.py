"""What may be an answer or a request is asked back; what was typed is kept, and handed in when it was the answer."""

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.session.fakes import World, corpus, world
from tutor.session.events import Answered, Event, Hinted, Said, Speaker, Unclear
from tutor.session.hearing import doubt
from tutor.session.router import Act, Intent, route
from tutor.session.tutor import Tutor

SAYINGS = ("maybe alpha", "maybe", "alpha", "/answer", "yes", "no", "/hint", "/skip", "/answer x")


class FakeReader:
    """Is sure of what it was told, and torn between a hint and an answer on every text with "maybe"."""

    def __init__(self, sure: Mapping[str, Act] | None = None) -> None:
        self.sure = sure or {}

    def load(self) -> None:
        """Is ready."""

    def __call__(self, text: str, pending: bool) -> Mapping[Act, float] | None:
        """The odds."""
        if text in self.sure or not pending:
            return {self.sure.get(text, Act.HINT): 0.97, Act.ANSWER: 0.02, Act.HELP: 0.01}
        return {Act.ANSWER: 0.25, Act.HINT: 0.75} if "maybe" in text else {Act.ANSWER: 0.98, Act.HINT: 0.02}


def with_reader(place: World, reader: FakeReader) -> Tutor:
    return Tutor(place.corpus, lambda: place.index, lambda: place.grader, place.store, place.clock, reader=reader)


def kinds(events: list[Event]) -> list[str]:
    return [event.type for event in events]


def test_words_that_may_be_either_are_asked_back_and_not_graded(place: World) -> None:
    tutor = with_reader(place, FakeReader())
    session = tutor.open("me")
    assert kinds(list(tutor.send(session, "maybe alpha"))) == ["said", "unclear"]
    state = tutor.state(session)
    kept = doubt(state)
    assert kept is not None
    assert (kept.text, kept.command, state.pending, state.open is not None) == ("maybe alpha", "/hint", None, True)


def test_each_way_to_say_that_it_was_the_answer_hands_the_kept_words_in(place: World) -> None:
    for said in ("/answer", "yes", "That was my answer.", "maybe alpha"):
        tutor = with_reader(place, FakeReader())
        session = tutor.open("me")
        list(tutor.send(session, "maybe alpha", confidence=0.75))
        events = list(tutor.send(session, said))
        answer = next(e for e in events if isinstance(e, Answered))
        assert (answer.text, answer.confidence) == ("maybe alpha", 0.75)


def test_the_command_or_no_asks_for_what_it_might_have_been(place: World) -> None:
    for said in ("/hint", "no", "It was not my answer"):
        tutor = with_reader(place, FakeReader())
        session = tutor.open("me")
        list(tutor.send(session, "maybe alpha"))
        assert any(isinstance(e, Hinted) for e in tutor.send(session, said))
        assert doubt(tutor.state(session)) is None


def test_another_answer_settles_the_doubt(place: World) -> None:
    tutor = with_reader(place, FakeReader())
    session = tutor.open("me")
    list(tutor.send(session, "maybe alpha"))
    list(tutor.send(session, "alpha beta gamma"))
    assert doubt(tutor.state(session)) is None
    assert [a.text for a in tutor.state(session).attempts] == ["alpha beta gamma"]


def test_a_draft_beside_the_button_stays(place: World) -> None:
    tutor = with_reader(place, FakeReader())
    session = tutor.open("me")
    list(tutor.send(session, "maybe alpha"))
    tutor.save_draft(session, "half written")
    list(tutor.send(session, "/answer"))
    assert tutor.draft(session) == "half written"


def test_time_up_hands_in_the_words_in_doubt(place: World) -> None:
    tutor = with_reader(place, FakeReader())
    session = tutor.open("me", request="/mock acme ml-design")
    list(tutor.send(session, "maybe alpha"))
    place.clock.forward(31)
    list(tutor.tick(session))
    assert [a.text for a in tutor.state(session).attempts] == ["maybe alpha"]


def test_answer_with_words_is_an_answer_whatever_it_looks_like(place: World) -> None:
    session = place.tutor.open("me")
    events = list(place.tutor.send(session, "/answer skip"))
    assert next(e.text for e in events if isinstance(e, Answered)) == "skip"


def test_answer_alone_without_a_doubt_says_how(place: World) -> None:
    session = place.tutor.open("me")
    events = list(place.tutor.send(session, "/answer"))
    assert kinds(events) == ["said", "said"]
    assert "Write your answer" in events[1].text
    assert place.tutor.state(session).open is not None


def test_what_was_understood_is_kept_for_the_reply_even_when_the_reader_is_gone(place: World) -> None:
    tutor = with_reader(place, FakeReader({"could you point me somewhere": Act.HINT}))
    session = tutor.open("me")
    tutor.send(session, "could you point me somewhere")
    assert any(isinstance(e, Hinted) for e in place.another().resume(session))


def test_the_reader_finds_what_no_rule_has_and_a_rule_without_support_is_asked_back() -> None:
    reader = FakeReader({"could you point me somewhere": Act.HINT})
    assert route("could you point me somewhere", corpus()).act is Act.ANSWER
    assert route("could you point me somewhere", corpus(), reader=reader) == Intent(Act.HINT)
    assert route("attention", corpus(), reader=reader).act is Act.ANSWER


def test_without_an_open_question_nothing_is_an_answer_that_resembles_a_request() -> None:
    assert route("maybe", corpus(), pending=False, reader=FakeReader()) == Intent(Act.HINT)


@settings(max_examples=12)
@given(st.lists(st.sampled_from(SAYINGS), max_size=8), st.integers(0, 3))
def test_nothing_typed_is_lost_or_answered_twice(messages: list[str], read: int) -> None:
    with world() as place:
        tutor = with_reader(place, FakeReader())
        session = tutor.open("me")
        for text in messages:
            events = tutor.send(session, text)
            for _, _event in zip(range(read), events, strict=False):
                pass
            tutor = with_reader(place, FakeReader())
        list(tutor.resume(session))
        log = tutor.events(session)
        typed = [
            e.text for e in log if isinstance(e, Answered) or (isinstance(e, Said) and e.speaker is Speaker.LEARNER)
        ]
        for text in messages:
            assert text in ("/answer", "yes") or text.removeprefix("/answer ") in typed or text in typed
        handed_in = [e.text for e in log if isinstance(e, Answered)]
        assert sum("maybe" in text for text in handed_in) <= sum(isinstance(e, Unclear) for e in log)
        assert tutor.state(session).open is not None
