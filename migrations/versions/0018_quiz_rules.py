"""What a paper is made of, how long one waits for the next attempt, and when one is told what was right."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("quiz", sa.Column("quotas", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("quiz", sa.Column("fixed", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("quiz", sa.Column("cool_down", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("quiz", sa.Column("explain", sa.String(length=20), nullable=False, server_default="handed_in"))
    op.create_index(op.f("ix_attempt_quiz_id_id"), "attempt", ["quiz_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_attempt_quiz_id_id"), table_name="attempt")
    for name in ("explain", "cool_down", "fixed", "quotas"):
        op.drop_column("quiz", name)
