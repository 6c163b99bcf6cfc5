"""Answers to writing requests, kept so that one sent again is not done again."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_kept_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name=op.f("fk_api_kept_answer_token_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_kept_answer")),
        sa.UniqueConstraint("token_id", "key", name=op.f("uq_api_kept_answer_token_id_key")),
    )


def downgrade() -> None:
    op.drop_table("api_kept_answer")
