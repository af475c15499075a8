"""The judge's training: what composed answers say, what is learned from them, and the figures they are judged by."""

import random
from pathlib import Path

import numpy as np
import pytest

from evals.samples import Sample
from evals.training.compose import Material, attack, bare, compose, opposite
from evals.training.data import CONTRADICTED, MET, MISSING, NOT_MADE, Example, closest, group
from evals.training.measure import calibration_error, concordance, f1s, measure
from evals.training.own import own_examples, whole
from tutor.domain import Criterion, Exercise, Misconception, Rubric

HEAT = Material(
    id="heat",
    prompt="What does heat do to a gas?",
    criteria={"volume": "Heat makes a gas expand.", "speed": "Molecules move faster when heated."},
    claims={
        "volume": {
            "met": ("A warm gas takes more room.",),
            "partial": ("Gas changes.",),
            "contradicted": ("Gas shrinks.",),
        },
        "speed": {
            "met": ("Hot molecules race.",),
            "partial": ("They move.",),
            "contradicted": ("Hot molecules stop.",),
        },
    },
    misconceptions=(("Heat is a fluid.", "Heat is energy in transfer."),),
)
COLD = Material(
    id="cold",
    prompt="What is ice?",
    criteria={"solid": "Ice is solid water."},
    claims={"solid": {"met": ("Ice is frozen water.",), "contradicted": ("Ice is a metal.",)}},
    misconceptions=(),
)
EXERCISE = Exercise(
    id="heat",
    prompt="What does heat do to a gas?",
    rubric=Rubric(
        criteria=(Criterion(id="volume", text="It expands."), Criterion(id="speed", text="It moves faster.")),
        misconceptions=(Misconception(id="fluid", text="Heat is a fluid."),),
    ),
)


def sample(name: str, answer: str, volume: str, speed: str, pair: str | None = None) -> Sample:
    return Sample(
        id=f"heat/{name}",
        exercises=(EXERCISE,),
        answer=answer,
        labels={"volume": volume, "speed": speed},
        pair=pair and f"heat/{pair}",
    )


def test_composition_is_fixed_by_its_seed() -> None:
    made = [[compose(HEAT, [COLD], random.Random(seed)) for seed in range(5)] for _ in range(2)]
    assert made[0] == made[1]


def test_one_answer_carries_several_verdicts() -> None:
    rng = random.Random(0)
    examples = [compose(HEAT, [COLD], rng) for _ in range(200)]
    mixed = sum(len({labels for _, labels in e.items}) > 1 for e in examples)
    assert mixed > 150


def test_the_same_statement_is_met_contradicted_and_missing_in_different_answers() -> None:
    rng = random.Random(0)
    seen = {
        labels
        for _ in range(300)
        for text, labels in compose(HEAT, [COLD], rng).items
        if text == HEAT.criteria["volume"]
    }
    assert {MET, CONTRADICTED, MISSING} <= seen


def test_a_claim_said_plainly_gives_its_verdict() -> None:
    rng = random.Random(3)
    for _ in range(300):
        example = compose(HEAT, [COLD], rng)
        if example.answer == "Gas shrinks.":
            assert (HEAT.criteria["volume"], CONTRADICTED) in example.items


def test_attacks_earn_nothing() -> None:
    rng = random.Random(0)
    assert not [e for e in (attack(HEAT, rng) for _ in range(300)) for _, labels in e.items if "met" in labels]


@pytest.mark.parametrize(
    ("claim", "turned"),
    [("The variance increases.", "The bias increases."), ("Ice is cold.", None), ("More data", "less data")],
)
def test_opposite_turns_one_word(claim: str, turned: str | None) -> None:
    found = {opposite(claim, random.Random(seed)) for seed in range(20)}
    assert turned in found


def test_bare_keeps_acronyms() -> None:
    assert (bare("The mean."), bare("PCA rotates.")) == ("the mean", "PCA rotates")


def test_the_closest_reference_shares_most_words() -> None:
    assert closest("the water dried up", ["Salt is left.", "The water is gone."]) == "The water is gone."


def test_pairs_of_one_answer_are_held_together() -> None:
    pairs = [("a", "x", MET), ("b", "y", MISSING), ("a", "z", CONTRADICTED)]
    assert group(pairs, "s") == [
        Example("a", (("x", MET), ("z", CONTRADICTED)), "s"),
        Example("b", (("y", MISSING),), "s"),
    ]


def test_an_asserted_misconception_is_met_and_another_is_not() -> None:
    told = Sample(
        id="heat/a", exercises=(EXERCISE,), answer="It flows.", labels={"volume": "met"}, misconceptions=("fluid",)
    )
    assert whole(told).items == (("It expands.", MET), ("Heat is a fluid.", MET))
    untold = Sample(id="heat/b", exercises=(EXERCISE,), answer="It flows.", labels={"volume": "met"})
    assert whole(untold).items[1] == ("Heat is a fluid.", MISSING | CONTRADICTED)


def test_windows_without_the_quote_do_not_make_the_point() -> None:
    answer = "It takes more room. That is all. I like tea. We had cake. The end is here. Bye now."
    told = Sample(
        id="heat/a",
        exercises=(EXERCISE,),
        answer=answer,
        labels={"volume": "met"},
        quotes={"volume": "It takes more room."},
    )
    parts = [e for e in own_examples([], [told], 0, 0) if e.source == "own-window"]
    labels = {"takes more room" in e.answer: dict(e.items)["It expands."] for e in parts}
    assert labels[False] == NOT_MADE
    assert labels.get(True, MET) == MET


def test_f1_of_each_verdict() -> None:
    assert f1s([0, 0, 1, 2], [0, 1, 1, 2]) == pytest.approx([2 / 3, 2 / 3, 1.0, 0.0])


def test_concordance_counts_pairs_inside_groups_only() -> None:
    groups = [
        (np.array([0.9, 0.2]), np.array([True, False])),
        (np.array([0.5, 0.5, 0.1]), np.array([True, False, False])),
        (np.array([0.1]), np.array([True])),
    ]
    assert concordance(groups) == (pytest.approx(2.5 / 3), 3)


def test_calibration_error_is_the_weighted_gap() -> None:
    stated = np.array([0.95, 0.95, 0.05, 0.05])
    assert calibration_error(stated, np.array([True, False, False, False])) == pytest.approx(0.5 * 0.45 + 0.5 * 0.05)


def test_measure_on_a_judge_that_reads_words() -> None:
    def by_word(pairs: object) -> np.ndarray:
        rows = []
        for criterion, text in pairs:  # type: ignore[attr-defined]
            word = criterion.rstrip(".").split()[-1]
            rows.append([0.9, 0.05, 0.03, 0.02] if word in text else [0.1, 0.1, 0.7, 0.1])
        return np.array(rows, dtype=np.float32)

    answers = [
        sample("a1", "it expands", "met", "missing"),
        sample("a2", "it goes faster", "missing", "met", pair="a1"),
        sample("a3", "it shrinks", "contradicted", "missing"),
        sample("a4", "it goes faster and expands not", "contradicted", "met", pair="a2"),
    ]
    figures = measure(answers, by_word)
    assert figures["verdicts"] == 8
    assert figures["blind_bound"][0] == pytest.approx(4 / 8)
    assert figures["accuracy"] == pytest.approx(6 / 8)
    assert (figures["minimal_pairs"], figures["minimal_pairs_n"]) == (0.5, 2)
    assert figures["auc_within"] == pytest.approx(2.5 / 3)
    assert figures["confusion"][3] == [1, 0, 1, 0]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning:torch")
def test_training_learns_the_examples_and_the_shipped_graph_agrees_with_the_net(tmp_path: Path) -> None:
    import json

    from evals.training.export import ship
    from evals.training.train import Plan, scorer, train
    from tutor.models.judge import load_judge
    from tutor.settings import Settings

    examples = [
        Example("Ice is frozen water.", (("Ice is solid water.", MET), ("Heat makes a gas expand.", MISSING)), "t"),
        Example(
            "Gas shrinks when warm.",
            (("Heat makes a gas expand.", CONTRADICTED), ("Ice is solid water.", MISSING)),
            "t",
        ),
    ] * 8
    checkpoint = train(examples, Plan(epochs=6, rate=2e-4, tokens=120, dropout=0.0), tmp_path / "net.pt")
    again = train(examples, Plan(epochs=6, rate=2e-4, tokens=120, dropout=0.0), tmp_path / "net2.pt")
    pairs = [(text, e.answer) for e in examples[:2] for text, _ in e.items]
    learned = scorer(checkpoint)(pairs)
    assert learned.argmax(axis=1).tolist() == [0, 2, 3, 2]
    assert np.array_equal(learned, scorer(again)(pairs))

    ship(checkpoint, tmp_path / "judge", "local-test", [1.0] * 4, [0.0] * 4)
    judge = load_judge(Settings(judge_weights=tmp_path / "judge"))
    assert judge.name == "local-test"
    assert np.abs(judge.probabilities(pairs) - learned).max() < 2e-3
    assert json.loads((tmp_path / "judge" / "judge.json").read_text())["verdicts"][0] == "met"


def test_batches_do_not_change_what_the_net_says() -> None:
    from evals.training.model import Reader, packaged

    net, *frozen = packaged(0.0)
    reader = Reader(net.eval(), *frozen)
    answers = [[101, 2054, 2003, 3256, 102], [101, 3256, 102]]
    criteria = [[101, 3256, 2003, 5024, 2300, 102], [101, 3684, 102], [101, 5024, 102]]
    together = reader.logits(answers, criteria, [1, 0, 1]).detach().numpy()
    alone = [
        reader.logits([answers[o]], [c], [0]).detach().numpy()[0] for c, o in zip(criteria, [1, 0, 1], strict=True)
    ]
    assert np.abs(together - np.array(alone)).max() < 1e-5


def test_several_allowed_verdicts_share_the_loss() -> None:
    import torch

    from evals.training.train import loss_of

    logits = torch.log(torch.tensor([[0.5, 0.25, 0.125, 0.125]]))
    allowed = torch.tensor([[False, True, True, False]])
    assert loss_of(logits, allowed).item() == pytest.approx(-np.log(0.375), rel=1e-5)
