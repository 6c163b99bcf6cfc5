"""What two people were needed for and came to nothing is kept: corrections of lecturers' times, and lectures to be declared void."""

import sqlalchemy as sa
from alembic import op

from lms.core.guards import statements

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dropped_proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=True),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=True),
        sa.Column("moved_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("proposed_key", sa.String(length=60), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("dropped_by", sa.String(length=80), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_dropped_proposal_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_dropped_proposal_lecture_id_lecture")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_dropped_proposal_sitting_id_sitting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dropped_proposal")),
    )
    op.create_index(op.f("ix_dropped_proposal_lecture_id"), "dropped_proposal", ["lecture_id"])
    op.create_index(op.f("ix_dropped_proposal_enterprise_id"), "dropped_proposal", ["enterprise_id"])
    columns = [one["name"] for one in sa.inspect(op.get_bind()).get_columns("dropped_proposal")]
    for statement in statements(op.get_bind().dialect.name, "dropped_proposal", columns):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("dropped_proposal")
