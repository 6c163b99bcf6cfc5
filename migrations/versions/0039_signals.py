"""Signals of lectures as lines, what is said about them, and when they were looked for."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    def of_lecture() -> list[sa.Column]:
        return [sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "enterprise_id", "lecture_id")]

    def keys(table: str) -> list[sa.Constraint]:
        return [
            sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f(f"fk_{table}_enterprise_id")),
            sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f(f"fk_{table}_lecture_id")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        ]

    op.create_table(
        "lecture_signal",
        *of_lecture(),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("level IN ('notice', 'serious')", name=op.f("ck_lecture_signal_notice_or_serious")),
        *keys("lecture_signal"),
    )
    op.create_index(op.f("ix_lecture_signal_enterprise_id_raised_at"), "lecture_signal", ["enterprise_id", "raised_at"])
    op.create_index(op.f("ix_lecture_signal_lecture_id"), "lecture_signal", ["lecture_id"])
    op.create_index(
        "ix_lecture_signal_standing",
        "lecture_signal",
        ["lecture_id", "level"],
        sqlite_where=sa.text("cleared_at IS NULL"),
        postgresql_where=sa.text("cleared_at IS NULL"),
    )
    op.create_table(
        "signal_word",
        *of_lecture(),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("said", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("said_by", sa.String(length=80), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        *keys("signal_word"),
    )
    op.create_index(op.f("ix_signal_word_enterprise_id_lecture_id"), "signal_word", ["enterprise_id", "lecture_id"])
    op.create_index(op.f("ix_signal_word_lecture_id_code"), "signal_word", ["lecture_id", "code"])
    op.create_table(
        "signal_check",
        *of_lecture(),
        sa.Column("due_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        *keys("signal_check"),
        sa.UniqueConstraint("lecture_id", name=op.f("uq_signal_check_lecture_id")),
    )
    op.create_index(op.f("ix_signal_check_enterprise_id_lecture_id"), "signal_check", ["enterprise_id", "lecture_id"])
    op.create_index(op.f("ix_signal_check_due_since"), "signal_check", ["due_since"])


def downgrade() -> None:
    op.drop_table("signal_check")
    op.drop_table("signal_word")
    op.drop_table("lecture_signal")
