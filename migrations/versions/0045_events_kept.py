"""The database itself refuses to change or delete a mark of attendance."""

import sqlalchemy as sa
from alembic import op

from lms.core.guards import lifting, statements

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    columns = [one["name"] for one in sa.inspect(op.get_bind()).get_columns("attendance_event")]
    for statement in statements(op.get_bind().dialect.name, "attendance_event", columns):
        op.execute(statement)


def downgrade() -> None:
    for statement in lifting(op.get_bind().dialect.name, "attendance_event"):
        op.execute(statement)
