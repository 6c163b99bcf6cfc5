"""How the register had an enterprise on a past day is kept as lines; of before, transfers to another district are all that is known."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0118"
down_revision = "0117"
branch_labels = None
depends_on = None

ZONE = ZoneInfo("Asia/Shanghai")


def upgrade() -> None:
    past = op.create_table(
        "enterprise_past",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("industry", sa.String(length=30), nullable=False),
        sa.Column("declared_headcount", sa.Integer(), nullable=True),
        sa.Column("trade_authority", sa.String(length=60), nullable=True),
        sa.Column("officer_name", sa.String(length=50), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_enterprise_past_enterprise_id")),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_enterprise_past_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise_past")),
    )
    op.create_index(
        op.f("ix_enterprise_past_enterprise_id_until_on"), "enterprise_past", ["enterprise_id", "until_on"], unique=True
    )
    lines = list(_transferred(op.get_bind()))
    if lines:
        op.bulk_insert(past, lines)


def _transferred(bind: sa.Connection) -> Iterator[dict[str, Any]]:
    """Until the day before it was taken over an enterprise lay where it was handed over from; all else is as it is now."""
    names = ("name", "industry", "declared_headcount", "trade_authority", "officer_name", "state")
    firm = sa.table("enterprise", sa.column("id", sa.Uuid()), *(sa.column(name) for name in names))
    transfer = sa.table(
        "enterprise_transfer", sa.column("enterprise_id", sa.Uuid()), sa.column("from_id", sa.Uuid()), sa.column("state"),
        sa.column("decided_at", sa.DateTime(timezone=True)),
    )  # fmt: skip
    taken = sa.select(transfer.c.enterprise_id, transfer.c.from_id, transfer.c.decided_at, *(firm.c[name] for name in names))
    taken = taken.join(firm, firm.c.id == transfer.c.enterprise_id).where(transfer.c.state == "accepted")
    written: set[tuple[Any, date]] = set()
    for row in bind.execute(taken.order_by(transfer.c.decided_at)).mappings():
        until_on = _local(row["decided_at"]) - timedelta(days=1)
        if (row["enterprise_id"], until_on) not in written:
            written.add((row["enterprise_id"], until_on))
            told = {name: row[name] for name in ("enterprise_id", *names)}
            yield {"id": uuid4(), "until_on": until_on, "jurisdiction_id": row["from_id"], **told}


def _local(instant: datetime) -> date:
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(ZONE).date()


def downgrade() -> None:
    op.drop_table("enterprise_past")
