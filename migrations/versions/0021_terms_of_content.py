"""A campaign asks what a lecture is about, what it has to show, and that it is passed on."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = ("campaign", "campaign_version")


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as terms:
            terms.add_column(sa.Column("topics", sa.JSON(), nullable=False, server_default="[]"))
            terms.add_column(sa.Column("evidence", sa.JSON(), nullable=False, server_default="[]"))
            terms.add_column(sa.Column("cascade", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as terms:
            terms.drop_column("cascade")
            terms.drop_column("evidence")
            terms.drop_column("topics")
