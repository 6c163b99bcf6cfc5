"""Spot retests: a lecture may have further quizzes, each for those who were picked."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ONE_OF_A_LECTURE = sa.text("retest_of_id IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("quiz", schema=None) as batch_op:
        batch_op.add_column(sa.Column("retest_of_id", sa.Uuid(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_quiz_lecture_id"), type_="unique")
        batch_op.create_foreign_key(batch_op.f("fk_quiz_retest_of_id"), "quiz", ["retest_of_id"], ["id"])
    op.create_index(
        "uq_quiz_one_of_a_lecture", "quiz", ["lecture_id"], unique=True, sqlite_where=ONE_OF_A_LECTURE,
        postgresql_where=ONE_OF_A_LECTURE,
    )  # fmt: skip
    op.create_table(
        "retest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("quiz_id", sa.Uuid(), nullable=False),
        sa.Column("seed", sa.String(length=40), nullable=False),
        sa.Column("pool", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("by_bureau", sa.Boolean(), nullable=False),
        sa.Column("drawn_by", sa.String(length=80), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_retest_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_retest_lecture_id")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_retest_quiz_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retest")),
        sa.UniqueConstraint("quiz_id", name=op.f("uq_retest_quiz_id")),
    )
    op.create_index(op.f("ix_retest_enterprise_id_lecture_id"), "retest", ["enterprise_id", "lecture_id"], unique=False)
    op.create_table(
        "retest_person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("retest_id", sa.Uuid(), nullable=False),
        sa.Column("quiz_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_retest_person_enterprise_id")),
        sa.ForeignKeyConstraint(["retest_id"], ["retest.id"], name=op.f("fk_retest_person_retest_id")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_retest_person_quiz_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_retest_person_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retest_person")),
        sa.UniqueConstraint("quiz_id", "person_id", name=op.f("uq_retest_person_quiz_id_person_id")),
    )
    op.create_index(op.f("ix_retest_person_retest_id"), "retest_person", ["retest_id"], unique=False)


def downgrade() -> None:
    """An older release knows one quiz of a lecture: retests go, with what was answered in them."""
    op.drop_table("retest_person")
    op.drop_table("retest")
    again = "SELECT id FROM quiz WHERE retest_of_id IS NOT NULL"
    for table in ("answer", "page_left", "text_mark"):
        op.execute(f"DELETE FROM {table} WHERE attempt_id IN (SELECT id FROM attempt WHERE quiz_id IN ({again}))")
    op.execute(f"DELETE FROM attempt WHERE quiz_id IN ({again})")
    op.execute("DELETE FROM quiz WHERE retest_of_id IS NOT NULL")
    op.drop_index("uq_quiz_one_of_a_lecture", table_name="quiz")
    with op.batch_alter_table("quiz", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_quiz_retest_of_id"), type_="foreignkey")
        batch_op.drop_column("retest_of_id")
        batch_op.create_unique_constraint(batch_op.f("uq_quiz_lecture_id"), ["lecture_id"])
