"""Which level of 三级教育 a lecture gives, and the hours it gave; who replaced a certificate."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lecture", sa.Column("level", sa.String(length=10), nullable=True))
    op.add_column("hours_line", sa.Column("level", sa.String(length=10), nullable=True))
    op.add_column("certificate", sa.Column("replaced_by", sa.String(length=80), nullable=True))


def downgrade() -> None:
    op.drop_column("certificate", "replaced_by")
    op.drop_column("hours_line", "level")
    op.drop_column("lecture", "level")
