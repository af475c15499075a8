"""A database that cannot be used is one sentence with a remedy, and loses nothing."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, inspect, text
from sqlalchemy.engine import make_url

from tests.fresh_process import imported_by
from tests.store.test_log import said, started
from tutor.errors import StoreError
from tutor.store.engine import open_engine
from tutor.store.log import EventStore
from tutor.store.schema import HEAD
from tutor.store.tables import metadata


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """A database with one session."""
    store = EventStore(f"sqlite:///{tmp_path}/tutor.db")
    store.create("s", "me", [started()])
    store.close()
    return tmp_path / "tutor.db"


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="TUTOR_DATA_DIR"):
        EventStore(f"sqlite:///{tmp_path}/file/below/tutor.db")


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "tutor.db").mkdir()
    with pytest.raises(StoreError, match="cannot be written"):
        EventStore(f"sqlite:///{tmp_path}/tutor.db")


def test_a_full_disk_refuses_the_write_and_keeps_the_rest(file: Path) -> None:
    store = EventStore(f"sqlite:///{file}")

    def fill(connection: Any, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 1").close()

    event.listen(store.engine, "connect", fill)
    store.engine.dispose()
    with pytest.raises(StoreError, match="disk is full"):
        store.append("s", 1, [said("x" * 100_000)])
    assert len(store.events("s")) == 1
    store.close()


def test_a_damaged_file(file: Path) -> None:
    file.write_bytes(b"not a database at all" * 500)
    with pytest.raises(StoreError, match="damaged; move it aside"):
        EventStore(f"sqlite:///{file}")


def test_a_database_that_is_locked(file: Path) -> None:
    store = EventStore(f"sqlite:///{file}?timeout=0.1")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert len(store.events("s")) == 1
        with pytest.raises(StoreError, match="another program"):
            store.append("s", 1, [said("a")])
        other.execute("ROLLBACK")
    store.append("s", 1, [said("a")])
    store.close()


def test_a_newer_schema(file: Path) -> None:
    with closing(sqlite3.connect(file)) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
        other.commit()
    with pytest.raises(StoreError, match="update the tutor"):
        EventStore(f"sqlite:///{file}")


@pytest.mark.parametrize("url", ["nonsense", "postgresql+nodriver://x/y", "martian://x"])
def test_a_url_that_means_nothing(url: str) -> None:
    with pytest.raises(StoreError, match="TUTOR_DATABASE_URL"):
        EventStore(url)


def test_a_server_that_is_down_and_its_password_stays_unsaid(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does not answer") as raised:
        EventStore(f"postgresql://me:secret@/tutor?host={tmp_path}")
    assert "secret" not in str(raised.value)


def test_the_wrong_database_of_a_server(cluster: str) -> None:
    with pytest.raises(StoreError, match="no such database"):
        EventStore(cluster.replace("/postgres?", "/missing?"))


def test_a_server_that_drops_its_connections_is_found_again(database: str) -> None:
    store = EventStore(database)
    store.create("s", "me", [started()])
    killer = open_engine(database)
    with killer.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"))
    assert store.append("s", 1, [said("a")]) == 2
    store.close()
    killer.dispose()


def test_an_answer_that_was_committed_survives_a_power_cut(file: Path) -> None:
    store = EventStore(f"sqlite:///{file}")
    with store.engine.connect() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    store.close()


def test_migrations_make_the_tables_that_the_code_uses(url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    store = EventStore(url)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == HEAD
        assert {"sessions", "events", "attempts", "drafts"} <= set(inspect(connection).get_table_names())
    store.close()


def test_many_processes_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    code = f"from tutor.store.log import EventStore; EventStore('sqlite:///{tmp_path}/tutor.db').close()"
    running = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) for _ in range(4)]
    assert [(p.communicate()[1], p.returncode) for p in running] == [(b"", 0)] * 4


def test_a_current_database_opens_without_alembic(file: Path) -> None:
    assert "alembic" not in imported_by(f"from tutor.store.log import EventStore; EventStore('sqlite:///{file}')")


def test_a_bare_postgresql_url_uses_the_driver_we_ship() -> None:
    assert make_url(str(open_engine("postgresql://x/y").url)).drivername == "postgresql+psycopg"
