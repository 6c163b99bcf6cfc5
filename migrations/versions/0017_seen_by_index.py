"""Pages of a bureau read indexes and no rows."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SEEN = (
    "campaign_id", "until_on", "street_code", "industry", "since_on", "state", "firm_state", "reason", "due_on",
    "exempt_until", "lectured_on", "officer_name", "expected", "attended", "examined", "passed", "enterprise_id",
    "lecture_id", "street_name", "id",
)  # fmt: skip


def upgrade() -> None:
    op.drop_index(op.f("ix_standing_campaign_id_since_on"), table_name="standing")
    op.create_index("ix_standing_seen", "standing", list(SEEN))
    op.create_index("ix_enterprise_patch", "enterprise", ["state", "jurisdiction_id", "officer_name", "created_at", "id"])
    op.drop_index(op.f("ix_head_appointment_enterprise_id_starts_on"), table_name="head_appointment")
    op.create_index(
        op.f("ix_head_appointment_enterprise_id_starts_on_ends_on"),
        "head_appointment",
        ["enterprise_id", "starts_on", "ends_on"],
    )
    _carried("carried = 1")


def downgrade() -> None:
    _carried("carried")
    op.drop_index(op.f("ix_head_appointment_enterprise_id_starts_on_ends_on"), table_name="head_appointment")
    op.create_index(
        op.f("ix_head_appointment_enterprise_id_starts_on"), "head_appointment", ["enterprise_id", "starts_on"], unique=False
    )
    op.drop_index("ix_enterprise_patch", table_name="enterprise")
    op.drop_index("ix_standing_seen", table_name="standing")
    op.create_index(op.f("ix_standing_campaign_id_since_on"), "standing", ["campaign_id", "since_on"], unique=False)


def _carried(told: str) -> None:
    """SQLite uses an index of some rows only where a query says in the same words which."""
    op.drop_index("ix_duty_carried", table_name="duty")
    op.create_index("ix_duty_carried", "duty", ["campaign_id"], sqlite_where=sa.text(told), postgresql_where=sa.text("carried"))
