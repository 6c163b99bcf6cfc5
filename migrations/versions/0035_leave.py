"""Leave from a lecture: every time it was written down or taken back, and what waits for a second person."""

import sqlalchemy as sa
from alembic import op

from lms.core.guards import statements

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

PROPOSED = {"at": sa.DateTime(timezone=True), "by": sa.String(80), "key": sa.String(60), "reason": sa.String(60)}


def upgrade() -> None:
    for name, kind in PROPOSED.items():
        op.add_column("attendee", sa.Column(f"leave_proposed_{name}", kind, nullable=True))
    line = op.create_table(
        "leave_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("reason_sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_by", sa.String(length=80), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=op.f(f"fk_leave_line_{other}_id"))
            for other in ("enterprise", "lecture", "person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave_line")),
    )
    op.create_index(op.f("ix_leave_line_lecture_id_person_id"), "leave_line", ["lecture_id", "person_id"])
    op.create_index(op.f("ix_leave_line_enterprise_id"), "leave_line", ["enterprise_id"])
    columns = [one.name for one in line.columns]
    for statement in statements(op.get_bind().dialect.name, "leave_line", columns, emptied=("reason",)):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("leave_line")
    for name in PROPOSED:
        op.drop_column("attendee", f"leave_proposed_{name}")
