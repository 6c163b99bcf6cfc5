"""Questions, quizzes, attempts."""

import sqlalchemy as sa
from alembic import op

revision = "0110"
down_revision = "0109"
branch_labels = None
depends_on = None

TABLES = (
    "law_change",
    "question",
    "law_check",
    "question_version",
    "quiz_support",
    "quiz",
    "regrade",
    "attempt",
    "quiz_photo",
    "retest",
    "answer",
    "page_left",
    "quiz_sheet",
    "retest_person",
    "score_change",
    "text_mark",
    "quiz_image",
)


def upgrade() -> None:
    op.create_table(
        "law_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=True),
        sa.Column("clause", sa.String(length=100), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_law_change_enterprise_id")),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_law_change_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law_change")),
    )
    op.create_index(op.f("ix_law_change_enterprise_id"), "law_change", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_law_change_jurisdiction_id"), "law_change", ["jurisdiction_id"], unique=False)
    op.create_table(
        "question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=True),
        sa.Column("origin_id", sa.Uuid(), nullable=True),
        sa.Column("origin_version", sa.Integer(), nullable=True),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("stem_hash", sa.String(length=64), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_question_enterprise_id")),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_question_jurisdiction_id")),
        sa.ForeignKeyConstraint(["origin_id"], ["question.id"], name=op.f("fk_question_origin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    op.create_index(op.f("ix_question_enterprise_id_stem_hash"), "question", ["enterprise_id", "stem_hash"], unique=False)
    op.create_index(op.f("ix_question_enterprise_id_topic"), "question", ["enterprise_id", "topic"], unique=False)
    op.create_index(op.f("ix_question_jurisdiction_id"), "question", ["jurisdiction_id"], unique=False)
    op.create_index(op.f("ix_question_origin_id"), "question", ["origin_id"], unique=False)
    op.create_table(
        "law_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("law_change_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("checked_by", sa.String(length=80), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_law_check_enterprise_id")),
        sa.ForeignKeyConstraint(["law_change_id"], ["law_change.id"], name=op.f("fk_law_check_law_change_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_law_check_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law_check")),
    )
    op.create_index(op.f("ix_law_check_law_change_id"), "law_check", ["law_change_id"], unique=False)
    op.create_table(
        "question_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.Column("law_ref", sa.String(length=200), nullable=True),
        sa.Column("difficulty", sa.Integer(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("translations", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_question_version_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_version")),
        sa.UniqueConstraint("question_id", "version", name=op.f("uq_question_version_question_id_version")),
    )
    op.create_table(
        "quiz_support",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("extra_percent", sa.Integer(), nullable=False),
        sa.Column("read_aloud", sa.Boolean(), nullable=False),
        sa.Column("large_type", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("extra_percent BETWEEN 0 AND 200", name=op.f("ck_quiz_support_extra_time_is_within_reason")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_quiz_support_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_quiz_support_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_support")),
        sa.UniqueConstraint("person_id", name=op.f("uq_quiz_support_person_id")),
    )
    op.create_index(op.f("ix_quiz_support_enterprise_id"), "quiz_support", ["enterprise_id"], unique=False)
    op.create_table(
        "quiz",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("retest_of_id", sa.Uuid(), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("question_count", sa.Integer(), nullable=False),
        sa.Column("pass_mark", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("quotas", sa.JSON(), nullable=False),
        sa.Column("fixed", sa.JSON(), nullable=False),
        sa.Column("cool_down", sa.Integer(), nullable=False),
        sa.Column("explain", sa.String(length=20), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("pass_mark BETWEEN 0 AND 100", name=op.f("ck_quiz_pass_mark_is_of_100")),
        sa.CheckConstraint("question_count > 0", name=op.f("ck_quiz_asks_something")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_quiz_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_quiz_lecture_id")),
        sa.ForeignKeyConstraint(["retest_of_id"], ["quiz.id"], name=op.f("fk_quiz_retest_of_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz")),
    )
    op.create_index(op.f("ix_quiz_enterprise_id_lecture_id"), "quiz", ["enterprise_id", "lecture_id"], unique=False)
    op.create_index(
        "uq_quiz_one_of_a_lecture",
        "quiz",
        ["lecture_id"],
        unique=True,
        sqlite_where=sa.text("retest_of_id IS NULL"),
        postgresql_where=sa.text("retest_of_id IS NULL"),
    )
    op.create_index(op.f("ix_quiz_closes_at"), "quiz", ["closes_at"], unique=False)
    op.create_table(
        "regrade",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("up_to", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("decided_key", sa.String(length=60), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_regrade_enterprise_id")),
        sa.ForeignKeyConstraint(["key_id"], ["question_version.id"], name=op.f("fk_regrade_key_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_regrade_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrade")),
    )
    op.create_index(op.f("ix_regrade_enterprise_id_question_id"), "regrade", ["enterprise_id", "question_id"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("quiz_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("paper", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_how", sa.String(length=20), nullable=True),
        sa.Column("device_id", sa.String(length=40), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_attempt_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attempt_person_id")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_attempt_quiz_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("quiz_id", "person_id", "number", name=op.f("uq_attempt_quiz_id_person_id_number")),
    )
    op.create_index(op.f("ix_attempt_enterprise_id_quiz_id"), "attempt", ["enterprise_id", "quiz_id"], unique=False)
    op.create_index(op.f("ix_attempt_person_id"), "attempt", ["person_id"], unique=False)
    op.create_index(op.f("ix_attempt_quiz_id_id"), "attempt", ["quiz_id", "id"], unique=False)
    op.create_index(
        "uq_attempt_one_open",
        "attempt",
        ["quiz_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("submitted_at IS NULL"),
        postgresql_where=sa.text("submitted_at IS NULL"),
    )
    op.create_table(
        "quiz_photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("quiz_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("taken_by", sa.String(length=80), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_quiz_photo_enterprise_id")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_quiz_photo_quiz_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_photo")),
    )
    op.create_index(op.f("ix_quiz_photo_enterprise_id_quiz_id"), "quiz_photo", ["enterprise_id", "quiz_id"], unique=False)
    op.create_index(
        "ix_quiz_photo_waiting",
        "quiz_photo",
        ["taken_at"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
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
        "answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_answer_attempt_id")),
        sa.ForeignKeyConstraint(["version_id"], ["question_version.id"], name=op.f("fk_answer_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("attempt_id", "counter", name=op.f("uq_answer_attempt_id_counter")),
    )
    op.create_table(
        "page_left",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("back_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_page_left_attempt_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_page_left_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_left")),
    )
    op.create_index(op.f("ix_page_left_attempt_id"), "page_left", ["attempt_id"], unique=False)
    op.create_table(
        "quiz_sheet",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("quiz_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("paper", sa.JSON(), nullable=False),
        sa.Column("printed_by", sa.String(length=80), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempt_id", sa.Uuid(), nullable=True),
        sa.Column("keyed_by", sa.String(length=80), nullable=True),
        sa.Column("keyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("corrections", sa.JSON(), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_quiz_sheet_attempt_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_quiz_sheet_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_quiz_sheet_person_id")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_quiz_sheet_quiz_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_sheet")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_quiz_sheet_attempt_id")),
        sa.UniqueConstraint("enterprise_id", "number", name=op.f("uq_quiz_sheet_enterprise_id_number")),
    )
    op.create_index(op.f("ix_quiz_sheet_person_id"), "quiz_sheet", ["person_id"], unique=False)
    op.create_index(op.f("ix_quiz_sheet_quiz_id_person_id"), "quiz_sheet", ["quiz_id", "person_id"], unique=False)
    op.create_table(
        "retest_person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("retest_id", sa.Uuid(), nullable=False),
        sa.Column("quiz_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_retest_person_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_retest_person_person_id")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_retest_person_quiz_id")),
        sa.ForeignKeyConstraint(["retest_id"], ["retest.id"], name=op.f("fk_retest_person_retest_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retest_person")),
        sa.UniqueConstraint("quiz_id", "person_id", name=op.f("uq_retest_person_quiz_id_person_id")),
    )
    op.create_index(op.f("ix_retest_person_retest_id"), "retest_person", ["retest_id"], unique=False)
    op.create_table(
        "score_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("regrade_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("score_before", sa.Integer(), nullable=False),
        sa.Column("passed_before", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_score_change_attempt_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_score_change_enterprise_id")),
        sa.ForeignKeyConstraint(["regrade_id"], ["regrade.id"], name=op.f("fk_score_change_regrade_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_change")),
        sa.UniqueConstraint("regrade_id", "attempt_id", name=op.f("uq_score_change_regrade_id_attempt_id")),
    )
    op.create_index(op.f("ix_score_change_attempt_id"), "score_change", ["attempt_id"], unique=False)
    op.create_index(op.f("ix_score_change_enterprise_id"), "score_change", ["enterprise_id"], unique=False)
    op.create_table(
        "text_mark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("marked_by", sa.String(length=80), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_text_mark_percent_is_of_100")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_text_mark_attempt_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_text_mark_enterprise_id")),
        sa.ForeignKeyConstraint(["version_id"], ["question_version.id"], name=op.f("fk_text_mark_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_mark")),
    )
    op.create_index(op.f("ix_text_mark_attempt_id"), "text_mark", ["attempt_id"], unique=False)
    op.create_index(op.f("ix_text_mark_enterprise_id_attempt_id"), "text_mark", ["enterprise_id", "attempt_id"], unique=False)
    op.create_table(
        "quiz_image",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_quiz_image_enterprise_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["quiz_photo.id"], name=op.f("fk_quiz_image_photo_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["quiz_sheet.id"], name=op.f("fk_quiz_image_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_image")),
    )
    op.create_index(op.f("ix_quiz_image_photo_id"), "quiz_image", ["photo_id"], unique=False)
    op.create_index(op.f("ix_quiz_image_sheet_id"), "quiz_image", ["sheet_id"], unique=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
