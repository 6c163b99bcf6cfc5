"""A lecture is declared void by two people: what the first one proposed."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

COLUMNS = {
    "void_proposed_at": sa.DateTime(timezone=True),
    "void_proposed_by": sa.String(length=80),
    "void_proposed_key": sa.String(length=60),
    "void_proposed_reason": sa.String(length=200),
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("lecture", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("lecture", name)
