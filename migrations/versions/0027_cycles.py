"""What is asked of each person, as dated lines."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hours_cycle",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("category", sa.String(length=30), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("required", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("rule_id", sa.String(length=10), nullable=False),
        sa.Column("article", sa.String(length=120), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_hours_cycle_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hours_cycle_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_cycle")),
    )
    with op.batch_alter_table("hours_cycle", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_hours_cycle_enterprise_id_person_id_starts_on"),
            ["enterprise_id", "person_id", "starts_on"],
            unique=False,
        )
        batch_op.create_index(
            "uq_hours_cycle_current",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )


def downgrade() -> None:
    op.drop_table("hours_cycle")
