"""A scan is a signed claim that the phone carries; an event keeps the id of the claim it came from, which need be no row."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attendance_event", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_attendance_event_scan_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_attendance_event_scan_id"), type_="unique")
        batch_op.alter_column("scan_id", new_column_name="claim_id", existing_type=sa.Uuid(), existing_nullable=True)
    with op.batch_alter_table("attendance_event", schema=None) as batch_op:
        batch_op.create_unique_constraint(batch_op.f("uq_attendance_event_claim_id"), ["claim_id"])


def downgrade() -> None:
    op.execute(
        "INSERT INTO scan (id, enterprise_id, sitting_id, mark, method, scanned_at, step, screen, device_id)"
        " SELECT claim_id, enterprise_id, sitting_id, mark, method, scanned_at, step, screen, device_id"
        " FROM attendance_event WHERE claim_id IS NOT NULL AND claim_id NOT IN (SELECT id FROM scan)"
    )
    with op.batch_alter_table("attendance_event", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_attendance_event_claim_id"), type_="unique")
        batch_op.alter_column("claim_id", new_column_name="scan_id", existing_type=sa.Uuid(), existing_nullable=True)
    with op.batch_alter_table("attendance_event", schema=None) as batch_op:
        batch_op.create_unique_constraint(batch_op.f("uq_attendance_event_scan_id"), ["scan_id"])
        batch_op.create_foreign_key(batch_op.f("fk_attendance_event_scan_id"), "scan", ["scan_id"], ["id"])
