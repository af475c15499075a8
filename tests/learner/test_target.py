"""What a target makes of the topics."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.session.fakes import TOPICS, corpus
from tutor.interviews import Role, Seniority
from tutor.learner.target import FLOOR, Target, topic_weights

CORPUS = corpus()
targets = st.builds(
    Target,
    role=st.sampled_from(Role),
    seniority=st.sampled_from(Seniority),
    company=st.sampled_from([None, "acme", "unknown"]),
    weights=st.dictionaries(st.sampled_from([*TOPICS, "other/topic"]), st.floats(0, 10)),
)


@given(targets)
def test_weights_name_every_topic_have_mean_one_and_leave_none_out(target: Target) -> None:
    weights = topic_weights(target, CORPUS)
    assert set(weights) == set(TOPICS)
    assert sum(weights.values()) / len(weights) == pytest.approx(1)
    assert min(weights.values()) >= FLOOR - 1e-9


def test_what_the_loop_asks_for_longer_counts_more() -> None:
    """Acme's 30 minutes of design are all on serving; its 30 of concepts are mostly on attention."""
    weights = topic_weights(Target(company="acme"), CORPUS)
    assert weights["systems/serving"] > weights["deep-learning/attention"] > FLOOR
    assert topic_weights(Target(company="unknown"), CORPUS) == topic_weights(Target(), CORPUS)


def test_weights_that_somebody_chose_win() -> None:
    weights = topic_weights(Target(company="acme", weights={"deep-learning/layer-norm": 2.0}), CORPUS)
    assert weights["deep-learning/layer-norm"] > 2.8
    assert weights["systems/serving"] == pytest.approx(FLOOR)


def test_a_target_survives_json_and_checks_its_hours() -> None:
    target = Target(company="acme", date=date(2026, 12, 1), hours_per_week=3, weights={"a/b": 1})
    assert Target.model_validate_json(target.model_dump_json()) == target
    with pytest.raises(ValidationError):
        Target(hours_per_week=0)
