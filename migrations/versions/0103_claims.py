"""What firms without an account claim."""

import sqlalchemy as sa
from alembic import op

revision = "0103"
down_revision = "0102"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "enterprise_claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("person_name", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("post", sa.String(length=20), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("media_type", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=200), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("opening_hash", sa.String(length=200), nullable=True),
        sa.Column("opening_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("viewed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_enterprise_claim_jurisdiction_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_enterprise_claim_enterprise_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_enterprise_claim_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise_claim")),
        sa.UniqueConstraint("number", name=op.f("uq_enterprise_claim_number")),
    )
    op.create_index(op.f("ix_enterprise_claim_state_jurisdiction_id"), "enterprise_claim", ["state", "jurisdiction_id"])
    op.create_index(op.f("ix_enterprise_claim_enterprise_id"), "enterprise_claim", ["enterprise_id"])


def downgrade() -> None:
    op.drop_table("enterprise_claim")
