"""A deck is known again by its words, however its bytes were saved."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rendition", sa.Column("words_sha256", sa.String(64)))
    op.create_index(op.f("ix_rendition_words_sha256"), "rendition", ["words_sha256"])


def downgrade() -> None:
    op.drop_index(op.f("ix_rendition_words_sha256"), table_name="rendition")
    op.drop_column("rendition", "words_sha256")
