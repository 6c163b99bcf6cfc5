"""Who superseded a certificate is called so."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE certificate RENAME COLUMN replaced_by TO superseded_by")


def downgrade() -> None:
    op.execute("ALTER TABLE certificate RENAME COLUMN superseded_by TO replaced_by")
