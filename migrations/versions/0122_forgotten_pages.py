"""That a photographed page is gone because somebody was forgotten is told beside why it could not be read, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0122"
down_revision = "0121"
branch_labels = None
depends_on = None

PHOTOS = ("sheet_photo", "quiz_photo")


def upgrade() -> None:
    for name in PHOTOS:
        op.add_column(name, sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True))
        op.execute(f"UPDATE {name} SET forgotten_at = read_at, refused = NULL WHERE refused = 'page-forgotten'")


def downgrade() -> None:
    for name in PHOTOS:
        op.execute(
            f"UPDATE {name} SET refused = 'page-forgotten', read_at = coalesce(read_at, forgotten_at)"
            " WHERE forgotten_at IS NOT NULL"
        )
        op.drop_column(name, "forgotten_at")
