"""Newcomers and construction projects have a first day; a standing knows whether its enterprise was in business."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("enterprise") as batch:
        batch.add_column(sa.Column("kind", sa.String(length=20), nullable=False, server_default="firm"))
        batch.add_column(sa.Column("opens_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("enterprise") as batch:
        batch.alter_column("kind", server_default=None)
    with op.batch_alter_table("standing") as batch:
        batch.add_column(sa.Column("firm_state", sa.String(length=20), nullable=False, server_default="active"))
    with op.batch_alter_table("standing") as batch:
        batch.alter_column("firm_state", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("standing") as batch:
        batch.drop_column("firm_state")
    with op.batch_alter_table("enterprise") as batch:
        for name in ("opened_at", "ends_on", "opens_on", "kind"):
            batch.drop_column(name)
