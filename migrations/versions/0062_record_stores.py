"""Learning record stores among the addresses that are told, statements that are told once, and secrets that overlap."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("webhook") as table:
        table.add_column(sa.Column("speaks", sa.String(length=20), nullable=False, server_default="events"))
        table.add_column(sa.Column("sealed_earlier_secret", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("earlier_until", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("webhook") as table:
        table.alter_column("speaks", server_default=None)
    with op.batch_alter_table("webhook_message") as table:
        table.add_column(sa.Column("subject_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("fact_id", sa.Uuid(), nullable=True))
        table.create_unique_constraint(op.f("uq_webhook_message_webhook_id_fact_id"), ["webhook_id", "fact_id"])
        table.create_index(op.f("ix_webhook_message_webhook_id_subject_id"), ["webhook_id", "subject_id"])


def downgrade() -> None:
    # What is on its way to a store is nothing that a webhook could be told.
    op.execute("DELETE FROM webhook_message WHERE webhook_id IN (SELECT id FROM webhook WHERE speaks <> 'events')")
    op.execute("DELETE FROM webhook WHERE speaks <> 'events'")
    with op.batch_alter_table("webhook_message") as table:
        table.drop_index(op.f("ix_webhook_message_webhook_id_subject_id"))
        table.drop_constraint(op.f("uq_webhook_message_webhook_id_fact_id"), type_="unique")
        table.drop_column("fact_id")
        table.drop_column("subject_id")
    with op.batch_alter_table("webhook") as table:
        table.drop_column("earlier_until")
        table.drop_column("sealed_earlier_secret")
        table.drop_column("speaks")
