"""Enterprises a bulletin names whom no message reaches are called, and this is noted."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bulletin_mention", sa.Column("called_note", sa.String(length=500), nullable=True))
    op.add_column("bulletin_mention", sa.Column("called_by", sa.String(length=80), nullable=True))
    op.add_column("bulletin_mention", sa.Column("called_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("bulletin_mention") as mention:
        for name in ("called_at", "called_by", "called_note"):
            mention.drop_column(name)
