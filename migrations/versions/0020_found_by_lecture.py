"""Marks are found by their lecture, and what waits for a certificate by its waiting, however many there are."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WAITING = {"completion": "lecture_id", "award": "decided_at"}


def upgrade() -> None:
    op.create_index(op.f("ix_attendance_event_lecture_id_person_id"), "attendance_event", ["lecture_id", "person_id"])
    _waiting("certificate_due = 1")


def downgrade() -> None:
    _waiting("certificate_due")
    op.drop_index(op.f("ix_attendance_event_lecture_id_person_id"), table_name="attendance_event")


def _waiting(told: str) -> None:
    """SQLite uses an index of some rows only where a query says in the same words which."""
    for table, column in WAITING.items():
        name = f"ix_{table}_waiting"
        op.drop_index(name, table_name=table)
        op.create_index(name, table, [column], sqlite_where=sa.text(told), postgresql_where=sa.text("certificate_due"))
