from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.session.fakes import World, world


@pytest.fixture
def place(tmp_path: Path) -> Iterator[World]:
    with world(f"sqlite:///{tmp_path}/tutor.db") as made:
        yield made


@pytest.fixture
def other(tmp_path: Path) -> Iterator[World]:
    """A second world beside `place`, with a store of its own."""
    with world(f"sqlite:///{tmp_path}/other.db") as made:
        yield made
