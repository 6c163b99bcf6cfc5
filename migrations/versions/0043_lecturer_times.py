"""A correction of when a lecturer began or ended that waits for a second person, and by which account a lecturer was confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

WAITING = {
    "time_proposed_at": sa.DateTime(timezone=True), "time_proposed_by": sa.String(80), "time_proposed_key": sa.String(60),
    "time_proposed_reason": sa.String(200), "time_step": sa.String(10), "time_to": sa.DateTime(timezone=True),
}  # fmt: skip


def upgrade() -> None:
    for name, kind in WAITING.items():
        op.add_column("sitting", sa.Column(name, kind, nullable=True))
    op.add_column("lecturer_mark", sa.Column("told_key", sa.String(60), nullable=True))


def downgrade() -> None:
    op.drop_column("lecturer_mark", "told_key")
    for name in WAITING:
        op.drop_column("sitting", name)
