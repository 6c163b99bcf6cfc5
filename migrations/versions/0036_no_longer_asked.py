"""A department that need not pass a lecture on any more keeps the line in which it was asked to."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("follow_up", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("follow_up", sa.Column("withdrawn_by", sa.String(80), nullable=True))


def downgrade() -> None:
    op.drop_column("follow_up", "withdrawn_at")
    op.drop_column("follow_up", "withdrawn_by")
