"""Practice: follow-ups, hints, steering, retries. Each test is one rule of the conversation."""

import pytest

from tests.session.fakes import QUESTIONS, World
from tutor.session.events import Answered, Asked, Critiqued, Hinted, Said, Speaker
from tutor.session.practice import displayable


def asked(place: World, session: str) -> Asked:
    found = place.tutor.state(session).open
    assert found is not None
    return found


def critiques(place: World, session: str) -> list[Critiqued]:
    return [e for e in place.tutor.events(session) if isinstance(e, Critiqued)]


def send(place: World, session: str, *texts: str) -> None:
    for text in texts:
        list(place.tutor.send(session, text))


def reply(place: World, session: str, text: str) -> str:
    return "\n".join(
        e.text for e in place.tutor.send(session, text) if isinstance(e, Said) and e.speaker is Speaker.TUTOR
    )


def test_the_heaviest_essential_gap_is_followed_up_in_their_words(place: World) -> None:
    session = place.tutor.open("me")
    send(place, session, "half alpha")
    follow_up = asked(place, session)
    assert (follow_up.criterion, follow_up.prompt, follow_up.quoted) == ("alpha", "And what of a?", "half alpha")


def test_a_missing_point_quotes_what_was_said_instead(place: World) -> None:
    session = place.tutor.open("me")
    send(place, session, "beta")
    assert (asked(place, session).criterion, asked(place, session).quoted) == ("alpha", "beta")


def test_a_follow_up_is_graded_with_what_was_said_before_and_shows_the_gain(place: World) -> None:
    session = place.tutor.open("me")
    send(place, session, "beta and gamma", "alpha")
    assert place.grader.seen == ["beta and gamma", "beta and gamma\n\nalpha"]
    assert critiques(place, session)[-1].gained == ("alpha",)
    assert critiques(place, session)[-1].critique.score == 1
    assert asked(place, session).criterion is None


def test_each_point_is_followed_up_once_and_then_the_next_question_comes(place: World) -> None:
    session = place.tutor.open("me")
    first = asked(place, session).question
    send(place, session, "gamma", "half alpha", "half beta")
    log = [e for e in place.tutor.events(session) if isinstance(e, Asked)]
    assert [e.criterion for e in log] == [None, "alpha", "beta", None]
    assert log[-1].question != first


def test_a_follow_up_that_gained_nothing_is_the_last(place: World) -> None:
    session = place.tutor.open("me")
    send(place, session, "gamma", "something else")
    assert asked(place, session).criterion is None


@pytest.mark.parametrize("answer", ["dunno", "alpha beta"])
def test_no_follow_up_after_no_attempt_or_without_an_essential_gap(place: World, answer: str) -> None:
    session = place.tutor.open("me")
    send(place, session, answer)
    assert asked(place, session).criterion is None


def test_what_is_about_to_be_asked_is_withheld(place: World) -> None:
    session = place.tutor.open("me")
    send(place, session, "gamma", "alpha beta")
    assert [c.withheld for c in critiques(place, session)] == [("alpha", "beta"), ()]


def test_skipping_a_follow_up_goes_to_the_next_question(place: World) -> None:
    session = place.tutor.open("me")
    first = asked(place, session).question
    send(place, session, "gamma", "/skip")
    assert asked(place, session).criterion is None
    assert asked(place, session).question != first


def test_hints_are_a_ladder_with_its_cost(place: World) -> None:
    session = place.tutor.open("me")
    send(place, session, "/hint", "hint please", "/hint")
    hints = [e for e in place.tutor.events(session) if isinstance(e, Hinted)]
    assert [(h.step, h.text, h.cost) for h in hints] == [(1, "First.", 0.1), (2, "Second.", 0.1), (3, "Third.", 0.1)]
    assert "last hint" in reply(place, session, "/hint")
    send(place, session, "alpha beta gamma")
    assert critiques(place, session)[-1].critique.score == 1
    assert critiques(place, session)[-1].credit == pytest.approx(0.7)


def test_hints_of_one_question_do_not_cost_in_the_next(place: World) -> None:
    session = place.tutor.open("me")
    send(place, session, "/hint", "/skip", "alpha beta gamma")
    assert critiques(place, session)[-1].credit == 1


@pytest.mark.parametrize(("command", "sign"), [("/easier", -1), ("/harder", 1)])
def test_easier_and_harder_move_the_level(place: World, command: str, sign: int) -> None:
    session = place.tutor.open("me", request="/topic attention")
    levels = {q.id: q.level for q in QUESTIONS}
    send(place, session, "/kind any")
    before = levels[asked(place, session).question]
    send(place, session, command)
    assert (levels[asked(place, session).question] - before) * sign > 0


def test_the_end_of_the_scale_is_said(place: World) -> None:
    session = place.tutor.open("me")
    texts = [reply(place, session, "/easier") for _ in range(5)]
    assert any("lowest" in t for t in texts)


def test_a_topic_is_kept_until_it_is_used_up_and_then_widened_in_words(place: World) -> None:
    session = place.tutor.open("me", request="quiz me on attention")
    send(place, session, "/skip", "/skip")
    topics = {q.id: q.topic for q in QUESTIONS}
    assert {topics[q] for q in place.tutor.state(session).asked} == {"deep-learning/attention"}
    assert "used up" in reply(place, session, "/skip")
    assert topics[asked(place, session).question].startswith("deep-learning/")


def test_an_unknown_topic_is_said_and_nothing_changes(place: World) -> None:
    session = place.tutor.open("me")
    before = asked(place, session)
    assert "Near it: Attention" in reply(place, session, "quiz me on attentatious")
    assert "areas are Deep learning, Systems" in reply(place, session, "/topic gardening")
    assert asked(place, session) == before


def test_a_topic_may_be_misspelt(place: World) -> None:
    session = place.tutor.open("me", request="quiz me on atention")
    assert place.tutor.state(session).focus.topics == ("deep-learning/attention",)


def test_a_kind_is_a_filter_too(place: World) -> None:
    session = place.tutor.open("me", request="a coding question")
    assert asked(place, session).question == "attention-3"
    send(place, session, "/topic any")
    assert place.tutor.state(session).focus.kind is None


def test_retry_asks_the_same_again_and_shows_the_gain(place: World) -> None:
    session = place.tutor.open("me")
    first = asked(place, session).question
    send(place, session, "dunno", "/retry")
    assert (asked(place, session).question, asked(place, session).retry) == (first, True)
    send(place, session, "alpha beta gamma")
    assert critiques(place, session)[-1].gained == ("alpha", "beta", "gamma")
    assert [row.first for row in place.store.attempts("me")] == [True, False]


def test_nothing_to_retry_is_said(place: World) -> None:
    session = place.tutor.open("me")
    assert "no answer yet" in reply(place, session, "/retry")


def test_a_clarifying_question_is_answered_from_the_passages_and_is_no_answer(place: World) -> None:
    session = place.tutor.open("me")
    before = asked(place, session)
    events = list(place.tutor.send(session, "what do you mean by alpha?"))
    said = events[-1]
    assert isinstance(said, Said)
    assert said.passages
    assert all(p in place.corpus.passages for p in said.passages)
    assert not any(isinstance(e, Answered) for e in events)
    assert asked(place, session) == before


def test_explain_quotes_passages_and_says_where_from(place: World) -> None:
    session = place.tutor.open("me")
    text = reply(place, session, "/explain alpha in serving")
    assert "> On serving, alpha holds." in text
    assert "Alpha in serving" in text


def test_what_the_notes_do_not_hold_is_said(place: World) -> None:
    session = place.tutor.open("me")
    assert "nothing on" in reply(place, session, "/explain zzz")


def test_why_names_the_gaps_and_what_was_written(place: World) -> None:
    session = place.tutor.open("me")
    send(place, session, "not alpha but beta gamma")
    text = reply(place, session, "why was that wrong?")
    assert "*contradicted*" in text
    assert "“not alpha”" in text


def test_why_this_question(place: World) -> None:
    session = place.tutor.open("me")
    assert reply(place, session, "why this question?") == asked(place, session).why


def test_an_unknown_command_shows_those_there_are(place: World) -> None:
    session = place.tutor.open("me")
    assert "/hint" in reply(place, session, "/foo")


def test_the_whole_bank_comes_before_anything_twice(place: World) -> None:
    session = place.tutor.open("me")
    send(place, session, *["/skip"] * len(QUESTIONS))
    seen = place.tutor.state(session).asked
    assert sorted(seen[: len(QUESTIONS)]) == sorted(q.id for q in QUESTIONS)
    assert len(seen) == len(QUESTIONS) + 1


def test_display_hides_what_could_move_other_text() -> None:
    assert displayable("a\x1b[31mb\u202ec\n\td\x00é שלום") == "a[31mbc\n\tdé שלום"
