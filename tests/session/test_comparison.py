"""The retry beside the first try."""

from hypothesis import given
from hypothesis import strategies as st

from tests.session.fakes import World
from tests.session.test_practice import critiques, send
from tests.session.test_stages import case_world, final
from tutor.domain import Verdict
from tutor.session.comparison import Comparison, compare, in_words, text_diff


def last(place: World, session: str) -> Comparison | None:
    return compare(place.tutor.state(session), critiques(place, session)[-1])


def test_verdicts_that_changed_are_named_with_the_change_of_the_score(place: World) -> None:
    place.grader.lenient = True
    session = place.tutor.open("me")
    send(place, session, "not alpha gamma", "so", "/retry", "alpha")
    found = last(place, session)
    assert found is not None
    assert [(c.number, c.before.verdict, c.after.verdict, c.better) for c in found.changes] == [
        (1, Verdict.CONTRADICTED, Verdict.MET, True),
        (3, Verdict.MET, Verdict.MISSING, False),
    ]
    assert found.unchanged == 1
    assert found.score is not None
    assert round(found.score, 2) == round(1 / 3 - 1 / 6, 2)
    assert in_words(found) == "+17 points of 100 (± 0) against your first try. Points: 1 better, 1 worse, 1 as before."


def test_the_first_try_counts_as_it_was_before_follow_ups_helped(place: World) -> None:
    session = place.tutor.open("me")
    send(place, session, "alpha", "beta", "/retry", "alpha beta")
    found = last(place, session)
    assert found is not None
    assert (found.first.text, found.retry.text) == ("alpha", "alpha beta")
    assert [c.criterion for c in found.changes] == ["beta"]


def test_a_change_to_an_unsure_verdict_is_only_perhaps_one(place: World) -> None:
    place.grader.lenient = True
    session = place.tutor.open("me")
    send(place, session, "alpha", "so", "/retry", "alpha maybe beta gamma")
    found = last(place, session)
    assert found is not None
    assert [c.word for c in found.changes] == ["perhaps better", "better"]
    assert "1 better, 1 perhaps better, 1 as before" in in_words(found)


def test_a_third_try_is_held_against_the_first(place: World) -> None:
    session = place.tutor.open("me")
    send(place, session, "dunno", "/retry", "dunno", "/retry", "alpha beta gamma")
    found = last(place, session)
    assert found is not None
    assert found.first.answered.attempt.endswith("-1")


def test_a_first_try_and_a_follow_up_have_nothing_beside_them(place: World) -> None:
    session = place.tutor.open("me")
    send(place, session, "alpha")
    assert last(place, session) is None
    send(place, session, "beta", "/retry", "alpha")
    assert last(place, session) is not None
    send(place, session, "beta")
    assert last(place, session) is None


def test_a_case_is_compared_as_a_whole(place: World) -> None:
    session = case_world(place)
    send(place, session, "alpha", "so", "so", "so", "/retry", "alpha", "beta", "so", "gamma")
    found = compare(place.tutor.state(session), final(place, session)[-1])
    assert found is not None
    assert found.first.text == "alpha\n\nso\n\nso\n\nso"
    assert [c.criterion for c in found.changes] == ["beta", "gamma"]


@given(st.text(alphabet="ab \n", max_size=60), st.text(alphabet="ab \n", max_size=60))
def test_the_pieces_hold_every_word_of_both_answers_and_the_second_word_for_word(first: str, second: str) -> None:
    pieces = text_diff(first, second)
    assert "".join(p.text for p in pieces if p.kind != "gone") == second
    assert " ".join(p.text for p in pieces if p.kind != "new").split() == first.split()
