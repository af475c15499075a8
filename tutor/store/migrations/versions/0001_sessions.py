"""Sessions, events, attempts and drafts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    key = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "sessions",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("learner", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("updated_at", sa.Text, nullable=False),
    )
    op.create_index("sessions_learner", "sessions", ["learner", "updated_at"])
    op.create_table(
        "events",
        sa.Column("id", key, primary_key=True, autoincrement=True),
        sa.Column("session_id", sa.Text, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("json", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.UniqueConstraint("session_id", "seq", name="events_session_seq"),
    )
    op.create_table(
        "attempts",
        sa.Column("attempt", sa.Text, primary_key=True),
        sa.Column("session_id", sa.Text, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("learner", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("first", sa.Boolean, nullable=False),
        sa.Column("credit", sa.Float),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_index("attempts_learner", "attempts", ["learner", "at"])
    op.create_table(
        "drafts",
        sa.Column("session_id", sa.Text, sa.ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("json", sa.Text, nullable=False),
        sa.Column("question", sa.Text),
        sa.Column("at", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Undo."""
    for table in ("drafts", "attempts", "events", "sessions"):
        op.drop_table(table)
