"""A learner's own files, their passages and the questions made of them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "materials",
        sa.Column("learner", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("json", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    for table, more in (
        ("material_passages", [sa.Column("vector", sa.LargeBinary, nullable=False)]),
        ("material_questions", []),
    ):
        op.create_table(
            table,
            sa.Column("learner", sa.Text, primary_key=True),
            sa.Column("id", sa.Text, primary_key=True),
            sa.Column("document", sa.Text, nullable=False),
            sa.Column("n", sa.Integer, nullable=False),
            sa.Column("json", sa.Text, nullable=False),
            *more,
            sa.ForeignKeyConstraint(["learner", "document"], ["materials.learner", "materials.id"], ondelete="CASCADE"),
        )
        op.create_index(f"{table}_document", table, ["learner", "document"])


def downgrade() -> None:
    """Undo."""
    for table in ("material_questions", "material_passages", "materials"):
        op.drop_table(table)
