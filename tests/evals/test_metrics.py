"""Every statistic against an oracle (scikit-learn, krippendorff), a worked example of its paper, or published rows."""

import json
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from sklearn.metrics import accuracy_score, cohen_kappa_score, f1_score, roc_auc_score

from evals.metrics.agreement import (
    fleiss_kappa,
    icc_2_1,
    krippendorff_alpha,
    majority,
    pairwise_agreement,
    unanimous,
    within_sd,
)
from evals.metrics.intervals import (
    bootstrap,
    detectable_difference,
    mean_interval,
    paired_test,
    percentile_interval,
    resampled_sums,
    wilson,
)
from evals.metrics.labels import accuracies, confusion, f1_of_each, kappas, label_agreement, macro_f1s
from evals.metrics.scores import (
    area_under_risk_coverage,
    calibration_errors,
    calibration_parts,
    expected_calibration_error,
    score_agreement,
)
from evals.metrics.within import Moved, commonest, concordance, moved, shuffled_confusion

GAP = np.nan
# Krippendorff (2011), section C: twelve units, four observers, missing ratings.
KRIPPENDORFF_2011 = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, GAP, GAP, GAP],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, GAP, 3],
        [GAP, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, GAP],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, GAP],
    ]
).T
# Shrout and Fleiss (1979), table 2: six targets, four judges.
SHROUT_FLEISS_1979 = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


@pytest.mark.parametrize(("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_is_the_published_one(level: str, published: float) -> None:
    assert krippendorff_alpha(KRIPPENDORFF_2011, level) == pytest.approx(published, abs=0.0006)  # type: ignore[arg-type]


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
@pytest.mark.parametrize("seed", range(5))
def test_alpha_is_what_the_package_says(level: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    ratings = rng.integers(0, 4, size=(30, 5)).astype(float)
    ratings[rng.random(ratings.shape) < 0.2] = GAP
    oracle = krippendorff.alpha(reliability_data=ratings.T, level_of_measurement=level)
    assert krippendorff_alpha(ratings, level) == pytest.approx(oracle, abs=1e-9)  # type: ignore[arg-type]


def test_icc_is_the_published_one() -> None:
    assert icc_2_1(SHROUT_FLEISS_1979) == pytest.approx(0.29, abs=0.005)


def test_fleiss_kappa_is_cohen_s_for_balanced_pairs_and_the_textbook_value() -> None:
    # Ten subjects, fourteen raters, five categories: the example of Fleiss' kappa in the Wikipedia article, .210.
    table = [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ]
    ratings = [[c for c, times in enumerate(row) for _ in range(times)] for row in table]
    assert fleiss_kappa(ratings) == pytest.approx(0.210, abs=0.0005)


@pytest.mark.parametrize(
    "undefined",
    [
        krippendorff_alpha([[1, 1], [1, 1]]),
        krippendorff_alpha([[1, GAP], [GAP, 2]]),
        krippendorff_alpha(np.empty((0, 2))),
        fleiss_kappa([[1, 1], [1, 1]]),
        icc_2_1([[0.5, 0.5], [0.5, 0.5]]),
        icc_2_1([[0.5, 0.6]]),
        within_sd([[1.0]]),
        pairwise_agreement([[1.0]]),
        score_agreement([1, 1, 1], [0, 0.5, 1]).pearson,
        score_agreement([], []).mae,
        label_agreement(["met"], ["met"], ["met", "missing"]).kappa,
        label_agreement([], [], ["met"]).accuracy,
        wilson(0, 0),
        area_under_risk_coverage([], []),
        expected_calibration_error([], []),
        concordance([])[0],
        concordance([(np.array([0.9]), np.array([True]))])[0],
        moved({"a": ("met", "met")}, {"a": ("met", "missing")}),
        mean_interval(["q", "q"], [0.0, 1.0], 0),
        percentile_interval(np.full(10, GAP)),
        detectable_difference(None),
        majority(["met", "missing"]),
    ],
)
def test_undefined_stays_undefined(undefined: object) -> None:
    assert undefined is None


LABELS = ["contradicted", "missing", "partial", "met"]


@pytest.mark.parametrize("seed", range(4))
def test_label_figures_and_their_replicates_are_scikit_learn_s(seed: int) -> None:
    rng = np.random.default_rng(seed)
    given = [LABELS[i] for i in rng.integers(1, 4, 60)]
    predicted = [LABELS[i] for i in rng.integers(0, 4, 60)]
    found = label_agreement(given, predicted, LABELS)
    kappa = cohen_kappa_score(given, predicted)
    quadratic = cohen_kappa_score(given, predicted, labels=LABELS, weights="quadratic")
    f1 = f1_score(given, predicted, labels=LABELS[1:], average="macro")
    assert found[:5] == pytest.approx((60, accuracy_score(given, predicted), f1, kappa, quadratic))
    stack = confusion(given, predicted, LABELS)[None]
    assert accuracies(stack)[0] == pytest.approx(found.accuracy)
    assert macro_f1s(stack)[0] == pytest.approx(f1)
    assert kappas(stack)[0] == pytest.approx(kappa)
    assert kappas(stack, quadratic=True)[0] == pytest.approx(quadratic)


def test_score_agreement_of_a_shift_is_a_shift() -> None:
    found = score_agreement([0.0, 0.25, 0.5], [0.25, 0.5, 0.75])
    assert found[:5] == pytest.approx((3, 1.0, 1.0, 0.25, 0.25))
    assert found.standardised_difference == pytest.approx(1.0)


def test_wilson_is_the_published_one() -> None:
    # Newcombe (1998), table I: 81 of 263, method 3.
    interval = wilson(81, 263)
    assert interval is not None
    assert interval == pytest.approx((0.2553, 0.3662), abs=0.0001)


def test_the_cluster_bootstrap_is_wider_than_one_over_rows_when_answers_of_a_question_are_alike() -> None:
    rng = np.random.default_rng(1)
    questions = np.repeat(np.arange(20), 30)
    values = (rng.random(20) < 0.5).astype(float)[questions]
    clustered = mean_interval([str(q) for q in questions], values, seed=0)
    naive = mean_interval([str(i) for i in range(len(values))], values, seed=0)
    assert clustered is not None
    assert naive is not None
    assert clustered.high - clustered.low > 3 * (naive.high - naive.low)


def test_the_mean_s_interval_covers_its_truth_about_95_times_in_100() -> None:
    covered = 0
    for seed in range(100):
        values = np.random.default_rng(seed).normal(size=80)
        interval = mean_interval([str(i) for i in range(80)], values, seed)
        covered += interval is not None and interval.low <= 0 <= interval.high
    assert 88 <= covered <= 99


def test_bootstrap_of_sums_and_of_rows_agree_on_the_mean() -> None:
    rng = np.random.default_rng(3)
    values, questions = rng.random(200), [str(i // 10) for i in range(200)]
    by_rows = bootstrap(questions, lambda rows: float(values[rows].mean()), seed=0)
    assert by_rows == pytest.approx(mean_interval(questions, values, seed=0), abs=0.02)


def test_same_seed_same_interval() -> None:
    values = np.arange(10.0)
    once = resampled_sums([str(i) for i in range(10)], values, seed=5)
    again = resampled_sums([str(i) for i in range(10)], values, seed=5)
    other = resampled_sums([str(i) for i in range(10)], values, seed=6)
    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)


def test_a_paired_test_sees_a_real_difference_and_not_a_lucky_question() -> None:
    questions = [str(i // 5) for i in range(200)]
    better = paired_test(questions, np.ones(200), np.tile([1, 1, 1, 0, 0], 40), seed=0)
    assert better.difference == pytest.approx(0.4)
    assert better.p_value is not None
    assert better.p_value < 0.001
    one_question = paired_test(questions, [1.0] * 5 + [0.0] * 195, np.zeros(200), seed=0)
    assert one_question.p_value == 1.0
    assert paired_test(questions, np.ones(200), np.ones(200), seed=0).p_value == 1.0


def test_the_power_note_holds_in_simulation() -> None:
    """A difference of the size that the note calls detectable is found in about four of five samples."""
    questions = [str(i) for i in range(100)]
    found, noted = 0, []
    for seed in range(60):
        noise = np.random.default_rng(seed).normal(0, 1, 100)
        result = paired_test(questions, noise + 0.28, np.zeros(100), seed)
        assert result.p_value is not None
        assert result.detectable is not None
        found += result.p_value < 0.05
        noted.append(result.detectable)
    assert np.mean(noted) == pytest.approx(0.28, abs=0.03)
    assert 0.65 <= found / 60 <= 0.93


def test_confidence_that_orders_errors_last_has_less_risk() -> None:
    right = [1, 1, 0, 0]
    assert area_under_risk_coverage([0.9, 0.8, 0.2, 0.1], right) == pytest.approx((0 + 0 + 1 / 3 + 1 / 2) / 4)
    good = area_under_risk_coverage([0.9, 0.8, 0.2, 0.1], right)
    bad = area_under_risk_coverage([0.1, 0.2, 0.8, 0.9], right)
    assert good is not None
    assert bad is not None
    assert good < bad
    assert expected_calibration_error([0.95, 0.95], [1, 0]) == pytest.approx(0.45)


def test_calibration_error_is_the_weighted_gap_and_so_is_each_replicate() -> None:
    stated, true = [0.95, 0.95, 0.05, 0.05, 1.0], [1, 0, 0, 0, 1]
    by_hand = (abs(0.95 + 0.95 + 1 - 2) + 0.1) / 5
    assert expected_calibration_error(stated, true) == pytest.approx(by_hand)
    parts = calibration_parts(stated, true)
    twice = calibration_errors(np.stack([2 * parts.sum(axis=0), parts[:1].sum(axis=0)]))
    assert twice == pytest.approx([by_hand, 0.05])


def test_concordance_counts_pairs_inside_groups_only() -> None:
    groups = [
        (np.array([0.9, 0.2]), np.array([True, False])),
        (np.array([0.5, 0.5, 0.1]), np.array([True, False, False])),
        (np.array([0.1]), np.array([True])),
    ]
    assert concordance(groups) == (pytest.approx(2.5 / 3), 3)


@pytest.mark.parametrize("seed", range(5))
def test_concordance_of_one_group_is_scikit_learn_s_auc(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores, positive = rng.integers(0, 9, 60) / 10, rng.random(60) < 0.4
    assert concordance([(scores, positive)])[0] == pytest.approx(roc_auc_score(positive, scores))


def test_a_changed_verdict_must_be_right_twice_and_another_the_same_twice() -> None:
    before = {"a": ("met", "met"), "b": ("missing", "met"), "c": ("met", "met"), "only": ("met", "met")}
    after = {"a": ("missing", "missing"), "b": ("missing", "met"), "c": ("met", "partial")}
    assert moved(before, after) == Moved(followed=1, changed=1, stayed=1, others=2)
    assert moved(before, after | {"c": ("met", "met")}).held  # type: ignore[union-attr]
    assert not moved(before, after | {"a": ("missing", "partial")}).held  # type: ignore[union-attr]


def test_verdicts_shuffled_within_an_answer_and_its_commonest_label() -> None:
    labels = ["missing", "met"]
    found = shuffled_confusion(["met", "met", "missing"], ["met", "missing", "missing"], labels)
    assert found == pytest.approx(np.array([[2 / 3, 1 / 3], [4 / 3, 2 / 3]]))
    assert (commonest(["missing", "met"], labels), commonest(["missing"], labels)) == ("met", "missing")


def test_f1_of_each_label_is_nothing_where_it_is_nowhere() -> None:
    found = f1_of_each(["a", "a", "b", "c"], ["a", "b", "b", "c"], ["a", "b", "c", "d"])
    assert found == pytest.approx([2 / 3, 2 / 3, 1.0, 0.0])


def test_khan_academy_s_published_agreement_comes_out(shared_data: Path) -> None:
    with (shared_data / "grading" / "khan.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    humans = np.array([row["human"] for row in rows])
    assert fleiss_kappa(humans) == pytest.approx(0.881, abs=0.0005)
    assert unanimous([row["llm_runs"]["GPT-4o|Full"] for row in rows]).mean() == pytest.approx(0.978, abs=0.0006)
    assert unanimous([row["llm_runs"]["Llama 3.1 8b|Full"] for row in rows]).mean() == pytest.approx(0.728, abs=0.0006)
    people = [str(majority([str(v) for v in row["human"]])) for row in rows]
    model = [str(majority([str(v) for v in row["llm_runs"]["GPT-4o|Full"]])) for row in rows]
    assert label_agreement(people, model, ["0", "1"]).kappa == pytest.approx(0.910, abs=0.0005)


def test_mohler_s_two_graders_correlate_as_published(shared_data: Path) -> None:
    """Published: .59 over the whole set; what is here is a part of it."""
    with (shared_data / "grading" / "mohler_dev.jsonl").open(encoding="utf-8") as lines:
        marks = np.array([json.loads(line)["graders"] for line in lines])
    assert score_agreement(marks[:, 0] / 5, marks[:, 1] / 5).pearson == pytest.approx(0.59, abs=0.02)
