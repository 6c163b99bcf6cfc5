"""Jurisdictions change with a date; functional areas are responsible; enterprises are transferred with what they are asked."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("jurisdiction") as batch:
        batch.add_column(sa.Column("manager_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("managed_path", sa.String(length=120), nullable=True))
        batch.add_column(sa.Column("since_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("ended_on", sa.Date(), nullable=True))
        batch.create_foreign_key(op.f("fk_jurisdiction_manager_id"), "jurisdiction", ["manager_id"], ["id"])
    with op.batch_alter_table("duty") as batch:
        batch.add_column(sa.Column("carried", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("duty") as batch:
        batch.alter_column("carried", server_default=None)
    op.create_index(
        "ix_duty_carried", "duty", ["campaign_id"], sqlite_where=sa.text("carried"), postgresql_where=sa.text("carried")
    )
    op.create_table(
        "jurisdiction_past",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("managed_path", sa.String(length=120), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_jurisdiction_past_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jurisdiction_past")),
    )
    op.create_index(op.f("ix_jurisdiction_past_code_until_on"), "jurisdiction_past", ["code", "until_on"])
    op.create_index(op.f("ix_jurisdiction_past_jurisdiction_id"), "jurisdiction_past", ["jurisdiction_id"])
    op.create_table(
        "jurisdiction_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=True),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_jurisdiction_change_jurisdiction_id")),
        sa.ForeignKeyConstraint(["target_id"], ["jurisdiction.id"], name=op.f("fk_jurisdiction_change_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jurisdiction_change")),
    )
    op.create_index(op.f("ix_jurisdiction_change_jurisdiction_id_on"), "jurisdiction_change", ["jurisdiction_id", "on"])
    waiting = sa.text("applied_at IS NULL")
    op.create_index(
        "ix_jurisdiction_change_waiting", "jurisdiction_change", ["on"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_table(
        "enterprise_transfer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=200), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_enterprise_transfer_enterprise_id")),
        sa.ForeignKeyConstraint(["from_id"], ["jurisdiction.id"], name=op.f("fk_enterprise_transfer_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["jurisdiction.id"], name=op.f("fk_enterprise_transfer_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise_transfer")),
    )
    op.create_index(op.f("ix_enterprise_transfer_to_id"), "enterprise_transfer", ["to_id"])
    waiting = sa.text("state = 'open'")
    op.create_index(
        "uq_enterprise_transfer_open", "enterprise_transfer", ["enterprise_id"], unique=True, sqlite_where=waiting,
        postgresql_where=waiting,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("enterprise_transfer")
    op.drop_table("jurisdiction_change")
    op.drop_table("jurisdiction_past")
    op.drop_index("ix_duty_carried", "duty")
    with op.batch_alter_table("duty") as batch:
        batch.drop_column("carried")
    with op.batch_alter_table("jurisdiction") as batch:
        batch.drop_constraint(op.f("fk_jurisdiction_manager_id"), type_="foreignkey")
        for name in ("ended_on", "since_on", "managed_path", "manager_id"):
            batch.drop_column(name)
