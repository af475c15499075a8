"""Opens the database, and turns what goes wrong with it into a sentence with a remedy.

SQLite runs in WAL mode with `synchronous=FULL`: a committed answer survives a power cut. A writer takes the write lock
when its transaction begins, so that reading and writing a session's log is one step.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError

from tutor.errors import StoreError

_BUSY_SECONDS = 10
_POSTGRES = {"postgres", "postgresql"}
_REMEDIES = (
    (("unable to open", "readonly", "read-only", "permission denied"),
     "it cannot be written; give this user write access to the folder, or set TUTOR_DATA_DIR to another one"),
    (("disk is full", "no space left", "disk i/o error", "could not extend"),
     "the disk is full or failing; free some space and send it again"),
    (("database is locked", "database table is locked"),
     "another program holds it; close that one and try again"),
    (("not a database", "malformed", "file is encrypted"),
     "the file is damaged; move it aside (a new one is made) or put a backup in its place"),
    (("password authentication", "does not exist"),
     "the server refused the login or has no such database; correct TUTOR_DATABASE_URL"),
    (("connection refused", "connection to server", "connection is bad", "could not connect", "connection failed",
      "could not translate", "timeout expired", "closed the connection", "terminating connection",
      "the connection is closed", "failed to resolve"),
     "the server does not answer; start it or correct TUTOR_DATABASE_URL (unset, the tutor uses a local file)"),
)  # fmt: skip


def open_engine(url: str) -> Engine:
    """An engine for the SQLAlchemy URL; makes the folder of a SQLite file, or raises StoreError."""
    try:
        parsed = make_url(url)
        if parsed.drivername in _POSTGRES:
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed, pool_pre_ping=True)
        return _open_sqlite(parsed)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreError(
            f"TUTOR_DATABASE_URL cannot be used ({error}); write it as postgresql://user:password@host/database, "
            "and install the driver with `pip install 'mle-interview-tutor[postgres]'`."
        ) from error


def _open_sqlite(url: URL) -> Engine:
    if url.database:
        folder = Path(url.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"The data folder {folder} cannot be made ({error.strerror}); "
                "set TUTOR_DATA_DIR to a folder that you can write."
            ) from error
    waits = {} if "timeout" in url.query else {"timeout": _BUSY_SECONDS}
    engine = create_engine(url, connect_args=waits)
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: Any, _record: object) -> None:
    # sqlite3 would begin transactions late and only for writes; `_begin` does it instead.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read with; a database that fails raises StoreError."""
    with translated(engine.url), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that commits at the end; a database that fails raises StoreError and changes nothing."""
    with translated(engine.url), engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """Within, an error of the database becomes a StoreError that says what to do."""
    try:
        yield
    except IntegrityError:
        raise  # two writers met: for the caller to settle
    except DBAPIError as error:
        place = url.database if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
        said = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
        lower = str(error.orig).lower()
        remedy = next((r for signs, r in _REMEDIES if any(s in lower for s in signs)), "see `tutor doctor`")
        raise StoreError(f"The database {place} failed ({said}): {remedy}.") from error
