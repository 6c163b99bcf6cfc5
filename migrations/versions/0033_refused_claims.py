"""Scans that somebody else tried to use."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refused_claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("other_phone", sa.Boolean(), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_refused_claim_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_refused_claim_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_refused_claim_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_claim")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_refused_claim_claim_id")),
    )
    op.create_index(
        op.f("ix_refused_claim_enterprise_id_lecture_id"), "refused_claim", ["enterprise_id", "lecture_id"], unique=False
    )
    op.create_index(op.f("ix_refused_claim_lecture_id"), "refused_claim", ["lecture_id"], unique=False)


def downgrade() -> None:
    op.drop_table("refused_claim")
