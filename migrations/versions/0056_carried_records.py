"""A worker's record, shown to the next employer."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "carried_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("firm_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by", sa.String(length=80), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("signature", sa.String(length=128), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_carried_record_enterprise_id")),
        sa.ForeignKeyConstraint(["firm_id"], ["enterprise.id"], name=op.f("fk_carried_record_firm_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_carried_record_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carried_record")),
        sa.UniqueConstraint("code", name=op.f("uq_carried_record_code")),
    )
    op.create_index(op.f("ix_carried_record_enterprise_id_offered_at"), "carried_record", ["enterprise_id", "offered_at"])
    op.create_index(op.f("ix_carried_record_person_id"), "carried_record", ["person_id"])
    op.create_index(op.f("ix_carried_record_firm_id_agreed_at"), "carried_record", ["firm_id", "agreed_at"])


def downgrade() -> None:
    op.drop_table("carried_record")
