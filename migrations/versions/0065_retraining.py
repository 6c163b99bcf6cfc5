"""Who changed their post or gets something new to work with is asked to be taught anew; permits and their reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

OPEN, IN_FORCE = sa.text("met_on IS NULL AND waived_at IS NULL"), sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "training_demand",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("occasion", sa.String(length=20), nullable=False),
        sa.Column("said", sa.String(length=200), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("required", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("rule_id", sa.String(length=10), nullable=False),
        sa.Column("article", sa.String(length=120), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waived_by", sa.String(length=80), nullable=True),
        sa.Column("waived_reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_training_demand_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_training_demand_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_demand")),
        sa.UniqueConstraint(
            "person_id", "occasion", "since_on", "said", name=op.f("uq_training_demand_person_id_occasion_since_on_said")
        ),
    )
    op.create_index(op.f("ix_training_demand_enterprise_id_since_on"), "training_demand", ["enterprise_id", "since_on"])
    op.create_index("ix_training_demand_open", "training_demand", ["person_id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "work_permit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("authority", sa.String(length=20), nullable=False),
        sa.Column("work", sa.String(length=60), nullable=False),
        sa.Column("card_no", sa.LargeBinary(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("review_due_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("rule_id", sa.String(length=10), nullable=False),
        sa.Column("article", sa.String(length=120), nullable=False),
        sa.Column("entered_by", sa.String(length=80), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=80), nullable=True),
        sa.Column("ended_reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_work_permit_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_work_permit_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_permit")),
    )
    op.create_index(op.f("ix_work_permit_enterprise_id_review_due_on"), "work_permit", ["enterprise_id", "review_due_on"])
    op.create_index(op.f("ix_work_permit_person_id"), "work_permit", ["person_id"])
    op.create_index("ix_work_permit_due", "work_permit", ["review_due_on"], sqlite_where=IN_FORCE, postgresql_where=IN_FORCE)


def downgrade() -> None:
    op.drop_table("work_permit")
    op.drop_table("training_demand")
