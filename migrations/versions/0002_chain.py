"""Each enterprise gets a chain of its facts; the attendance events of before are its first entries, as they are found."""

import hashlib
import json
import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GENESIS = "0" * 64
AT_ONCE = 1_000


def upgrade() -> None:
    entry = op.create_table(
        "chain_entry",
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.Column("fact", sa.Text(), nullable=True),
        sa.CheckConstraint("seq > 0", name=op.f("ck_chain_entry_counts_from_one")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_chain_entry_enterprise_id")),
        sa.PrimaryKeyConstraint("enterprise_id", "seq", name=op.f("pk_chain_entry")),
    )
    head = op.create_table(
        "chain_head",
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_chain_head_enterprise_id")),
        sa.PrimaryKeyConstraint("enterprise_id", name=op.f("pk_chain_head")),
    )
    enter_what_is_there(op.get_bind(), entry, head)


def downgrade() -> None:
    op.drop_table("chain_head")
    op.drop_table("chain_entry")


def enter_what_is_there(connection: sa.Connection, entry: sa.Table, head: sa.Table) -> None:
    """The events in the order in which they were recorded, entered now: from here on they cannot be changed unseen."""
    at = sa.DateTime(timezone=True)
    event = sa.table(
        "attendance_event", sa.column("id", sa.Uuid), sa.column("enterprise_id", sa.Uuid), sa.column("lecture_id", sa.Uuid),
        sa.column("sitting_id", sa.Uuid), sa.column("person_id", sa.Uuid), sa.column("mark"), sa.column("method"),
        sa.column("trust"), sa.column("scanned_at", at), sa.column("recorded_at", at), sa.column("scan_id", sa.Uuid),
        sa.column("device_id"), sa.column("screen"), sa.column("step"), sa.column("entered_by"), sa.column("reason"),
    )  # fmt: skip
    now, heads, waiting = datetime.now(UTC), {}, []
    wanted = sa.select(event).order_by(event.c.enterprise_id, event.c.recorded_at, event.c.id)
    for row in connection.execute(wanted).all():
        fact = canonical({
            "lecture": row.lecture_id, "sitting": row.sitting_id, "person": row.person_id, "mark": row.mark,
            "method": row.method, "trust": row.trust, "scanned_at": row.scanned_at, "recorded_at": row.recorded_at,
            "claim": row.scan_id, "device": row.device_id, "screen": row.screen, "step": row.step,
            "entered_by": row.entered_by, "reason": row.reason,
        })  # fmt: skip
        salt = secrets.token_hex(16)
        digest = hashlib.sha256(bytes.fromhex(salt) + fact.encode()).hexdigest()
        seq, previous = heads.get(row.enterprise_id, (0, GENESIS))
        said = canonical({
            "at": now, "digest": digest, "enterprise": row.enterprise_id, "kind": "attendance.recorded",
            "previous": previous, "seq": seq + 1, "subject": row.id,
        })  # fmt: skip
        own = hashlib.sha256(said.encode()).hexdigest()
        heads[row.enterprise_id] = (seq + 1, own)
        waiting.append({
            "enterprise_id": row.enterprise_id, "seq": seq + 1, "kind": "attendance.recorded", "subject_id": row.id,
            "digest": digest, "previous": previous, "hash": own, "recorded_at": now, "salt": salt, "fact": fact,
        })  # fmt: skip
        if len(waiting) == AT_ONCE:
            connection.execute(entry.insert(), waiting)
            waiting = []
    if waiting:
        connection.execute(entry.insert(), waiting)
    if heads:
        connection.execute(
            head.insert(), [{"enterprise_id": firm, "seq": seq, "hash": own} for firm, (seq, own) in heads.items()]
        )


def canonical(fact: dict) -> str:
    """As the product writes it: sorted keys, no spaces, instants in UTC to the microsecond, nothing that is not known."""
    return json.dumps(
        {key: text(value) for key, value in fact.items() if value is not None},
        ensure_ascii=False, sort_keys=True, separators=(",", ":"),
    )  # fmt: skip


def text(value: object) -> object:
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
    return value if isinstance(value, (str, int)) else str(value)
