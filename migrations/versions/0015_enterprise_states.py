"""Who said when that an enterprise stopped, was closed or opened again; duties that lapsed meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "enterprise_state_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=80), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_enterprise_state_change_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise_state_change")),
    )
    op.create_index(
        op.f("ix_enterprise_state_change_enterprise_id_on"), "enterprise_state_change", ["enterprise_id", "on"], unique=False
    )
    op.create_index(
        "ix_enterprise_state_change_waiting",
        "enterprise_state_change",
        ["on"],
        unique=False,
        sqlite_where=sa.text("applied_at IS NULL"),
        postgresql_where=sa.text("applied_at IS NULL"),
    )
    op.add_column("duty", sa.Column("lapsed_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("duty") as duty:
        duty.drop_column("lapsed_on")
    op.drop_table("enterprise_state_change")
