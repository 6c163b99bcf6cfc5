"""A change of a jurisdiction that is to come can be taken back before its day, and who took it back stays on record."""

import sqlalchemy as sa
from alembic import op

revision = "0123"
down_revision = "0122"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jurisdiction_change", sa.Column("withdrawn_by", sa.String(length=80), nullable=True))
    op.add_column("jurisdiction_change", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    # The version before brings in on its day whatever has no fault.
    op.execute("UPDATE jurisdiction_change SET fault = '已撤回' WHERE withdrawn_at IS NOT NULL")
    op.drop_column("jurisdiction_change", "withdrawn_at")
    op.drop_column("jurisdiction_change", "withdrawn_by")
