"""Archives that were asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0114"
down_revision = "0113"
branch_labels = None
depends_on = None

TABLES = ("archive_order",)


def upgrade() -> None:
    op.create_table(
        "archive_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("problem", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_archive_order_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_order")),
    )
    op.create_index(op.f("ix_archive_order_enterprise_id_asked_at"), "archive_order", ["enterprise_id", "asked_at"], unique=False)
    op.create_index(
        "ix_archive_order_waiting",
        "archive_order",
        ["asked_at"],
        unique=False,
        sqlite_where=sa.text("made_at IS NULL AND problem IS NULL"),
        postgresql_where=sa.text("made_at IS NULL AND problem IS NULL"),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
