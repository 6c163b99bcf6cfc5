"""Amendments of a campaign are versions; a standing names the one it was judged by."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

from lms.core.db import new_id

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

TERMS = (
    "title", "industries", "starts_on", "due_on", "head_lectures", "deputy_counts", "min_minutes", "min_attendance",
    "pass_mark", "late_days",
)  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("campaign") as batch:
        batch.add_column(sa.Column("late_days", sa.Integer(), nullable=False, server_default="30"))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("changed_by", sa.String(length=80), nullable=True))
        batch.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("above_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f("fk_campaign_above_id"), "campaign", ["above_id"], ["id"])
    with op.batch_alter_table("campaign") as batch:
        for name in ("late_days", "version", "revision"):
            batch.alter_column(name, server_default=None)
    with op.batch_alter_table("standing") as batch:
        batch.add_column(sa.Column("rule_version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("standing") as batch:
        batch.alter_column("rule_version", server_default=None)
    versions = op.create_table(
        "campaign_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("industries", sa.JSON(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("head_lectures", sa.Boolean(), nullable=False),
        sa.Column("deputy_counts", sa.Boolean(), nullable=False),
        sa.Column("min_minutes", sa.Integer(), nullable=False),
        sa.Column("min_attendance", sa.Integer(), nullable=False),
        sa.Column("pass_mark", sa.Integer(), nullable=False),
        sa.Column("late_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_version_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_version")),
        sa.UniqueConstraint("campaign_id", "version", name=op.f("uq_campaign_version_campaign_id_version")),
    )
    _keep_what_was_launched(versions)


def _keep_what_was_launched(versions: sa.Table) -> None:
    """The rules of a launched campaign could not be changed until now: they are its first version."""
    kinds = {column.name: column.type for column in versions.columns}
    campaign = sa.table(
        "campaign",
        *(sa.column(name, kinds[name]) for name in TERMS),
        sa.column("id", sa.Uuid()),
        sa.column("state", sa.String()),
        sa.column("created_by", sa.String()),
        sa.column("created_at", sa.DateTime(timezone=True)),
        sa.column("launched_at", sa.DateTime(timezone=True)),
    )
    connection = op.get_bind()
    rows = [
        {name: getattr(row, name) for name in TERMS}
        | {"id": new_id(), "campaign_id": UUID(str(row.id)), "version": 1, "reason": "", "set_by": row.created_by}
        | {"set_at": row.launched_at or row.created_at}
        for row in connection.execute(sa.select(campaign).where(campaign.c.state == "launched"))
    ]
    if rows:
        connection.execute(sa.insert(versions), rows)


def downgrade() -> None:
    op.drop_table("campaign_version")
    with op.batch_alter_table("standing") as batch:
        batch.drop_column("rule_version")
    with op.batch_alter_table("campaign") as batch:
        batch.drop_constraint(op.f("fk_campaign_above_id"), type_="foreignkey")
        for name in ("above_id", "changed_at", "changed_by", "revision", "version", "late_days"):
            batch.drop_column(name)
