"""Signed receipts of the heads of chains."""

import sqlalchemy as sa
from alembic import op

from lms.core.guards import lifting, statements

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
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
    connection = op.get_bind()
    for statement in statements(connection.dialect.name, "chain_receipt", ()):
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    connection = op.get_bind()
    for statement in lifting(connection.dialect.name, "chain_receipt"):
        connection.exec_driver_sql(statement)
    op.drop_table("chain_receipt")
