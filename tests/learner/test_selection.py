"""The choice of the next question."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.session.fakes import QUESTIONS, START, TOPICS
from tutor.domain import Kind, Question
from tutor.learner.ability import Abilities, difficulty
from tutor.learner.reviews import Review
from tutor.learner.selection import Choice, Wish, choose
from tutor.learner.worth import Standing

NOBODY = Abilities.prior(TOPICS)
ANYTHING = Wish()


def pick(
    wish: Wish = ANYTHING,
    asked: Sequence[str] = (),
    abilities: Abilities = NOBODY,
    seed: int = 0,
    reviews: Mapping[str, Review] | None = None,
) -> Choice:
    found = choose(QUESTIONS, Standing(abilities, reviews or {}), wish, asked, now=START, seed=seed)
    assert found is not None
    return found


def by_id(name: str) -> Question:
    return next(q for q in QUESTIONS if q.id == name)


def test_a_beginner_gets_easy_and_an_expert_hard_questions() -> None:
    levels = []
    for credit, item in ((0.0, 1), (1.0, 5)):
        model = NOBODY
        for topic in TOPICS * 3:
            model = model.update(topic, difficulty(item), credit)
        levels.append(pick(abilities=model).question.level)
    assert levels[0] <= 2 < 3 <= levels[1]


def test_the_weak_topic_comes_first_where_levels_fit_alike() -> None:
    bank = [q for q in QUESTIONS if q.id in ("attention-2", "norm-2")]
    model = NOBODY
    for _ in range(4):
        model = model.update("deep-learning/attention", -1.0, 1.0).update("deep-learning/layer-norm", -1.0, 0.0)
    middle = (model["deep-learning/attention"].mean + model["deep-learning/layer-norm"].mean) / 2
    for seed in range(10):
        found = choose(bank, Standing(model), Wish(shift=-1.0 - middle), (), now=START, seed=seed)
        assert found is not None
        assert found.question.id == "norm-2"


def test_a_wish_is_a_filter() -> None:
    assert pick(Wish(kind=Kind.CODING)).question.id == "attention-3"
    assert pick(Wish(topics=("systems/serving",), levels=(5,))).question.id == "serving-5"


def test_a_wish_that_is_used_up_widens_to_the_area_and_then_to_all_in_words() -> None:
    wish, asked = Wish(topics=("deep-learning/attention",)), ["attention-1", "attention-2", "attention-3"]
    near = pick(wish, asked)
    assert near.widened is not None
    assert near.question.area == "deep-learning"
    far = pick(wish, [*asked, "norm-2", "norm-4"])
    assert far.question.area == "systems"


def test_what_was_answered_yesterday_waits() -> None:
    at = START - timedelta(days=1)
    resting = {q.id: Review(at, 1.0, at + timedelta(days=8), 8.0) for q in QUESTIONS if q.id != "serving-5"}
    assert pick(reviews=resting).question.id == "serving-5"


def test_the_same_topic_does_not_come_twice_in_a_row_when_others_are_as_good() -> None:
    topics = [by_id(pick(asked=[first]).question.id).topic for first in ("attention-2", "norm-2")]
    assert topics[0] != "deep-learning/attention"
    assert topics[1] != "deep-learning/layer-norm"


@given(st.integers(0, 2**31), st.lists(st.sampled_from([q.id for q in QUESTIONS]), unique=True))
def test_a_choice_is_a_function_of_its_seed_and_repeats_nothing(seed: int, asked: list[str]) -> None:
    first, again = pick(asked=asked, seed=seed), pick(asked=asked, seed=seed)
    assert first == again
    assert first.why
    if len(asked) < len(QUESTIONS):
        assert first.question.id not in asked
        assert first.widened is None
    else:
        assert first.widened is not None


def test_why_is_one_line_and_true_to_the_reason() -> None:
    assert "not answered anything" in pick().why
    assert pick(Wish(kind=Kind.CODING)).why.startswith("You asked for coding questions")
    assert pick(Wish(levels=(5,))).why.startswith("You asked for another level")
    weak = NOBODY
    for _ in range(4):
        weak = weak.update("deep-learning/attention", 0.0, 0.0)
    bank = [q for q in QUESTIONS if q.topic == "deep-learning/attention"]
    found = choose(bank, Standing(weak), Wish(), (), now=START, seed=0)
    assert found is not None
    assert "looks weak so far (4 answers)" in found.why
    assert "\n" not in found.why


def test_an_empty_bank_has_no_choice() -> None:
    assert choose([], Standing(NOBODY), ANYTHING, (), now=START, seed=0) is None
