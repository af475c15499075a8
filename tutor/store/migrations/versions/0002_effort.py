"""Hints and time of an answer beside its credit: both count in the belief about the learner."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply, and take the values of earlier answers from the log."""
    op.add_column("attempts", sa.Column("hints", sa.Integer, nullable=False, server_default="0"))
    op.add_column("attempts", sa.Column("seconds", sa.Float, nullable=False, server_default="0"))
    events = sa.table("events", sa.column("type"), sa.column("json"))
    attempts = sa.table("attempts", sa.column("attempt"), sa.column("hints"), sa.column("seconds"))
    connection = op.get_bind()
    for (text,) in connection.execute(sa.select(events.c.json).where(events.c.type == "answered")).all():
        event = json.loads(text)
        effort = {"hints": event.get("hints", 0), "seconds": event["seconds"]}
        connection.execute(attempts.update().where(attempts.c.attempt == event["attempt"]).values(**effort))


def downgrade() -> None:
    """Undo."""
    op.drop_column("attempts", "seconds")
    op.drop_column("attempts", "hints")
