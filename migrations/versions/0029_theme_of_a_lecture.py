"""The theme a lecture was planned for."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("lecture", schema=None) as batch_op:
        batch_op.add_column(sa.Column("theme", sa.String(length=20), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("lecture", schema=None) as batch_op:
        batch_op.drop_column("theme")
