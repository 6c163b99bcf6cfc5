"""The index that sums read goes by street first: PostgreSQL looks for the lines of one street after another."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

REST = (
    "since_on", "state", "firm_state", "reason", "due_on", "exempt_until", "lectured_on", "officer_name", "expected",
    "attended", "examined", "passed", "enterprise_id", "lecture_id", "street_name", "id",
)  # fmt: skip


def upgrade() -> None:
    _by("campaign_id", "street_code", "industry", "until_on")


def downgrade() -> None:
    _by("campaign_id", "until_on", "street_code", "industry")


def _by(*first: str) -> None:
    op.drop_index("ix_standing_seen", table_name="standing")
    op.create_index("ix_standing_seen", "standing", [*first, *REST])
