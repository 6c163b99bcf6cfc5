"""Which department of the government supervises the trade of an enterprise, and did when a standing was written."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES = ("enterprise", "standing")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("authority", sa.String(length=60), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as changed:
            changed.drop_column("authority")
