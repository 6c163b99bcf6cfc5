"""Clauses of the law that were replaced, and the questions somebody has looked at again."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


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
        "law_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("law_change_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("checked_by", sa.String(length=80), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["law_change_id"], ["law_change.id"], name=op.f("fk_law_check_law_change_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_law_check_question_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_law_check_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law_check")),
    )
    op.create_index(op.f("ix_law_check_law_change_id"), "law_check", ["law_change_id"], unique=False)


def downgrade() -> None:
    op.drop_table("law_check")
    op.drop_table("law_change")
