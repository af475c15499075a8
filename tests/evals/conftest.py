"""Where the third-party labelled sets lie, and small sets to run on."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """`TUTOR_SHARED_DATA`, or `shared/data` beside the clone. Where it is missing a test is skipped; in CI it fails."""
    folder = Path(os.environ.get("TUTOR_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not (folder / "grading" / "khan.jsonl").is_file():
        message = f"the labelled sets are not at {folder}; set TUTOR_SHARED_DATA to the folder that holds grading/"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(autouse=True)
def _state_in_tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs without `--out` land in the test's folder, and other processes find the toy graders."""
    monkeypatch.setenv("TUTOR_DATA_DIR", str(tmp_path / "data"))
    path = os.pathsep.join(filter(None, [str(Path(__file__).parent), os.environ.get("PYTHONPATH")]))
    monkeypatch.setenv("PYTHONPATH", path)
    monkeypatch.syspath_prepend(str(Path(__file__).parent))


COLOURS = ("red", "green", "blue")


def question(number: int, answers: int) -> dict[str, object]:
    """A question on two colours; its answers go through saying both, one, neither, and denying one."""
    one, two = COLOURS[number % 3], COLOURS[(number + 1) % 3]
    texts = [
        (f"it is {one} and also {two}", "met", "met"),
        (f"surely {one}", "met", "missing"),
        ("who knows", "missing", "missing"),
        (f"not {one} but {two}", "contradicted", "met"),
    ]
    return {
        "id": f"colours-{number}",
        "question": f"Which colours has flag {number}?",
        "criteria": [{"id": "first", "text": f"One is {one}."}, {"id": "second", "text": f"One is {two}."}],
        "answers": [
            {
                "id": f"a{i}",
                "text": f"{texts[i % 4][0]} ({i})",
                "verdicts": {"first": texts[i % 4][1], "second": texts[i % 4][2]},
            }
            for i in range(answers)
        ],
        "split": "dev" if number % 2 else "test",
    }


@pytest.fixture
def colours(tmp_path: Path) -> Callable[[int, int], Path]:
    """Writes a labelled set of so many questions with so many answers each."""

    def write(questions: int = 4, answers: int = 4) -> Path:
        path = tmp_path / "colours.jsonl"
        path.write_text("".join(json.dumps(question(n, answers)) + "\n" for n in range(questions)), encoding="utf-8")
        return path

    return write
