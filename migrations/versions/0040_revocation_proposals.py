"""A certificate is revoked by two people: what the first one proposed."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

COLUMNS = {
    "proposed_at": sa.DateTime(timezone=True),
    "proposed_by": sa.String(length=80),
    "proposed_key": sa.String(length=60),
    "proposed_reason": sa.String(length=200),
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("certificate", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("certificate", name)
