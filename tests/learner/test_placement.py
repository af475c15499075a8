"""Which questions place a learner, and when that is enough."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.session.fakes import QUESTIONS, TOPICS
from tutor.domain import Kind
from tutor.learner.ability import Abilities, difficulty, expected
from tutor.learner.placement import ENOUGH, MOST, areas, enough, next_question, overall
from tutor.learner.worth import Standing


@given(st.lists(st.floats(0, 1), min_size=20, max_size=20))
@settings(max_examples=40)
def test_it_ends_soon_repeats_nothing_and_says_how_sure_it_is(credits: list[float]) -> None:
    standing, asked = Standing(Abilities.prior(TOPICS)), list[str]()
    while question := next_question(QUESTIONS, standing, asked):
        asked.append(question.id)
        model = standing.abilities.update(question.topic, difficulty(question.level), credits[len(asked)], 2.0)
        standing = Standing(model)
    assert len(asked) == len(set(asked)) <= MOST
    assert enough(standing) or len(asked) in (MOST, len(QUESTIONS))
    assert enough(standing) == (overall(standing).sd <= ENOUGH)
    assert sum(a.answers for a in areas(standing)) == len(asked)
    for level in areas(standing):
        low, high = level.interval
        assert 1 <= low <= high <= 5


def test_the_first_two_questions_are_of_two_areas_and_design_cases_are_left_to_practice() -> None:
    nobody = Standing(Abilities.prior(TOPICS))
    quick = [q.model_copy(update={"kind": Kind.CONCEPT}) for q in QUESTIONS]
    first = next_question(quick, nobody, [])
    assert first is not None
    second = next_question(quick, nobody, [first.id])
    assert second is not None
    assert first.area != second.area
    asked = list[str]()
    while question := next_question(QUESTIONS, nobody, asked):
        asked.append(question.id)
    kinds = [q.kind for name in asked for q in QUESTIONS if q.id == name]
    assert Kind.DESIGN not in kinds[:5]


def test_whoever_is_known_well_is_asked_nothing() -> None:
    rng, model = Random(0), Abilities.prior(TOPICS)
    for n in range(60):
        credit = float(rng.random() < expected(0.5, 0.0))
        model = model.update(TOPICS[n % 3], 0.0, credit)
    assert next_question(QUESTIONS, Standing(model), []) is None
    assert next_question([], Standing(Abilities.prior(TOPICS)), []) is None
