"""Answers kept for a day are found by their age."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_api_kept_answer_created_at"), "api_kept_answer", ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_api_kept_answer_created_at"), table_name="api_kept_answer")
