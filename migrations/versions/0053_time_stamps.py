"""Receipts are stamped by a third party, where one is set."""

import sqlalchemy as sa
from alembic import op

from lms.core.guards import statements

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

COLUMNS = ("id", "enterprise_id", "receipt_id", "token", "stamped_at", "authority")


def upgrade() -> None:
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
    op.create_index(op.f("ix_chain_stamp_enterprise_id"), "chain_stamp", ["enterprise_id"])
    connection = op.get_bind()
    for statement in statements(connection.dialect.name, "chain_stamp", COLUMNS):
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    op.drop_table("chain_stamp")
