"""The belief about a learner: golden numbers, and what any answer must do to it."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.learner.ability import Abilities, difficulty, expected

TOPICS = ["a/x", "a/y", "b/z"]
credits = st.floats(0, 1)
levels = st.integers(1, 5)


def test_levels_are_logits() -> None:
    assert [difficulty(n) for n in range(1, 6)] == [-2, -1, 0, 1, 2]
    assert expected(0, 0) == 0.5


def test_golden_update() -> None:
    model = Abilities.prior(TOPICS).update("a/x", difficulty(3), 1.0)
    found = {t: (round(model[t].mean, 3), round(model[t].sd, 3)) for t in TOPICS}
    assert found == {"a/x": (0.534, 1.037), "a/y": (0.393, 1.098), "b/z": (0.251, 1.139)}


def test_the_update_is_the_integral_it_approximates() -> None:
    from scipy.integrate import quad

    variance = 0.8**2 + 0.6**2 + 0.6**2

    def moment(power: int) -> float:
        def density(t: float) -> float:
            return float(
                t**power * np.exp(-0.5 * t * t / variance) * expected(t, 1.0) ** 0.3 * (1 - expected(t, 1.0)) ** 0.7
            )

        return float(quad(density, -8, 8)[0])

    mean = moment(1) / moment(0)
    found = Abilities.prior(TOPICS).update("a/x", 1.0, 0.3)["a/x"]
    assert found.mean == pytest.approx(mean, abs=1e-3)
    assert found.sd**2 == pytest.approx(moment(2) / moment(0) - mean**2, abs=1e-3)


@given(credits, levels)
def test_an_answer_never_makes_us_less_sure_of_its_topic(credit: float, level: int) -> None:
    before = Abilities.prior(TOPICS)
    after = before.update("a/x", difficulty(level), credit)
    assert after["a/x"].sd < before["a/x"].sd
    assert after["a/x"].answers == 1
    assert after["a/y"].answers == 0


@given(st.tuples(credits, credits).map(sorted), levels)
def test_a_better_answer_means_more_ability(pair: list[float], level: int) -> None:
    low, high = (Abilities.prior(TOPICS).update("a/x", difficulty(level), c)["a/x"].mean for c in pair)
    assert low <= high


@given(credits, levels)
def test_neighbours_move_the_same_way_and_less(credit: float, level: int) -> None:
    model = Abilities.prior(TOPICS).update("a/x", difficulty(level), credit)
    moved = [abs(model[t].mean) for t in TOPICS]
    assert moved == sorted(moved, reverse=True)
    assert all(model[t].mean * model["a/x"].mean >= 0 for t in TOPICS)


def test_the_answer_that_was_expected_moves_nothing_much() -> None:
    model = Abilities.prior(TOPICS).update("a/x", 0.0, 0.5)
    assert model["a/x"].mean == pytest.approx(0, abs=1e-9)


def test_a_topic_off_the_syllabus_changes_nothing() -> None:
    model = Abilities.prior(TOPICS)
    assert model.update("c/q", 0.0, 1.0) is model


def test_a_simulated_learner_is_recovered_within_the_stated_uncertainty() -> None:
    rng, truth, misses = Random(1), {"a/x": 1.0, "a/y": 0.6, "b/z": -1.0}, 0
    for _ in range(20):
        model = Abilities.prior(TOPICS)
        for n in range(60):
            topic, level = TOPICS[n % 3], rng.randint(1, 5)
            correct = sum(rng.random() < expected(truth[topic], difficulty(level)) for _ in range(4)) / 4
            model = model.update(topic, difficulty(level), correct)
        misses += sum(abs(model[t].mean - truth[t]) > 2 * model[t].sd for t in TOPICS)
    assert misses <= 6
