"""What a question asks and what is right becomes one typed body, and texts get marks by a person.

The new column has a default and the old ones are dropped in place: rebuilding the table, which is how SQLite changes one
otherwise, would drop it while answers still point at it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

version = sa.table(
    "question_version",
    sa.column("id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("options", sa.JSON()),
    sa.column("answer", sa.JSON()),
    sa.column("body", sa.JSON()),
)


def upgrade() -> None:
    op.add_column("question_version", sa.Column("body", sa.JSON(), nullable=False, server_default="{}"))
    for row in op.get_bind().execute(sa.select(version.c.id, version.c.kind, version.c.options, version.c.answer)).all():
        parts = {"blanks": [row.answer]} if row.kind == "fill" else {"options": row.options, "answer": row.answer}
        body = {"kind": row.kind} | {name: value for name, value in parts.items() if value}
        op.get_bind().execute(version.update().where(version.c.id == row.id).values(body=body))
    op.drop_column("question_version", "options")
    op.drop_column("question_version", "answer")
    op.create_table(
        "text_mark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("marked_by", sa.String(length=80), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_text_mark_percent_is_of_100")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_text_mark_attempt_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_text_mark_enterprise_id")),
        sa.ForeignKeyConstraint(["version_id"], ["question_version.id"], name=op.f("fk_text_mark_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_mark")),
    )
    op.create_index(op.f("ix_text_mark_attempt_id"), "text_mark", ["attempt_id"], unique=False)
    op.create_index(op.f("ix_text_mark_enterprise_id_attempt_id"), "text_mark", ["enterprise_id", "attempt_id"], unique=False)


def downgrade() -> None:
    """A question of a kind that the first release does not know keeps its stem, and no options and no answer."""
    op.drop_table("text_mark")
    op.add_column("question_version", sa.Column("options", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("question_version", sa.Column("answer", sa.JSON(), nullable=False, server_default="[]"))
    for row in op.get_bind().execute(sa.select(version.c.id, version.c.body)).all():
        answer = row.body["blanks"][0] if row.body.get("blanks") else row.body.get("answer", [])
        values = {"options": row.body.get("options", {}), "answer": answer}
        op.get_bind().execute(version.update().where(version.c.id == row.id).values(values))
    op.drop_column("question_version", "body")
