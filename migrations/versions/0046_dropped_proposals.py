"""What two people were needed for and came to nothing is kept; a team, too, can be asked to pass a lecture on."""

import sqlalchemy as sa
from alembic import op

from lms.core.guards import statements

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

ONE_EACH = "uq_follow_up_lecture_id_department_id"


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
    with op.batch_alter_table("follow_up") as asked:
        asked.add_column(sa.Column("shift", sa.String(length=20), nullable=False, server_default=""))
        asked.drop_constraint(ONE_EACH, type_="unique")
        asked.create_unique_constraint(f"{ONE_EACH}_shift", ["lecture_id", "department_id", "shift"])


def downgrade() -> None:
    op.execute("DELETE FROM follow_up WHERE shift <> ''")
    with op.batch_alter_table("follow_up") as asked:
        asked.drop_constraint(f"{ONE_EACH}_shift", type_="unique")
        asked.create_unique_constraint(ONE_EACH, ["lecture_id", "department_id"])
        asked.drop_column("shift")
    op.drop_table("dropped_proposal")
