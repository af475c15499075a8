"""What answers are worth: hints, time, repeats, reviews, and difficulties that turn out otherwise than authored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.session.fakes import QUESTIONS, START, TOPICS
from tutor.learner.ability import Abilities, difficulty
from tutor.learner.evidence import evidence
from tutor.learner.history import abilities, difficulties, reviews
from tutor.learner.items import SPREAD, Response, offsets
from tutor.learner.reviews import LONGEST_DAYS, rating, schedule
from tutor.learner.selection import Wish, choose
from tutor.learner.target import Target
from tutor.learner.worth import Reason, Standing

BANK = {q.id: q for q in QUESTIONS}
credits = st.floats(0, 1)


@dataclass(frozen=True)
class Row:
    question: str = "attention-2"
    credit: float | None = 0.7
    hints: int = 0
    seconds: float = 60.0
    at: datetime = START
    first: bool = True
    learner: str = "me"


def mean(*rows: Row) -> float:
    return abilities(rows, BANK, TOPICS)["deep-learning/attention"].mean


@given(st.floats(0.01, 0.7), st.integers(1, 3))
def test_a_hint_lowers_what_the_same_work_says_of_ability(score: float, hints: int) -> None:
    assert mean(Row(credit=score * (1 - 0.1 * hints), hints=hints)) < mean(Row(credit=score))


def test_time_beyond_what_the_question_gives_counts_and_a_long_pause_not_more() -> None:
    quick, fits, late, pause = (mean(Row(seconds=60 * m)) for m in (1, 5, 12, 5000))
    assert quick == fits > late > pause
    assert pause == mean(Row(seconds=20 * 60))


def test_a_repeat_says_less_than_a_first_answer_and_follow_ups_nothing() -> None:
    once = mean(Row())
    again = mean(Row(), Row(credit=1.0, at=START + timedelta(days=1)))
    new = mean(Row(), Row("attention-1", credit=1.0, at=START + timedelta(days=1)))
    assert mean(Row(), Row(credit=1.0, first=False)) == once
    assert again < mean(Row(), Row(credit=1.0, at=START + timedelta(days=400)))
    assert new > once


@given(credits, st.integers(1, 7), st.integers(0, 3), st.floats(0, 1e6))
def test_evidence_stays_in_its_ranges(credit: float, criteria: int, hints: int, seconds: float) -> None:
    found = evidence(credit, hints=hints, seconds=seconds, minutes=5, criteria=criteria, item=1.0)
    assert 0 <= found.credit <= 1
    assert found.item <= 1.0
    assert 1 <= found.weight <= criteria


@given(st.lists(st.tuples(st.integers(0, 60), st.none() | credits), min_size=1, max_size=12))
def test_reviews_are_due_later_never_beyond_half_a_year_and_the_same_each_time(
    steps: list[tuple[int, float | None]],
) -> None:
    at, rows = START, []
    for days, credit in steps:
        at += timedelta(days=days)
        rows.append(("q", at, credit))
    review = schedule(rows)["q"]
    assert schedule(rows)["q"] == review
    assert timedelta(days=1) <= review.due - at <= timedelta(days=LONGEST_DAYS)
    assert 0 < review.recall(at + timedelta(days=3)) <= review.recall(at) <= 1


@given(st.tuples(credits, credits).map(sorted))
def test_a_better_answer_rests_longer(pair: list[float]) -> None:
    low, high = (schedule([("q", START, c)])["q"].due for c in pair)
    assert low <= high
    assert rating(pair[0]) <= rating(pair[1])


def test_a_due_review_comes_first_and_says_so_and_nothing_comes_before_it_is_due() -> None:
    row = Row("attention-2", credit=0.2)
    standing = Standing(abilities([row], BANK, TOPICS), reviews([row]))
    early = choose(QUESTIONS, standing, Wish(), [], now=START + timedelta(hours=3), seed=0)
    due = choose(QUESTIONS, standing, Wish(), [], now=START + timedelta(days=4), seed=0)
    assert early is not None
    assert due is not None
    assert early.question.id != "attention-2"
    assert (due.question.id, due.reason) == ("attention-2", Reason.REVIEW)
    assert due.why == "Due for review: you answered this one on attention 4 days ago, 20%."


def test_what_the_target_weighs_most_is_chosen_and_named() -> None:
    weights = {"systems/serving": 2.9, "deep-learning/attention": 0.05, "deep-learning/layer-norm": 0.05}
    standing = Standing(Abilities.prior(TOPICS), {}, Target(company="acme"), weights)
    found = choose(QUESTIONS, standing, Wish(), [], now=START, seed=0)
    assert found is not None
    assert found.question.topic == "systems/serving"
    assert found.reason is Reason.TARGET
    assert found.why.startswith("Serving counts for more than most topics in acme-style loops")


@given(st.lists(st.tuples(st.floats(-2, 2), credits), min_size=1, max_size=30))
def test_offsets_are_shrunk_and_point_where_the_answers_do(answers: list[tuple[float, float]]) -> None:
    rows = [Response("q", mean, 0.5, 0.0, credit, 1.0) for mean, credit in answers]
    found = offsets(rows)["q"]
    assert found.answers == len(rows)
    assert 0 < found.sd <= SPREAD
    worse = offsets([r._replace(credit=0.0) for r in rows])["q"]
    assert worse.mean >= found.mean - 1e-9


def test_difficulties_move_with_several_learners_only() -> None:
    alone = [Row(credit=0.0, at=START + timedelta(minutes=n)) for n in range(5)]
    assert difficulties(alone, BANK, TOPICS) == {}
    many = [Row(credit=0.0, learner=f"l{n}", at=START + timedelta(minutes=n)) for n in range(12)]
    assert difficulties(many, BANK, TOPICS)["attention-2"] > difficulty(2) + 0.3


def test_days_without_practice_make_less_sure_but_never_less_than_at_first() -> None:
    topic = "deep-learning/attention"
    before = Abilities.prior(TOPICS).update(topic, 0.0, 1.0)
    assert before[topic].sd < before.later(30)[topic].sd <= Abilities.prior(TOPICS)[topic].sd
    assert before.later(1e6)[topic].sd == pytest.approx(Abilities.prior(TOPICS)[topic].sd)
    assert before.later(30)[topic].mean == before[topic].mean
