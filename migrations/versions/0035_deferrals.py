"""What an enterprise asks of a bureau: another date or to be exempt; exempt lines of standings."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deferral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("due_before", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_until", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_deferral_campaign_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_deferral_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deferral")),
    )
    op.create_index(op.f("ix_deferral_campaign_id_enterprise_id"), "deferral", ["campaign_id", "enterprise_id"], unique=False)
    op.create_index(
        "uq_deferral_open",
        "deferral",
        ["enterprise_id", "campaign_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.add_column("standing", sa.Column("exempt_until", sa.Date(), nullable=True))
    op.add_column("standing", sa.Column("exempt_reason", sa.String(length=200), nullable=True))
    op.add_column("standing", sa.Column("exempt_by", sa.String(length=80), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("standing") as batch:
        batch.drop_column("exempt_by")
        batch.drop_column("exempt_reason")
        batch.drop_column("exempt_until")
    op.drop_index("uq_deferral_open", table_name="deferral")
    op.drop_table("deferral")
