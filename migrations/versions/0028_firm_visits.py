"""Officers go to enterprises, which they choose from a list or draw by chance."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "firm_draw",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("told", sa.String(length=200), nullable=False),
        sa.Column("seed", sa.String(length=40), nullable=False),
        sa.Column("pool", sa.JSON(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("drawn_by", sa.String(length=80), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_firm_draw_jurisdiction_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_firm_draw_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm_draw")),
    )
    op.create_index(op.f("ix_firm_draw_jurisdiction_id_drawn_at"), "firm_draw", ["jurisdiction_id", "drawn_at"])
    op.create_index(op.f("ix_firm_draw_campaign_id"), "firm_draw", ["campaign_id"])
    op.create_table(
        "firm_visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("officer", sa.String(length=80), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("draw_id", sa.Uuid(), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_firm_visit_enterprise_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_firm_visit_campaign_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_firm_visit_user_id")),
        sa.ForeignKeyConstraint(["draw_id"], ["firm_draw.id"], name=op.f("fk_firm_visit_draw_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm_visit")),
        sa.UniqueConstraint(
            "enterprise_id", "campaign_id", "user_id", "week_on",
            name=op.f("uq_firm_visit_enterprise_id_campaign_id_user_id_week_on"),
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_firm_visit_week_on"), "firm_visit", ["week_on"])


def downgrade() -> None:
    op.drop_table("firm_visit")
    op.drop_table("firm_draw")
