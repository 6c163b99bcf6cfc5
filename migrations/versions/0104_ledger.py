"""The chain of each enterprise."""

import sqlalchemy as sa
from alembic import op

from lms.core.guards import statements

revision = "0104"
down_revision = "0103"
branch_labels = None
depends_on = None

TABLES = ("chain_entry", "chain_head", "chain_receipt", "chain_countersignature", "chain_stamp", "dropped_proposal")
CHAIN_ENTRY = ("enterprise_id", "seq", "kind", "subject_id", "digest", "previous", "hash", "recorded_at", "salt", "fact")


def upgrade() -> None:
    op.create_table(
        "chain_entry",
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.Column("fact", sa.Text(), nullable=True),
        sa.CheckConstraint("seq > 0", name=op.f("ck_chain_entry_counts_from_one")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_chain_entry_enterprise_id")),
        sa.PrimaryKeyConstraint("enterprise_id", "seq", name=op.f("pk_chain_entry")),
    )
    op.create_table(
        "chain_head",
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_chain_head_enterprise_id")),
        sa.PrimaryKeyConstraint("enterprise_id", name=op.f("pk_chain_head")),
    )
    op.create_table(
        "chain_receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("anchored_on", sa.Date(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_chain_receipt_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_receipt")),
        sa.UniqueConstraint("enterprise_id", "anchored_on", name=op.f("uq_chain_receipt_enterprise_id_anchored_on")),
    )
    op.create_table(
        "chain_countersignature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signer", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_chain_countersignature_enterprise_id")),
        sa.ForeignKeyConstraint(["receipt_id"], ["chain_receipt.id"], name=op.f("fk_chain_countersignature_receipt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_countersignature")),
        sa.UniqueConstraint("receipt_id", name=op.f("uq_chain_countersignature_receipt_id")),
    )
    op.create_index(op.f("ix_chain_countersignature_enterprise_id"), "chain_countersignature", ["enterprise_id"], unique=False)
    op.create_table(
        "chain_stamp",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("authority", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_chain_stamp_enterprise_id")),
        sa.ForeignKeyConstraint(["receipt_id"], ["chain_receipt.id"], name=op.f("fk_chain_stamp_receipt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_stamp")),
        sa.UniqueConstraint("receipt_id", name=op.f("uq_chain_stamp_receipt_id")),
    )
    op.create_index(op.f("ix_chain_stamp_enterprise_id"), "chain_stamp", ["enterprise_id"], unique=False)
    op.create_table(
        "dropped_proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=True),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("proposed_key", sa.String(length=60), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("dropped_by", sa.String(length=80), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_dropped_proposal_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dropped_proposal")),
    )
    for column in ("enterprise_id", "subject_id", "lecture_id"):
        op.create_index(op.f(f"ix_dropped_proposal_{column}"), "dropped_proposal", [column], unique=False)
    connection = op.get_bind()
    for statement in (
        *statements(connection.dialect.name, "chain_entry", CHAIN_ENTRY, emptied=("salt", "fact")),
        *statements(connection.dialect.name, "chain_receipt", ()),
        *statements(connection.dialect.name, "chain_countersignature", ()),
        *statements(connection.dialect.name, "chain_stamp", ()),
        *statements(connection.dialect.name, "dropped_proposal", ()),
    ):
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
