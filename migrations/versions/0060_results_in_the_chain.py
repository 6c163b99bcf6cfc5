"""Results of attempts are facts of the chain, those of before enter it as found; the bureau signs the receipts."""

import hashlib
import secrets
from collections import defaultdict
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from lms.core.guards import statements
from lms.ledger.rules import GENESIS, SALT_BYTES, Entry, Head, canonical, commitment, follow

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

KIND = "quiz.graded"
COLUMNS = ("id", "enterprise_id", "receipt_id", "signature", "certificate", "signed_at", "signer")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "chain_countersignature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("signed_at", AT, nullable=False),
        sa.Column("signer", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_chain_countersignature_enterprise_id")),
        sa.ForeignKeyConstraint(["receipt_id"], ["chain_receipt.id"], name=op.f("fk_chain_countersignature_receipt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_countersignature")),
        sa.UniqueConstraint("receipt_id", name=op.f("uq_chain_countersignature_receipt_id")),
    )
    op.create_index(op.f("ix_chain_countersignature_enterprise_id"), "chain_countersignature", ["enterprise_id"])
    connection = op.get_bind()
    for statement in statements(connection.dialect.name, "chain_countersignature", COLUMNS):
        connection.exec_driver_sql(statement)
    enter_results(connection)


def downgrade() -> None:
    op.drop_table("chain_countersignature")


def enter_results(connection: sa.Connection) -> None:
    """Attempts that have a score, in the order in which they were handed in, after what the chains hold already."""
    entry = sa.table(
        "chain_entry", sa.column("enterprise_id", sa.Uuid), sa.column("seq"), sa.column("kind"), sa.column("subject_id", sa.Uuid),
        sa.column("digest"), sa.column("previous"), sa.column("hash"), sa.column("recorded_at", AT), sa.column("salt"),
        sa.column("fact"),
    )  # fmt: skip
    head = sa.table("chain_head", sa.column("enterprise_id", sa.Uuid), sa.column("seq"), sa.column("hash"))
    heads = {row.enterprise_id: Head(row.seq, row.hash) for row in connection.execute(sa.select(head))}
    there = set(connection.scalars(sa.select(entry.c.subject_id).where(entry.c.kind == KIND)))
    begun, now, waiting = set(heads), datetime.now(UTC), []
    for enterprise_id, subject_id, told in results(connection):
        if subject_id in there:
            continue
        fact, salt = canonical(told), secrets.token_hex(SALT_BYTES)
        bare = Entry(enterprise_id, 0, KIND, subject_id, commitment(salt, fact), "", "", now, salt, fact)
        placed = follow(bare, heads.get(enterprise_id, Head(0, GENESIS)))
        heads[enterprise_id] = Head(placed.seq, placed.hash)
        waiting.append(placed._asdict())
    if waiting:
        connection.execute(entry.insert(), waiting)
    for enterprise_id in {row["enterprise_id"] for row in waiting}:
        seq, own = heads[enterprise_id]
        if enterprise_id in begun:
            connection.execute(head.update().where(head.c.enterprise_id == enterprise_id).values(seq=seq, hash=own))
        else:
            connection.execute(head.insert().values(enterprise_id=enterprise_id, seq=seq, hash=own))


def results(connection: sa.Connection) -> list[tuple]:
    """Enterprise, attempt and fact of each, as the product writes them."""
    attempt = sa.table(
        "attempt", sa.column("id", sa.Uuid), sa.column("enterprise_id", sa.Uuid), sa.column("quiz_id", sa.Uuid),
        sa.column("person_id", sa.Uuid), sa.column("submitted_at", AT), sa.column("submitted_how"), sa.column("score"),
        sa.column("passed", sa.Boolean),
    )  # fmt: skip
    quiz = sa.table("quiz", sa.column("id", sa.Uuid), sa.column("lecture_id", sa.Uuid))
    answer = sa.table(
        "answer", sa.column("attempt_id", sa.Uuid), sa.column("version_id", sa.Uuid), sa.column("counter"),
        sa.column("chosen", sa.JSON),
    )  # fmt: skip
    chosen = defaultdict(dict)
    for row in connection.execute(sa.select(answer).order_by(answer.c.attempt_id, answer.c.counter)):
        chosen[row.attempt_id][str(row.version_id)] = row.chosen
    wanted = sa.select(attempt, quiz.c.lecture_id).join(quiz, quiz.c.id == attempt.c.quiz_id)
    found = []
    for row in connection.execute(wanted.where(attempt.c.score.is_not(None)).order_by(attempt.c.submitted_at, attempt.c.id)):
        at = row.submitted_at.replace(tzinfo=UTC) if row.submitted_at.tzinfo is None else row.submitted_at
        told = {
            "lecture": row.lecture_id, "person": row.person_id, "submitted_at": at, "how": row.submitted_how,
            "score": row.score, "passed": row.passed,
            "answers": hashlib.sha256(canonical(chosen[row.id]).encode()).hexdigest(),
        }  # fmt: skip
        found.append((row.enterprise_id, row.id, told))
    return found
