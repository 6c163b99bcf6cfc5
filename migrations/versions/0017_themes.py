"""Themes that do not apply to an enterprise."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "theme_waiver",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("theme", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("waived_by", sa.String(length=80), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_theme_waiver_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_waiver")),
    )
    with op.batch_alter_table("theme_waiver", schema=None) as batch_op:
        batch_op.create_index(
            "uq_theme_waiver_current",
            ["enterprise_id", "theme"],
            unique=True,
            sqlite_where=sa.text("ends_on IS NULL"),
            postgresql_where=sa.text("ends_on IS NULL"),
        )


def downgrade() -> None:
    op.drop_table("theme_waiver")
