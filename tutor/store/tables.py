"""The SQL tables, in SQLAlchemy Core; the same on SQLite and PostgreSQL.

`events` is the truth. `attempts` is a projection of it (one row an answer, written in the same transaction), so that
the ability of a learner over all sessions is one query. `drafts` holds what is typed but not sent. Text that a person
typed is kept as JSON, whose escapes carry every character (PostgreSQL's text has no NUL). Times are ISO 8601 in UTC.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()
_key = BigInteger().with_variant(Integer, "sqlite")

sessions = Table(
    "sessions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("learner", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    Index("sessions_learner", "learner", "updated_at"),
)

events = Table(
    "events",
    metadata,
    Column("id", _key, primary_key=True, autoincrement=True),
    Column("session_id", Text, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("json", Text, nullable=False),
    Column("at", Text, nullable=False),
    UniqueConstraint("session_id", "seq", name="events_session_seq"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("attempt", Text, primary_key=True),
    Column("session_id", Text, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("learner", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("first", Boolean, nullable=False),
    Column("credit", Float),
    Column("at", Text, nullable=False),
    Column("hints", Integer, nullable=False, server_default="0"),
    Column("seconds", Float, nullable=False, server_default="0"),
    Index("attempts_learner", "learner", "at"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("session_id", Text, ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    Column("json", Text, nullable=False),
    Column("question", Text),
    Column("at", Text, nullable=False),
)

# A learner's own files, cut into passages; every row names its learner, and every query asks for one learner's.
materials = Table(
    "materials",
    metadata,
    Column("learner", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("json", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("at", Text, nullable=False),
)


def _of_material(name: str, *columns: Column[Any]) -> Table:
    """Rows that belong to a learner's document and go with it, as JSON in its order `n`."""
    return Table(
        name,
        metadata,
        Column("learner", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        Column("document", Text, nullable=False),
        Column("n", Integer, nullable=False),
        Column("json", Text, nullable=False),
        *columns,
        ForeignKeyConstraint(["learner", "document"], ["materials.learner", "materials.id"], ondelete="CASCADE"),
        Index(f"{name}_document", "learner", "document"),
    )


material_passages = _of_material("material_passages", Column("vector", LargeBinary, nullable=False))
material_questions = _of_material("material_questions")
