"""What a bureau did about an enterprise that is behind."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chase",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("chased_by", sa.String(length=80), nullable=False),
        sa.Column("chased_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_chase_campaign_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_chase_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chase")),
    )
    op.create_index(op.f("ix_chase_enterprise_id_chased_at"), "chase", ["enterprise_id", "chased_at"], unique=False)
    op.create_index(op.f("ix_chase_campaign_id_enterprise_id"), "chase", ["campaign_id", "enterprise_id"], unique=False)


def downgrade() -> None:
    op.drop_table("chase")
