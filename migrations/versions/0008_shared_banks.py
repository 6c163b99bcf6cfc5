"""A bureau has a bank of its own, and a question remembers the bureau's one it was taken from.

Columns are added in place: rebuilding the table, as SQLite would, would drop it while its wordings still point at it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COLUMNS = {"jurisdiction_id": "jurisdiction", "origin_id": "question"}


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for column, table in COLUMNS.items():
        if sqlite:
            op.execute(f"ALTER TABLE question ADD COLUMN {column} CHAR(32) REFERENCES {table} (id)")
        else:
            op.add_column("question", sa.Column(column, sa.Uuid(), nullable=True))
            op.create_foreign_key(op.f(f"fk_question_{column}"), "question", table, [column], ["id"])
        op.create_index(op.f(f"ix_question_{column}"), "question", [column], unique=False)
    op.add_column("question", sa.Column("origin_version", sa.Integer(), nullable=True))


def downgrade() -> None:
    """The first release knows no bureau's bank: its questions go, copies stay as an enterprise's own."""
    op.drop_column("question", "origin_version")
    op.drop_index(op.f("ix_question_origin_id"), table_name="question")
    op.drop_column("question", "origin_id")
    op.execute("DELETE FROM question_version WHERE question_id IN (SELECT id FROM question WHERE jurisdiction_id IS NOT NULL)")
    op.execute("DELETE FROM question WHERE jurisdiction_id IS NOT NULL")
    op.drop_index(op.f("ix_question_jurisdiction_id"), table_name="question")
    op.drop_column("question", "jurisdiction_id")
