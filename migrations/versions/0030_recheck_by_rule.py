"""A lecture asks by itself in the middle who is there; the seed of a re-check is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lecture", sa.Column("recheck", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("recheck", sa.Column("by_rule", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("recheck", sa.Column("seed", sa.String(length=32), nullable=True))


def downgrade() -> None:
    op.drop_column("recheck", "seed")
    op.drop_column("recheck", "by_rule")
    op.drop_column("lecture", "recheck")
