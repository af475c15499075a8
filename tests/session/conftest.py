import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.session.fakes import World, world
from tutor.store.log import EventStore


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with today's schema: to copy it costs a tenth of the migrations."""
    file = tmp_path_factory.mktemp("database") / "tutor.db"
    EventStore(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def place(tmp_path: Path, migrated: Path) -> Iterator[World]:
    shutil.copy(migrated, tmp_path / "tutor.db")
    with world(f"sqlite:///{tmp_path}/tutor.db") as made:
        yield made


@pytest.fixture
def other(tmp_path: Path, migrated: Path) -> Iterator[World]:
    """A second world beside `place`, with a store of its own."""
    shutil.copy(migrated, tmp_path / "other.db")
    with world(f"sqlite:///{tmp_path}/other.db") as made:
        yield made
