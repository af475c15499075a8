"""Where the third-party labelled sets lie: `TUTOR_SHARED_DATA`, or `shared/data` beside the clone."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of the third-party sets. Elsewhere a missing folder skips the test; in CI it fails it."""
    folder = Path(os.environ.get("TUTOR_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not (folder / "grading" / "khan.jsonl").is_file():
        message = f"the labelled sets are not at {folder}; set TUTOR_SHARED_DATA to the folder that holds grading/"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder
