"""Properties of the plan: within the hours, nothing that counts lost without a word, mocks in time, the past kept."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.session.fakes import TOPICS, corpus
from tutor.domain import Kind
from tutor.interviews import Role, Seniority
from tutor.learner.ability import Abilities, Ability
from tutor.learner.plan import Done, MockDone, Plan, Practised, ends, make_plan, today
from tutor.learner.readiness import Standing, all_readiness
from tutor.learner.schedule import HEAVY
from tutor.learner.target import Target

CORPUS = corpus()
START = date(2026, 1, 5)
PRIOR = Abilities.prior(CORPUS.topics)

targets = st.builds(
    Target,
    role=st.sampled_from(Role),
    seniority=st.sampled_from(Seniority),
    company=st.sampled_from([None, "acme", "gone"]),
    date=st.one_of(st.none(), st.integers(1, 300).map(lambda n: START + timedelta(days=n))),
    hours_per_week=st.floats(1, 60),
    weights=st.dictionaries(st.sampled_from(TOPICS), st.floats(0, 5)),
)
days = st.integers(0, 200).map(lambda n: START + timedelta(days=n))
answers = st.lists(st.builds(Practised, days, st.sampled_from(TOPICS), st.just(5.0)), max_size=30)
mocks = st.lists(st.builds(MockDone, days, st.just("acme"), st.sampled_from(["ml-design", "concepts"])), max_size=5)
done = st.builds(
    lambda a, m: Done(tuple(sorted(a, key=lambda x: x.day)), tuple(sorted(m, key=lambda x: x.day))), answers, mocks
)


def plan(target: Target, on: date = START, happened: Done = Done(), level: float = 0.0) -> Plan:  # noqa: B008
    abilities = known(level) if level else PRIOR
    return make_plan(target, START, on, CORPUS, lambda _: abilities, happened)


def known(level: float) -> Mapping[str, Ability]:
    return {t: Ability(level, 0.3, 5) for t in TOPICS}


@given(targets, days, done)
@settings(max_examples=60)
def test_no_week_asks_for_more_than_its_hours(target: Target, on: date, happened: Done) -> None:
    for week in plan(target, on, happened).weeks:
        assert week.minutes <= week.span.minutes + 1e-6
        assert week.span.minutes <= target.hours_per_week * 60 + 1e-6


@given(targets, st.sampled_from([0.0, -1.0, 2.0]))
@settings(max_examples=60)
def test_every_topic_has_its_time_or_is_cut_with_a_reason(target: Target, level: float) -> None:
    made = plan(target, level=level)
    placed = {s.block.topic for w in made.weeks for s in w.studies}
    reasons = {c.topic: c.why for c in made.cuts}
    assert placed | set(reasons) == set(TOPICS)
    assert not placed & set(reasons)
    assert all(reasons.values())
    assert {c.topic for c in made.cuts if c.heavy} == {t for t in reasons if made.weights[t] >= HEAVY}


@given(targets, days, done)
@settings(max_examples=60)
def test_mock_rounds_lie_in_the_plan_and_end_three_days_before_the_interview(
    target: Target, on: date, happened: Done
) -> None:
    made = plan(target, on, happened)
    for week in made.weeks:
        for mock in week.mocks:
            assert week.span.holds(mock.mock.day)
            assert made.start <= mock.mock.day <= made.end - timedelta(days=3)


@given(targets, st.integers(0, 100), done)
@settings(max_examples=40)
def test_planning_anew_keeps_past_weeks_as_they_were(target: Target, n: int, happened: Done) -> None:
    """What is seen of a past week does not depend on the day on which one looks back at it."""
    on = START + timedelta(days=n)
    then, later = plan(target, on, happened), plan(target, on + timedelta(days=20), happened)
    past = [w for w in then.weeks if w.span.end <= on]
    assert list(later.weeks[: len(past)]) == past


def test_a_missed_topic_is_carried_over_and_a_done_one_is_not_asked_first_again() -> None:
    target = Target(company="acme", hours_per_week=2, date=START + timedelta(weeks=6))
    first = plan(target).weeks[0]
    topics = [s.block.topic for s in first.studies]
    assert topics
    kept = Done(tuple(Practised(START, topics[0], 5.0) for _ in range(3)))
    later = plan(target, START + timedelta(days=8), kept)
    assert next(s for s in later.weeks[0].studies if s.block.topic == topics[0]).done
    carried = {s.block.topic for w in later.weeks[1:] for s in w.studies if s.carried}
    assert carried == set(topics[1:])


def test_a_mock_that_was_taken_is_done_and_the_next_one_is_another_round() -> None:
    target = Target(company="acme", hours_per_week=10, date=START + timedelta(weeks=3))
    before = plan(target).weeks[0].mocks[0]
    assert before.mock.day == START + timedelta(days=1)
    taken = Done(mocks=(MockDone(before.mock.day, "acme", before.mock.round),))
    after = plan(target, START + timedelta(days=8), taken)
    assert after.weeks[0].mocks[0].done
    coming = [m.mock.round for w in after.weeks[1:] for m in w.mocks]
    assert coming
    assert coming[0] != before.mock.round


def test_what_is_mastered_is_cut_as_ready_and_what_is_above_the_level_as_not_asked() -> None:
    reasons = {c.why.split(":")[0] for c in plan(Target(), level=4.0).cuts}
    assert reasons == {"ready already"}
    standing = all_readiness(CORPUS, Target(seniority=Seniority.MID), PRIOR)
    assert {r.standing for r in standing.values()} == {Standing.UNKNOWN}
    assert all(r.mean is None and "unknown" in r.words for r in standing.values())


def test_readiness_has_an_interval_that_holds_its_mean_and_narrows_with_answers() -> None:
    few = all_readiness(CORPUS, Target(), {t: Ability(0.5, 1.0, 1) for t in TOPICS})[TOPICS[0]]
    many = all_readiness(CORPUS, Target(), {t: Ability(0.5, 0.3, 9) for t in TOPICS})[TOPICS[0]]
    assert few.low is not None
    assert few.high is not None
    assert few.mean is not None
    assert many.low is not None
    assert many.high is not None
    assert few.low < few.mean < few.high
    assert many.high - many.low < few.high - few.low
    assert many.shortfall < few.shortfall
    assert "chance" not in few.words
    assert "pass" not in few.words


@given(targets, days, done)
@settings(max_examples=60)
def test_today_is_of_this_week_and_stays_the_same_all_day(target: Target, on: date, happened: Done) -> None:
    made = plan(target, on, happened)
    part = today(made, happened)
    assert (part is None) == (made.week is None)
    if part is None or made.week is None:
        return
    assert {s.block for s in part.studies} <= {s.block for s in made.week.studies}
    assert part.mock is None or part.mock.day <= on
    more = Done((*happened.answers, *(Practised(on, t, 5.0) for t, n in part.left for _ in range(n))), happened.mocks)
    evening = today(plan(target, on, more), more)
    assert evening is not None
    assert [s.block for s in evening.studies] == [s.block for s in part.studies]
    assert evening.left == ()


@pytest.mark.parametrize(("given", "weeks"), [(None, 6), (START + timedelta(days=700), 26)])
def test_without_a_date_or_with_a_far_one_the_plan_is_bounded_and_says_so(given: date | None, weeks: int) -> None:
    target = Target(date=given)
    assert ends(target, START) == START + timedelta(weeks=weeks)
    made = plan(target)
    assert len(made.weeks) == weeks
    assert any("weeks" in note for note in made.notes)


def test_mocks_rehearse_only_rounds_that_the_bank_can_fill() -> None:
    made = plan(Target(company="acme", hours_per_week=20, date=START + timedelta(weeks=6)))
    rounds = {m.mock.round for w in made.weeks for m in w.mocks}
    assert rounds == {"ml-design", "concepts"}
    assert not any(q.kind is Kind.BEHAVIORAL for q in CORPUS.questions.values())
