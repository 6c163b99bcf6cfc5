"""What an upgrade has to do once with the data it finds: duties of firms whose area changed, standings by the pass marks of today,
and the presence of those who only left, or came although they were on leave.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

WANTED = {
    "carry_duties": "duty",
    "settle_standings": "duty",
    "rederive_presence": "presence",
}  # and where there is something to do


def upgrade() -> None:
    catch_up = op.create_table(
        "catch_up",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_catch_up")),
    )
    for name, table in WANTED.items():
        if op.get_bind().execute(sa.select(sa.literal(1)).select_from(sa.table(table)).limit(1)).first():
            op.bulk_insert(catch_up, [{"name": name, "due_at": datetime.now(UTC)}])


def downgrade() -> None:
    op.drop_table("catch_up")
