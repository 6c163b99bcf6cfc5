"""What takes long is done beside the pages, for whoever asked."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "errand",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.String(length=60), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("work", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("given", sa.LargeBinary(), nullable=True),
        sa.Column("made", sa.LargeBinary(), nullable=True),
        sa.Column("goal", sa.String(length=200), nullable=True),
        sa.Column("back", sa.String(length=2000), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=300), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errand")),
    )
    op.create_index(op.f("ix_errand_asked_at"), "errand", ["asked_at"])
    open_one = sa.text("done_at IS NULL")
    op.create_index("uq_errand_open", "errand", ["mark"], unique=True, sqlite_where=open_one, postgresql_where=open_one)


def downgrade() -> None:
    op.drop_table("errand")
