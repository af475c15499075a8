"""The judge's training: what composed answers say, what is learned from them, and the figures they are judged by."""

import random
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from evals.samples import Sample
from evals.training.compose import Material, attack, bare, opposite
from evals.training.data import CONTRADICTED, MET, MISSING, Example, closest, group
from evals.training.measure import measure
from evals.training.own import points
from evals.training.train import Batch, Public
from tutor.domain import Criterion, Exercise, Misconception, Rubric

if TYPE_CHECKING:
    from evals.training.model import StanceNet

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
    import torch

    from evals.training.answers import topics
    from evals.training.export import ship
    from evals.training.model import packaged
    from evals.training.train import Plan, Reader, train
    from tutor.models.stance import load_stance
    from tutor.settings import Settings

    found = [*points([HEAT], []), *points([COLD], [])]
    answered = topics([HEAT, COLD], [sample("a1", "Warm gas needs space.", "met", "missing")])
    plan = Plan(steps=25, rate=2e-4, answer_steps=5, questions=2, pairs=0, twists=2, dropout=0.0, threads=1)
    checkpoint = train(found, answered, [], [], plan, tmp_path / "net.pt")
    again = train(found, answered, [], [], plan, tmp_path / "net2.pt")
    pairs = [
        ("Heat makes a gas expand.", "A warm gas takes more room."),
        ("Heat makes a gas expand.", "Gas shrinks."),
        ("Heat makes a gas expand.", "Hot molecules race."),
    ]

    def relate(weights: Path) -> np.ndarray:
        net, reader = packaged(0.0).eval(), Reader()
        net.load_state_dict(torch.load(weights, weights_only=True))
        said, statements = (net.encode([reader.ids(pair[i]) for pair in pairs]) for i in (1, 0))
        return torch.softmax(net.relate(said, statements), dim=-1).detach().numpy()

    learned = relate(checkpoint)
    assert learned.argmax(axis=1).tolist() == [0, 3, 2]
    assert np.allclose(learned, relate(again), atol=1e-5)

    ship(checkpoint, tmp_path / "judge", "stance-test", ["heat"])
    settings = Settings(_env_file=None, judge_weights=tmp_path / "judge")
    model = load_stance(settings)
    assert (model.name, model.held_out) == ("stance-test", ["heat"])
    said, statements = model.encode([a for _, a in pairs]), model.encode([c for c, _ in pairs[:1]])
    assert np.abs(model.relate(said.vectors, statements.vectors)[:, 0] - learned).max() < 5e-3


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


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning:torch")
def test_training_reads_nearness_as_the_grader_does() -> None:
    from evals.training.answers import KINDS, Answered, Topic, draw, nearness, read
    from evals.training.model import packaged
    from evals.training.train import Reader
    from tutor.grading.examples import read_sentences
    from tutor.grading.nearness import interaction, softened, together
    from tutor.models.stance import load_stance
    from tutor.settings import Settings

    settings = Settings(_env_file=None)
    model, net = load_stance(settings), packaged(0.0).eval()
    load_weights(net)
    said = ("Hot molecules move much faster than cold ones, so the gas in the box takes more room.", "I like tea!")
    criteria = {c: {"own": (text,)} | {k: v for k, v in HEAT.claims[c].items()} for c, text in HEAT.criteria.items()}
    topic = Topic(criteria, (Answered(said, {"volume": "met"}),))
    batch = draw([topic], 1, 2, CAREFUL)
    learned = nearness(read(net, Reader().tokenizer, batch), batch)[0].detach().numpy()

    answer = together(read_sentences(batch.sentences, model)).encoded
    for place in range(2):
        mine = [i for i, g in enumerate(batch.groups) if g // len(KINDS) == place]
        statements = model.encode([batch.statements[i] for i in mine])
        kinds = np.array([batch.groups[i] % len(KINDS) for i in mine])
        tokens = interaction(answer, statements)
        tables = statements.vectors @ answer.vectors.T, tokens.recall, tokens.both
        told = [value for table in tables for value in softened(np.asarray(table, dtype=np.float64), kinds)]
        np.testing.assert_allclose(learned[place], told, atol=5e-3)


class Careful(random.Random):
    """Never draws the carelessness that training adds to answers."""

    def random(self) -> float:
        return 0.99


CAREFUL = Careful(0)


def load_weights(net: "StanceNet") -> None:
    """Load the shipped weights back into the net."""
    from safetensors.torch import load_file

    from evals.training.model import their_name
    from tutor.models.stance import WEIGHTS

    theirs = load_file(str(WEIGHTS / "stance.safetensors"))
    names = {n: f"embeddings.LayerNorm.{n.split('.')[1]}" for n in net.state_dict() if n.startswith("embedding_norm.")}
    names |= {n: their_name(n) for n in net.state_dict() if n.startswith("layers.")}
    net.load_state_dict({ours: theirs[name].float() for ours, name in names.items()}, strict=False)
