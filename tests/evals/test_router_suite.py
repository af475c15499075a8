"""The router's suite: what is asked back is wrong but not mistaken; no text of the test split is listed."""

from pathlib import Path

import pytest

from evals.results import Draft
from evals.suites.router import Utterance, listen, read_folder, read_utterances, report
from tutor.errors import InputError
from tutor.session.acts import Act, Intent

SAID = [
    Utterance("alpha", True, Act.ANSWER, "test"),
    Utterance("hint loss", True, Act.ANSWER, "test"),
    Utterance("maybe", True, Act.ANSWER, "test"),
    Utterance("a hint", True, Act.HINT, "test"),
    Utterance("maybe a hint", False, Act.HINT, "test"),
]


def hear(text: str, pending: bool) -> Intent:
    """Takes every "hint" for a request, and asks on "maybe"."""
    assert pending or text == "maybe a hint"
    return Intent(Act.HINT, unsure="maybe" in text) if "hint" in text or "maybe" in text else Intent(Act.ANSWER)


def test_the_figures_tell_mistaken_from_asked() -> None:
    draft = Draft("router", "")
    report(draft, "test", listen(SAID, hear), seed=0)
    value = {f.name: f.value for f in draft.figures}
    assert value["test.accuracy"] == pytest.approx(3 / 5)
    assert value["test.asked"] == pytest.approx(1 / 5)
    assert value["test.answers_mistaken"] == pytest.approx(1 / 3)
    assert value["test.answers_asked"] == pytest.approx(1 / 3)
    assert value["test.recall.hint"] == 1
    assert value["test.requests_taken_for_answers"] == 0
    assert not draft.worst


def test_a_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "utterances.jsonl"
    path.write_text('{"text": "a", "pending": true, "act": "answer", "split": "dev"}\n{"text": "b"}\n')
    with pytest.raises(InputError, match=":2:"):
        read_utterances(path)


def test_utterances_grouped_by_act_are_read_beside_the_lines(tmp_path: Path) -> None:
    (tmp_path / "utterances.jsonl").write_text('{"text": "a", "pending": true, "act": "answer", "split": "test"}\n')
    (tmp_path / "more.yaml").write_text("split: dev-2\nacts:\n  hint:\n    open: [b]\n    idle: [c]\n")
    assert read_folder(tmp_path) == [
        Utterance("a", True, Act.ANSWER, "test"),
        Utterance("b", True, Act.HINT, "dev-2"),
        Utterance("c", False, Act.HINT, "dev-2"),
    ]
    (tmp_path / "more.yaml").write_text("split: dev-2\nacts: {dance: {open: [b]}}\n")
    with pytest.raises(InputError, match=r"more\.yaml"):
        read_folder(tmp_path)
