"""What enterprises type and how long, chasing that goes to the next level, and for whom an officer chased."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("chase") as batch:
        batch.add_column(sa.Column("jurisdiction_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f("fk_chase_jurisdiction_id"), "jurisdiction", ["jurisdiction_id"], ["id"])
    op.create_table(
        "chase_escalation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("chases", sa.Integer(), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_chase_escalation_campaign_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_chase_escalation_enterprise_id")),
        sa.ForeignKeyConstraint(["to_id"], ["jurisdiction.id"], name=op.f("fk_chase_escalation_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chase_escalation")),
    )
    op.create_index(op.f("ix_chase_escalation_campaign_id_enterprise_id"), "chase_escalation", ["campaign_id", "enterprise_id"])
    op.create_index(op.f("ix_chase_escalation_enterprise_id"), "chase_escalation", ["enterprise_id"])
    op.create_table(
        "effort",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("endpoint", sa.String(length=60), nullable=False),
        sa.Column("fields", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_effort_campaign_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_effort_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effort")),
    )
    op.create_index(op.f("ix_effort_campaign_id_spent_at"), "effort", ["campaign_id", "spent_at"])
    op.create_index(op.f("ix_effort_enterprise_id_spent_at"), "effort", ["enterprise_id", "spent_at"])


def downgrade() -> None:
    op.drop_table("effort")
    op.drop_table("chase_escalation")
    with op.batch_alter_table("chase") as batch:
        batch.drop_constraint(op.f("fk_chase_jurisdiction_id"), type_="foreignkey")
        batch.drop_column("jurisdiction_id")
