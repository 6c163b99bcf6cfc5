"""Shifts of people, the lecturer's marks, changes of plan, and who has to pass a lecture on."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person_post", sa.Column("shift", sa.String(length=20), nullable=True))
    op.create_table(
        "lecturer_mark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("witness", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_by", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_lecturer_mark_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_lecturer_mark_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lecturer_mark_person_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_lecturer_mark_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lecturer_mark")),
    )
    with op.batch_alter_table("lecturer_mark", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_lecturer_mark_enterprise_id_lecture_id"), ["enterprise_id", "lecture_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_lecturer_mark_sitting_id"), ["sitting_id"], unique=False)
    op.create_table(
        "plan_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_plan_change_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_plan_change_lecture_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_change")),
    )
    with op.batch_alter_table("plan_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_plan_change_enterprise_id_lecture_id"), ["enterprise_id", "lecture_id"], unique=False
        )
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_follow_up_department_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_follow_up_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_follow_up_lecture_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("lecture_id", "department_id", name=op.f("uq_follow_up_lecture_id_department_id")),
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_enterprise_id_due_on"), ["enterprise_id", "due_on"], unique=False)
    with op.batch_alter_table("lecture", schema=None) as batch_op:
        batch_op.add_column(sa.Column("spoken_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("passes_on_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_lecture_spoken_by_id"), "person", ["spoken_by_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_lecture_passes_on_id"), "lecture", ["passes_on_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_lecture_passes_on_id"), ["passes_on_id"], unique=False)
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.add_column(sa.Column("deputy_counts", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.alter_column("deputy_counts", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_column("deputy_counts")
    with op.batch_alter_table("lecture", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lecture_passes_on_id"))
        batch_op.drop_constraint(batch_op.f("fk_lecture_passes_on_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_lecture_spoken_by_id"), type_="foreignkey")
        batch_op.drop_column("passes_on_id")
        batch_op.drop_column("spoken_by_id")
    op.drop_table("follow_up")
    op.drop_table("plan_change")
    op.drop_table("lecturer_mark")
    with op.batch_alter_table("person_post", schema=None) as batch_op:
        batch_op.drop_column("shift")
