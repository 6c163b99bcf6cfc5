"""What was keyed in wrongly from a quiz on paper, and put right."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("quiz_sheet") as batch:
        batch.add_column(sa.Column("corrections", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("quiz_sheet") as batch:
        batch.drop_column("corrections")
