"""Quizzes printed for people without a phone, and the photos of them."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
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
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_quiz_sheet_attempt_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_quiz_sheet_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_quiz_sheet_person_id")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_quiz_sheet_quiz_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_sheet")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_quiz_sheet_attempt_id")),
        sa.UniqueConstraint("enterprise_id", "number", name=op.f("uq_quiz_sheet_enterprise_id_number")),
    )
    op.create_index(op.f("ix_quiz_sheet_quiz_id_person_id"), "quiz_sheet", ["quiz_id", "person_id"], unique=False)
    op.create_index(op.f("ix_quiz_sheet_person_id"), "quiz_sheet", ["person_id"], unique=False)
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
    op.create_index(op.f("ix_quiz_image_sheet_id"), "quiz_image", ["sheet_id"], unique=False)
    op.create_index(op.f("ix_quiz_image_photo_id"), "quiz_image", ["photo_id"], unique=False)


def downgrade() -> None:
    op.drop_table("quiz_image")
    op.drop_table("quiz_sheet")
    op.drop_table("quiz_photo")
