"""Brings a database to the schema of this version, once, at open.

The version is read with one query; Alembic (a third of a second) is imported only when something must change.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from tutor.errors import StoreError

HEAD = "0003"
_LOCK = 7_310_522


def upgrade(connection: Connection) -> None:
    """Apply the missing migrations within the connection's transaction; StoreError when the database is newer."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    found = version(connection)
    if found == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StoreError(f"The database was written by a newer version (schema {found}); update the tutor to open it.")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def version(connection: Connection) -> str | None:
    """The schema version that the database is at, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
