"""The judge's training: what composed answers say, what is learned from them, and the figures they are judged by."""

import random
from pathlib import Path

import numpy as np
import pytest

from evals.samples import Sample
from evals.training.compose import Material, attack, bare, opposite
from evals.training.data import CONTRADICTED, MET, MISSING, Example, closest, group
from evals.training.measure import calibration_error, concordance, f1s, measure
from evals.training.own import points
from evals.training.train import Batch, Public
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


def test_points_gather_claims_spans_and_misconceptions() -> None:
    told = Sample(
        id="heat/a",
        exercises=(EXERCISE,),
        answer="It takes more room. I like tea.",
        labels={"volume": "met", "speed": "missing"},
        quotes={"volume": "It takes more room."},
    )
    volume, speed, fluid = points([HEAT], [told])
    assert volume.said["met"] == ("A warm gas takes more room.", "It takes more room.")
    assert speed.said["met"] == ("Hot molecules race.",)
    assert (fluid.text, fluid.said["contradicted"]) == ("Heat is energy in transfer.", ("Heat is a fluid.",))
    assert [p.two_sided for p in (volume, speed, fluid)] == [True, True, False]


def drawn(seed: int) -> Batch:
    from evals.training.train import Plan, draw

    by_question = {"heat": points([HEAT], []), "cold": points([COLD], [])}
    public = [Public("It melts.", "It stays frozen.", CONTRADICTED)]
    return draw(by_question, public, public, Plan(questions=2, pairs=3, twists=2), random.Random(seed))


def test_a_batch_is_fixed_by_its_seed() -> None:
    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_a_claim_is_held_against_its_point_other_points_and_claims_that_deny_it() -> None:
    seen: dict[tuple[str, str], set[frozenset[str]]] = {}
    for seed in range(30):
        batch = drawn(seed)
        for pair in batch.pairs:
            key = batch.written[pair.said], batch.written[pair.statement]
            seen.setdefault(key, set()).add(pair.allowed)
    volume, speed = HEAT.criteria["volume"], HEAT.criteria["speed"]
    assert seen["A warm gas takes more room.", volume] == {MET}
    assert seen["Gas shrinks.", volume] == {CONTRADICTED}
    assert seen["A warm gas takes more room.", speed] == {MISSING}
    assert seen["A warm gas takes more room.", "Gas shrinks."] == {CONTRADICTED}
    assert seen["Gas shrinks.", "Gas shrinks."] == {MET}
    assert seen["It melts.", "It stays frozen."] == {CONTRADICTED}


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
def test_training_learns_its_points_and_the_shipped_weights_agree_with_the_net(tmp_path: Path) -> None:
    from evals.training.export import ship
    from evals.training.train import Plan, relate, train
    from tutor.models.embedder import load_embedder
    from tutor.models.stance import load_stance
    from tutor.settings import Settings

    found = [*points([HEAT], []), *points([COLD], [])]
    plan = Plan(steps=25, rate=2e-4, questions=2, pairs=0, twists=2, dropout=0.0, threads=1)
    checkpoint = train(found, [], [], plan, tmp_path / "net.pt")
    again = train(found, [], [], plan, tmp_path / "net2.pt")
    pairs = [
        ("Heat makes a gas expand.", "A warm gas takes more room."),
        ("Heat makes a gas expand.", "Gas shrinks."),
        ("Heat makes a gas expand.", "Hot molecules race."),
    ]
    learned = relate(checkpoint, pairs)
    assert learned.argmax(axis=1).tolist() == [0, 3, 2]
    assert np.allclose(learned, relate(again, pairs), atol=1e-5)

    ship(checkpoint, tmp_path / "judge", "stance-test", ["heat"])
    settings = Settings(_env_file=None, judge_weights=tmp_path / "judge")
    model = load_stance(settings, load_embedder(settings))
    assert (model.name, model.held_out) == ("stance-test", ["heat"])
    said, statements = model.encode([a for _, a in pairs]), model.encode([c for c, _ in pairs[:1]])
    assert np.abs(model.relate(said, statements)[:, 0] - learned).max() < 5e-3


def test_batches_do_not_change_what_the_net_says() -> None:
    from evals.training.model import packaged

    net = packaged(0.0).eval()
    rows = [[101, 2054, 2003, 3256, 102], [101, 3256, 102], [101, 3256, 2003, 5024, 2300, 102]]
    together = net.encode(rows).detach().numpy()
    alone = np.concatenate([net.encode([row]).detach().numpy() for row in rows])
    assert np.abs(together - alone).max() < 1e-5


def test_several_allowed_verdicts_share_the_loss() -> None:
    import torch

    from evals.training.train import loss_of

    logits = torch.log(torch.tensor([[0.5, 0.25, 0.125, 0.125]]))
    allowed = torch.tensor([[False, True, True, False]])
    assert loss_of(logits, allowed).item() == pytest.approx(-np.log(0.375), rel=1e-5)
