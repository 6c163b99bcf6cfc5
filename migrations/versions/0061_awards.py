"""Certificates of other kinds: of the hours of a cycle, of lecturers, of reviewers."""

import sqlalchemy as sa
from alembic import op

from lms.core.guards import lifting, statements

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

IN_FORCE = sa.text("revoked_at IS NULL AND superseded_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "award",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=True),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=True),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("awarded_by", sa.String(length=80), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("certificate_due", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_award_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_award_person_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["hours_cycle.id"], name=op.f("fk_award_cycle_id")),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_award_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("cycle_id", name=op.f("uq_award_cycle_id")),
    )
    op.create_index(op.f("ix_award_enterprise_id_person_id"), "award", ["enterprise_id", "person_id"])
    op.create_index(op.f("ix_award_person_id_kind"), "award", ["person_id", "kind"])
    due = sa.text("certificate_due")
    op.create_index("ix_award_waiting", "award", ["decided_at"], sqlite_where=due, postgresql_where=due)
    guards(lifting)
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("award_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_certificate_award_id"), "award", ["award_id"], ["id"])
        batch_op.alter_column("lecture_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.alter_column("completion_id", existing_type=sa.Uuid(), nullable=True)
    op.execute("UPDATE certificate SET kind = 'lecture'")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.alter_column("kind", existing_type=sa.String(length=20), nullable=False)
        batch_op.create_check_constraint(op.f("ck_certificate_rests_on_one"), "(completion_id IS NULL) <> (award_id IS NULL)")
    op.create_index(
        "uq_certificate_award_in_force", "certificate", ["award_id"], unique=True,
        sqlite_where=IN_FORCE, postgresql_where=IN_FORCE,
    )  # fmt: skip
    guards(statements, (), free=True)


def downgrade() -> None:
    """A version that knows no other kinds cannot keep their certificates."""
    guards(lifting)
    op.execute("DELETE FROM certificate WHERE award_id IS NOT NULL")
    op.drop_index("uq_certificate_award_in_force", table_name="certificate")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_certificate_rests_on_one"), type_="check")
        batch_op.drop_constraint(op.f("fk_certificate_award_id"), type_="foreignkey")
        batch_op.alter_column("lecture_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.alter_column("completion_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.drop_column("award_id")
        batch_op.drop_column("kind")
    guards(statements, (), free=True)
    op.drop_table("award")


def guards(of, *told, **also) -> None:
    connection = op.get_bind()
    for statement in of(connection.dialect.name, "certificate", *told, **also):
        connection.exec_driver_sql(statement)
