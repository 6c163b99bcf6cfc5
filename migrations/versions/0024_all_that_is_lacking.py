"""A standing keeps all that a lecture lacks, and sums by trade authority read the index alone; themes and trade authority are
called by their names."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

RENAMED = (
    ("campaign", "topics", "themes"), ("campaign_version", "topics", "themes"), ("enterprise", "authority", "trade_authority"),
    ("standing", "authority", "trade_authority"),
)  # fmt: skip
FIRST = (
    "campaign_id", "street_code", "industry", "until_on", "since_on", "state", "firm_state", "reason", "due_on", "exempt_until",
    "lectured_on", "officer_name",
)  # fmt: skip
REST = ("expected", "attended", "examined", "passed", "enterprise_id", "lecture_id", "street_name", "id")
BITS = {"few_attended": 1, "few_passed": 2, "no_theme": 4, "no_evidence": 8, "not_passed_on": 16}


def upgrade() -> None:
    for table, old, new in RENAMED:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    op.add_column("standing", sa.Column("lacks", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE standing SET reason = 'no_theme' WHERE reason = 'no_topic'")
    for reason, bit in BITS.items():  # of old lines the first thing is known
        op.execute(f"UPDATE standing SET lacks = {bit} WHERE reason = '{reason}'")
    _seen("trade_authority", "lacks")


def downgrade() -> None:
    _seen()
    op.execute("UPDATE standing SET reason = 'no_topic' WHERE reason = 'no_theme'")
    with op.batch_alter_table("standing") as changed:
        changed.drop_column("lacks")
    for table, old, new in RENAMED:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {new} TO {old}")


def _seen(*more: str) -> None:
    op.drop_index("ix_standing_seen", table_name="standing")
    op.create_index("ix_standing_seen", "standing", [*FIRST, *more, *REST])
