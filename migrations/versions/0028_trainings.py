"""Training from elsewhere and old paper; an hours line rests on a completion or on one of these."""

import sqlalchemy as sa
from alembic import op

from lms.core.guards import lifting, statements

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entered_training",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("organizer", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("entered_by", sa.String(length=80), nullable=False),
        sa.Column("entered_key", sa.String(length=60), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by", sa.String(length=80), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_entered_training_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_entered_training_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entered_training")),
    )
    with op.batch_alter_table("entered_training", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_entered_training_enterprise_id_entered_at"), ["enterprise_id", "entered_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_entered_training_person_id"), ["person_id"], unique=False)
    unguarded("hours_line")
    with op.batch_alter_table("hours_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("training_id", sa.Uuid(), nullable=True))
        batch_op.alter_column("lecture_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.alter_column("completion_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.create_foreign_key(op.f("fk_hours_line_training_id"), "entered_training", ["training_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_hours_line_training_id"), ["training_id"], unique=False)
        batch_op.create_check_constraint(op.f("ck_hours_line_rests_on_one"), "(completion_id IS NULL) <> (training_id IS NULL)")
    guarded("hours_line")


def downgrade() -> None:
    unguarded("hours_line")
    op.execute("DELETE FROM hours_line WHERE training_id IS NOT NULL")  # what the schema of before cannot hold
    with op.batch_alter_table("hours_line", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_hours_line_rests_on_one"), type_="check")
        batch_op.drop_index(batch_op.f("ix_hours_line_training_id"))
        batch_op.drop_constraint(op.f("fk_hours_line_training_id"), type_="foreignkey")
        batch_op.alter_column("completion_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.alter_column("lecture_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.drop_column("training_id")
    guarded("hours_line")
    op.drop_table("entered_training")


def unguarded(table: str) -> None:
    connection = op.get_bind()
    for statement in lifting(connection.dialect.name, table):
        connection.exec_driver_sql(statement)


def guarded(table: str) -> None:
    """SQLite made the table anew, without its guards."""
    connection = op.get_bind()
    for statement in statements(connection.dialect.name, table, ()):
        connection.exec_driver_sql(statement)
