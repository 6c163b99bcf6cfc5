"""Photos that former versions put back without an entry in the chain get one, which says that it came late."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

CATCH_UP = sa.table("catch_up", sa.column("name"), sa.column("due_at", sa.DateTime(timezone=True)))
NAME = "enter_restored_photos"


def upgrade() -> None:
    if op.get_bind().execute(sa.select(sa.literal(1)).select_from(sa.table("photo")).limit(1)).first():
        op.bulk_insert(CATCH_UP, [{"name": NAME, "due_at": datetime.now(UTC)}])


def downgrade() -> None:
    op.execute(sa.delete(CATCH_UP).where(CATCH_UP.c.name == NAME))
