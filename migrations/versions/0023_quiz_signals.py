"""On which device an attempt was begun, and when its page was out of sight."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attempt", sa.Column("device_id", sa.String(length=40), nullable=True))
    op.create_table(
        "page_left",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("back_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_page_left_attempt_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_page_left_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_left")),
    )
    op.create_index(op.f("ix_page_left_attempt_id"), "page_left", ["attempt_id"], unique=False)


def downgrade() -> None:
    op.drop_table("page_left")
    op.drop_column("attempt", "device_id")
