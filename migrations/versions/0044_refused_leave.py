"""Whether a line of leave says that none was agreed to; lines of before stay as the chain has them."""

import sqlalchemy as sa
from alembic import op

from lms.core.guards import lifting, statements

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _lift()
    op.add_column("leave_line", sa.Column("refused", sa.Boolean(), nullable=False, server_default=sa.false()))
    _guard()


def downgrade() -> None:
    _lift()
    op.drop_column("leave_line", "refused")
    _guard()


def _lift() -> None:
    for statement in lifting(op.get_bind().dialect.name, "leave_line"):
        op.execute(statement)


def _guard() -> None:
    """A guard names the columns of its day: a new one is outside until it is set anew."""
    columns = [one["name"] for one in sa.inspect(op.get_bind()).get_columns("leave_line")]
    for statement in statements(op.get_bind().dialect.name, "leave_line", columns, emptied=("reason",)):
        op.execute(statement)
