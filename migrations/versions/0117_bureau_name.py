"""A bureau is called by its own name on what it hands out."""

import sqlalchemy as sa
from alembic import op

revision = "0117"
down_revision = "0116"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jurisdiction", sa.Column("bureau_name", sa.String(length=60), nullable=True))
    op.add_column("bulletin", sa.Column("bureau", sa.String(length=60), nullable=True))


def downgrade() -> None:
    op.drop_column("bulletin", "bureau")
    op.drop_column("jurisdiction", "bureau_name")
