"""The transcripts on a small world: what is in them, that they come out the same twice, and the sentences picked."""

from pathlib import Path

import pytest

from evals.samples import Sample
from evals.transcripts.learner import sentences_with
from evals.transcripts.record import COMMAND, FILE, Setting, write
from tests.material.conftest import WordEmbedder
from tests.session.fakes import FakeGrader, FakeIndex, corpus
from tutor.domain import Question


def samples(question: Question) -> list[Sample]:
    def sample(name: str, text: str, score: float) -> Sample:
        said = {c.id: c.id for c in question.rubric.criteria if c.id in text}
        labels = {c.id: "met" if c.id in said else "missing" for c in question.rubric.criteria}
        return Sample(
            id=f"{question.id}/{name}", exercises=(question,), answer=text, labels=labels, score=score, quotes=said
        )

    return [sample("a1", "First alpha. Then beta!\nAt last gamma.", 1.0), sample("a2", "Some gamma, I think.", 0.2)]


def setting() -> Setting:
    world = corpus()
    every = [s for q in world.questions.values() for s in samples(q)]
    return Setting(world, FakeGrader(), FakeIndex(world), WordEmbedder(), every, loop="/loop zeta senior")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    found = write(setting(), tmp_path_factory.mktemp("transcripts"))
    return {path.stem: path.read_text("utf-8") for path in found}


@pytest.mark.parametrize("name", ["practice", "loop", "own-material"])
def test_each_is_headed_by_its_command_and_grader_and_alternates_words_and_boxes(
    written: dict[str, str], name: str
) -> None:
    text = written[name]
    assert text.startswith("# ")
    assert f"`{COMMAND}` (seed 0)" in text
    assert "Grader `fake-1`" in text
    assert text.count("```text\n") == text.count("\n```\n")
    assert text.count("**Learner**") > 3
    assert not any(line != line.rstrip() and not line.endswith("  ") for line in text.splitlines())


def test_practice_has_a_hint_a_follow_up_a_retry_an_explanation_and_a_staged_case(written: dict[str, str]) -> None:
    text = written["practice"]
    shown = ("Hint 1 (-10%)", "Follow-up", "Second try", "against your first try", "The case: model", "Critique")
    assert [word for word in shown if word not in text] == []
    assert "/explain" in text
    assert "labelled answer `" in text
    assert "Session ended." in text


def test_the_loop_is_silent_until_its_decision(written: dict[str, str]) -> None:
    before, _, after = written["loop"].partition("Debrief of the loop")
    assert "in the style of Zeta" in before
    assert "Round 1: ml-design" in before
    assert "The case: model" in before
    assert "missing" not in before
    assert "hire" in after.lower() or "too little" in after.lower()
    assert "“alpha”" in after


def test_own_material_is_added_asked_graded_and_asked_about(written: dict[str, str]) -> None:
    text = written["own-material"]
    assert f"adds the file `{FILE}`" in text
    assert "made from your material, not reviewed" in text
    assert "Critique" in text
    assert "/explain point-in-time join" in text


def test_the_same_setting_writes_the_same_files(written: dict[str, str], tmp_path: Path) -> None:
    assert {path.stem: path.read_text("utf-8") for path in write(setting(), tmp_path)} == written


@pytest.mark.parametrize(
    ("quotes", "picked"),
    [
        (["beta"], "Then beta!"),
        (["alpha", "gamma"], "First alpha. At last gamma."),
        (["not there"], ""),
        ([], ""),
        (["beta!\nAt"], "Then beta! At last gamma."),
    ],
)
def test_the_sentences_that_hold_the_quotes_are_picked(quotes: list[str], picked: str) -> None:
    assert sentences_with("First alpha. Then beta!\nAt last gamma.", quotes) == picked
