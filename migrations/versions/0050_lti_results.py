"""Courses of teaching platforms, who is in them, and the outbox of results that go there."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("lti_platform") as table:
        table.add_column(sa.Column("passing_until", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "lti_course",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("context_id", sa.String(length=255), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("lines_url", sa.String(length=1000), nullable=True),
        sa.Column("members_url", sa.String(length=1000), nullable=True),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_lti_course_enterprise_id")),
        sa.ForeignKeyConstraint(["platform_id"], ["lti_platform.id"], name=op.f("fk_lti_course_platform_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_course")),
        sa.UniqueConstraint(
            "platform_id", "enterprise_id", "context_id", name=op.f("uq_lti_course_platform_id_enterprise_id_context_id")
        ),
    )
    op.create_index(op.f("ix_lti_course_enterprise_id"), "lti_course", ["enterprise_id"], unique=False)
    op.create_table(
        "lti_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_lti_member_enterprise_id")),
        sa.ForeignKeyConstraint(["course_id"], ["lti_course.id"], name=op.f("fk_lti_member_course_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lti_member_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_member")),
        sa.UniqueConstraint("course_id", "subject", name=op.f("uq_lti_member_course_id_subject")),
    )
    op.create_index(op.f("ix_lti_member_enterprise_id_person_id"), "lti_member", ["enterprise_id", "person_id"], unique=False)
    op.create_table(
        "lti_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_lti_line_enterprise_id")),
        sa.ForeignKeyConstraint(["course_id"], ["lti_course.id"], name=op.f("fk_lti_line_course_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_lti_line_lecture_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_line")),
        sa.UniqueConstraint("course_id", "lecture_id", "kind", name=op.f("uq_lti_line_course_id_lecture_id_kind")),
    )
    op.create_index(op.f("ix_lti_line_lecture_id"), "lti_line", ["lecture_id"], unique=False)
    op.create_index(op.f("ix_lti_line_enterprise_id"), "lti_line", ["enterprise_id"], unique=False)
    op.create_table(
        "lti_score",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_lti_score_enterprise_id")),
        sa.ForeignKeyConstraint(["platform_id"], ["lti_platform.id"], name=op.f("fk_lti_score_platform_id")),
        sa.ForeignKeyConstraint(["line_id"], ["lti_line.id"], name=op.f("fk_lti_score_line_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lti_score_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_score")),
        sa.UniqueConstraint("line_id", "person_id", name=op.f("uq_lti_score_line_id_person_id")),
    )
    op.create_index(op.f("ix_lti_score_enterprise_id"), "lti_score", ["enterprise_id"], unique=False)
    op.create_index(
        "ix_lti_score_waiting", "lti_score", ["platform_id", "due_at"], unique=False,
        sqlite_where=sa.text("sent_at IS NULL"), postgresql_where=sa.text("sent_at IS NULL"),
    )  # fmt: skip


def downgrade() -> None:
    for table in ("lti_score", "lti_line", "lti_member", "lti_course"):
        op.drop_table(table)
    with op.batch_alter_table("lti_platform") as table:
        table.drop_column("passing_until")
