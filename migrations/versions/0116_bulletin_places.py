"""Places that the words of a bulletin name are heard as enterprises are."""

import sqlalchemy as sa
from alembic import op

revision = "0116"
down_revision = "0115"
branch_labels = None
depends_on = None

TABLES = ("bulletin_place",)


def upgrade() -> None:
    op.create_table(
        "bulletin_place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bulletin_id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("said", sa.String(length=1000), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_note", sa.String(length=500), nullable=True),
        sa.Column("called_by", sa.String(length=80), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("reply", sa.String(length=1000), nullable=True),
        sa.Column("replied_by", sa.String(length=80), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["bulletin_id"], ["bulletin.id"], name=op.f("fk_bulletin_place_bulletin_id")),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_bulletin_place_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_place")),
        sa.UniqueConstraint("bulletin_id", "jurisdiction_id", name=op.f("uq_bulletin_place_bulletin_id_jurisdiction_id")),
    )
    op.create_index(op.f("ix_bulletin_place_jurisdiction_id"), "bulletin_place", ["jurisdiction_id"], unique=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
