"""Completions that a score is not in yet."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("completion", sa.Column("graded_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_completion_graded",
        "completion",
        ["lecture_id"],
        unique=False,
        sqlite_where=sa.text("graded_at IS NOT NULL"),
        postgresql_where=sa.text("graded_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_completion_graded", table_name="completion")
    op.drop_column("completion", "graded_at")
