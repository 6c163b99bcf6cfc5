"""When the roster of a course was last asked for, and what went wrong then."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("lti_course") as table:
        table.add_column(sa.Column("roster_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("roster_why", sa.String(length=200), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("lti_course") as table:
        table.drop_column("roster_why")
        table.drop_column("roster_at")
