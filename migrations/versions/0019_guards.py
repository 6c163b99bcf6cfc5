"""The database refuses to change the ledger and the chain; hours lines and certificates of before enter the chain as found."""

import hashlib
import json
import secrets
from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

from lms.core.guards import lifting, statements

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

GENESIS = "0" * 64
AT = sa.DateTime(timezone=True)
CHAIN = ("enterprise_id", "seq", "kind", "subject_id", "digest", "previous", "hash", "recorded_at", "salt", "fact")


def upgrade() -> None:
    op.create_table(
        "completion_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("completion_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_completion_change_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_completion_change_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_completion_change_person_id")),
        sa.ForeignKeyConstraint(["completion_id"], ["completion.id"], name=op.f("fk_completion_change_completion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion_change")),
    )
    with op.batch_alter_table("completion_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_completion_change_enterprise_id_lecture_id"), ["enterprise_id", "lecture_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_completion_change_completion_id"), ["completion_id"], unique=False)
    # Every line of before was counted by what is now the first version of the rule.
    with op.batch_alter_table("hours_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rule", sa.String(length=20), nullable=False, server_default="JS1"))
    with op.batch_alter_table("hours_line", schema=None) as batch_op:
        batch_op.alter_column("rule", server_default=None)
    connection = op.get_bind()
    enter_what_is_there(connection)
    dialect = connection.dialect.name
    for statement in (
        *statements(dialect, "completion_change", ()),
        *statements(dialect, "hours_line", ()),
        *statements(dialect, "certificate", (), free=True),
        *statements(dialect, "chain_entry", CHAIN, emptied=("salt", "fact")),
    ):
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    connection = op.get_bind()
    for table in ("chain_entry", "certificate", "hours_line", "completion_change"):
        for statement in lifting(connection.dialect.name, table):
            connection.exec_driver_sql(statement)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS refuse_change()")
    op.execute("UPDATE hours_line SET kind = CASE WHEN hours < 0 THEN 'voided' ELSE 'earned' END WHERE kind = 'amended'")
    with op.batch_alter_table("hours_line", schema=None) as batch_op:
        batch_op.drop_column("rule")
    op.drop_table("completion_change")


def enter_what_is_there(connection: sa.Connection) -> None:
    """Lines and certificates in the order in which they came about, after what the chains hold already, entered now."""
    entry = sa.table("chain_entry", *(sa.column(name) for name in ("kind", "seq", "digest", "previous", "hash", "salt", "fact")),
                     sa.column("enterprise_id", sa.Uuid), sa.column("subject_id", sa.Uuid), sa.column("recorded_at", AT))  # fmt: skip
    head = sa.table("chain_head", sa.column("enterprise_id", sa.Uuid), sa.column("seq"), sa.column("hash"))
    heads = {row.enterprise_id: (row.seq, row.hash) for row in connection.execute(sa.select(head))}
    begun, now, waiting = set(heads), datetime.now(UTC), []
    there = {
        (row.kind, row.subject_id)
        for row in connection.execute(
            sa.select(entry.c.kind, entry.c.subject_id).where(
                entry.c.kind.in_(["hours.recorded", "certificate.issued", "certificate.ended"])
            )
        )
    }
    for _at, enterprise_id, kind, subject_id, told in sorted(facts(connection), key=lambda one: (one[0], one[3])):
        if (kind, subject_id) in there:
            continue
        fact, salt = canonical(told), secrets.token_hex(16)
        digest = hashlib.sha256(bytes.fromhex(salt) + fact.encode()).hexdigest()
        seq, previous = heads.get(enterprise_id, (0, GENESIS))
        own = hashlib.sha256(canonical({
            "at": now, "digest": digest, "enterprise": enterprise_id, "kind": kind, "previous": previous, "seq": seq + 1,
            "subject": subject_id,
        }).encode()).hexdigest()  # fmt: skip
        heads[enterprise_id] = (seq + 1, own)
        waiting.append({
            "enterprise_id": enterprise_id, "seq": seq + 1, "kind": kind, "subject_id": subject_id, "digest": digest,
            "previous": previous, "hash": own, "recorded_at": now, "salt": salt, "fact": fact,
        })  # fmt: skip
    if waiting:
        connection.execute(entry.insert(), waiting)
    for enterprise_id in {row["enterprise_id"] for row in waiting}:
        seq, own = heads[enterprise_id]
        if enterprise_id in begun:
            connection.execute(head.update().where(head.c.enterprise_id == enterprise_id).values(seq=seq, hash=own))
        else:
            connection.execute(head.insert().values(enterprise_id=enterprise_id, seq=seq, hash=own))


def facts(connection: sa.Connection) -> list[tuple]:
    """When, enterprise, kind, subject and fact of each, as the product writes them."""
    found = []
    line = sa.table(
        "hours_line", sa.column("id", sa.Uuid), sa.column("enterprise_id", sa.Uuid), sa.column("lecture_id", sa.Uuid),
        sa.column("person_id", sa.Uuid), sa.column("completion_id", sa.Uuid), sa.column("kind"),
        sa.column("hours", sa.Numeric(6, 2)), sa.column("category"), sa.column("trust"), sa.column("earned_on", sa.Date),
        sa.column("rule"), sa.column("reason"), sa.column("recorded_at", AT),
    )  # fmt: skip
    for row in connection.execute(sa.select(line)):
        told = {
            "lecture": row.lecture_id, "person": row.person_id, "completion": row.completion_id, "kind": row.kind,
            "hours": f"{row.hours.normalize():f}", "category": row.category, "trust": row.trust, "earned_on": row.earned_on,
            "rule": row.rule, "reason": row.reason, "recorded_at": row.recorded_at,
        }  # fmt: skip
        found.append((aware(row.recorded_at), row.enterprise_id, "hours.recorded", row.id, told))
    certificate = sa.table(
        "certificate", sa.column("id", sa.Uuid), sa.column("enterprise_id", sa.Uuid), sa.column("lecture_id", sa.Uuid),
        sa.column("person_id", sa.Uuid), sa.column("completion_id", sa.Uuid), sa.column("serial"), sa.column("data", sa.JSON),
        sa.column("pdf_sha256"), sa.column("issued_at", AT), sa.column("valid_until", sa.Date), sa.column("revoked_at", AT),
        sa.column("revoked_by"), sa.column("revoked_reason"), sa.column("superseded_at", AT), sa.column("superseded_reason"),
    )  # fmt: skip
    for row in connection.execute(sa.select(certificate)):
        printed = json.dumps(row.data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        issued = {
            "lecture": row.lecture_id, "person": row.person_id, "completion": row.completion_id, "serial": row.serial,
            "printed": hashlib.sha256(printed.encode()).hexdigest(), "pdf": row.pdf_sha256, "issued_at": row.issued_at,
            "valid_until": row.valid_until,
        }  # fmt: skip
        found.append((aware(row.issued_at), row.enterprise_id, "certificate.issued", row.id, issued))
        over = row.revoked_at or row.superseded_at
        if over:
            names = ("revoked_at", "revoked_by", "revoked_reason", "superseded_at", "superseded_reason")
            ended = {name: getattr(row, name) for name in names}
            found.append((aware(over), row.enterprise_id, "certificate.ended", row.id, ended))
    return found


def canonical(fact: dict) -> str:
    """As the product writes it: sorted keys, no spaces, instants in UTC to the microsecond, nothing that is not known."""
    return json.dumps(
        {key: text(value) for key, value in fact.items() if value is not None},
        ensure_ascii=False, sort_keys=True, separators=(",", ":"),
    )  # fmt: skip


def aware(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def text(value: object) -> object:
    if isinstance(value, datetime):
        return aware(value).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, (str, int)) else str(value)
