"""The simulation of mock rounds, on a small world whose grader reads key words."""

import pytest

from evals.mock_candidates import CANDIDATES, Material
from evals.mock_play import STEP, Remembering, play
from evals.results import Draft
from evals.samples import Sample
from evals.suites.mock import Plays, commands, figures, simulate
from tests.session.fakes import FakeGrader, corpus
from tutor.domain import Question
from tutor.store.log import EventStore


def material(question: Question) -> Material:
    def answer(name: str, text: str, score: float) -> Sample:
        labels = {c.id: "met" if c.id in text else "missing" for c in question.rubric.criteria}
        return Sample(id=name, exercises=(question,), answer=text, labels=labels, score=score)

    claims = {c.id: {"met": (c.id,), "partial": (f"half {c.id}",)} for c in question.rubric.criteria}
    return Material([answer("best", "alpha beta", 0.9), answer("poor", "gamma", 0.2)], claims)


MATERIALS = {name: material(q) for name, q in corpus().questions.items()}


@pytest.mark.parametrize("name", CANDIDATES)
@pytest.mark.parametrize("command", ["/mock zeta ml-design", "/loop zeta"])
def test_every_candidate_comes_to_the_end_in_time_and_loses_no_word(name: str, command: str) -> None:
    store = EventStore("sqlite://")
    played = play(command, CANDIDATES[name], corpus(), FakeGrader(), MATERIALS, store, seed=1)
    store.close()
    assert played.ended
    assert played.late <= STEP
    assert played.lost == 0
    assert played.most_follow_ups <= 2
    assert (played.decision is None) == command.startswith("/mock")
    assert played.nudges > 0 or name in ("strong", "weak", "hostile")
    assert played.nudges == 0 or name != "hostile"


def test_the_suite_finds_the_order_of_quality() -> None:
    world = corpus()
    company = world.companies["zeta"]
    assert [kind for kind, _ in commands(company, quick=True)] == ["loop"]
    found = list(simulate(world, Remembering(FakeGrader()), MATERIALS, [company], quick=True, seed=0))
    draft = Draft("mock", "")
    figures(draft, found, 0)
    values = {f.name: f.value for f in draft.figures}
    assert values["loops.ended"] == values["loops.in_time"] == 1
    assert values["loops.order.strong_over_weak"] == values["loops.order.strong_over_silent"] == 1
    assert values["words_lost"] == 0


def test_plays_are_kept_as_lines_and_are_not_played_again() -> None:
    world = corpus()
    company = world.companies["zeta"]
    every = [command for _, command in commands(company, quick=False)]
    found = list(simulate(world, Remembering(FakeGrader()), MATERIALS, [company], quick=False, seed=0, known=every[1:]))
    assert [plays.command for plays in found] == every[:1]
    assert [Plays.read(plays.line()) for plays in found] == found
