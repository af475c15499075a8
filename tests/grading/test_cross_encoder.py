"""A cross-encoder named by a setting, proved on a tiny one that is made here: wiring and messages, not quality."""

from pathlib import Path

import numpy as np
import pytest

from tutor.domain import Criterion, Exercise, Rubric
from tutor.errors import ModelError
from tutor.grading.cross_encoder import CrossEncoderJudge, load_cross_encoder
from tutor.grading.load import load_grader
from tutor.settings import Settings

LABELS = ("contradiction", "entailment", "neutral")


def made(folder: Path, labels: tuple[str, ...] = LABELS) -> Path:
    """A BERT of one layer with random weights and the words of two sentences."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "ice", "is", "frozen", "water", "solid", "."]
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(words), "utf-8")
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = made(tmp_path_factory.mktemp("cross") / "model")
    return Settings(_env_file=None, cross_encoder=str(folder), grader="cross-encoder")


@pytest.mark.slow
def test_its_labels_become_verdicts_and_partial_is_unknown_to_it(settings: Settings) -> None:
    judge = load_cross_encoder(settings)
    rows = judge.probabilities([("Ice is solid water.", "Ice is frozen water. Water is water."), ("Ice.", "")])
    assert rows.shape == (2, 4)
    assert rows.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert (rows[:, 1] == 0).all()
    assert judge.probabilities([]).shape == (0, 4)


def test_the_sentence_that_says_most_decides() -> None:
    class Scripted:
        def predict(self, pairs: list[tuple[str, str]], **_: object) -> np.ndarray:
            return np.array([[0.1, 0.1, 0.8] if "tea" in said else [0.7, 0.2, 0.1] for said, _ in pairs])

    judge = CrossEncoderJudge(Scripted(), "scripted", [3, 0, 2])  # type: ignore[arg-type]
    rows = judge.probabilities([("Ice is solid.", "I like tea. Ice is liquid.")])
    assert rows[0] == pytest.approx([0.2, 0, 0.1, 0.7])


@pytest.mark.slow
def test_it_grades_like_any_other(settings: Settings) -> None:
    exercise = Exercise(
        id="ice", prompt="What is ice?", rubric=Rubric(criteria=(Criterion(id="solid", text="Ice is solid water."),))
    )
    critique = load_grader(settings).grade(exercise, "Ice is frozen water, and that is what makes it hard.")
    assert critique.grader.startswith("local/cross-encoder:")
    assert critique.verdicts[0].verdict is not None


def test_none_is_reported() -> None:
    with pytest.raises(ModelError, match="No cross-encoder is named"):
        load_cross_encoder(Settings(_env_file=None))


@pytest.mark.slow
def test_a_missing_one_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_cross_encoder(Settings(_env_file=None, cross_encoder=str(tmp_path / "none")))


@pytest.mark.slow
def test_other_labels_are_refused(tmp_path: Path) -> None:
    folder = made(tmp_path / "model", ("good", "bad", "ugly"))
    with pytest.raises(ModelError, match="gives"):
        load_cross_encoder(Settings(_env_file=None, cross_encoder=str(folder)))
