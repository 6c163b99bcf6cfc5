"""A printed quiz keeps the language it was printed in."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("quiz_sheet", sa.Column("language", sa.String(10)))


def downgrade() -> None:
    op.drop_column("quiz_sheet", "language")
