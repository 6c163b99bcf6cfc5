"""Who checked out everybody still in at the end of a sitting, for those whose coming becomes known later."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

FOR_ALL = "散会时统一签退"


def upgrade() -> None:
    op.add_column("sitting", sa.Column("rest_out_by", sa.String(80), nullable=True))
    sitting = sa.table("sitting", sa.column("id", sa.Uuid()), sa.column("rest_out_by", sa.String()))
    event = sa.table("attendance_event", *(sa.column(name) for name in ("sitting_id", "method", "reason", "entered_by")))
    for_all = (event.c.sitting_id == sitting.c.id, event.c.method == "trainer", event.c.reason == FOR_ALL)
    by = sa.select(sa.func.min(event.c.entered_by)).where(*for_all).scalar_subquery()
    op.execute(sa.update(sitting).values(rest_out_by=by))


def downgrade() -> None:
    op.drop_column("sitting", "rest_out_by")
