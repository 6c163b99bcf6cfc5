"""What people need to take a quiz as others do, and questions in more than one language."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("question_version", sa.Column("translations", sa.JSON(), nullable=False, server_default="{}"))
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


def downgrade() -> None:
    op.drop_table("quiz_support")
    op.drop_column("question_version", "translations")
