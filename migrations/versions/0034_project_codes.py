"""The code of a construction project is kept whole; what a functional area answers for lies where the present rule puts it, and
nothing waits for an area that was merged into another.
"""

from contextlib import suppress

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

WIDE, NARROW = 40, 18
JURISDICTION = sa.table(
    "jurisdiction", sa.column("id", sa.Uuid()), sa.column("code"), sa.column("path"), sa.column("parent_id", sa.Uuid()),
    sa.column("manager_id", sa.Uuid()), sa.column("managed_path"),
)  # fmt: skip
CHANGE = sa.table(
    "jurisdiction_change", sa.column("jurisdiction_id", sa.Uuid()), sa.column("target_id", sa.Uuid()), sa.column("kind"),
    sa.column("applied_at"),
)  # fmt: skip
CLAIM = sa.table("enterprise_claim", sa.column("jurisdiction_id", sa.Uuid()), sa.column("state"))


def upgrade() -> None:
    _code_of(WIDE)
    connection = op.get_bind()
    merges = sa.select(CHANGE.c.jurisdiction_id, CHANGE.c.target_id).where(
        CHANGE.c.kind == "merge", CHANGE.c.applied_at.is_not(None)
    )
    into = dict(connection.execute(merges).all())
    rows = {row.id: dict(row._mapping) for row in connection.execute(sa.select(JURISDICTION))}
    for merged in into:
        waits = CLAIM.c.jurisdiction_id == merged, CLAIM.c.state == "waiting"
        connection.execute(sa.update(CLAIM).where(*waits).values(jurisdiction_id=_last(into, merged)))
    before = {key: dict(row) for key, row in rows.items()}
    for row in rows.values():
        manager = _last(into, row["manager_id"])
        if manager != row["manager_id"]:  # that one ended: what it was merged into answers
            row["manager_id"] = None if manager in (row["id"], row["parent_id"]) else manager
    for row in rows.values():
        with suppress(Loop):  # nobody can tell which of them is wrong: as it was, until somebody says
            row["managed_path"] = _managed(rows, row["id"], ())
        if row == before[row["id"]]:
            continue
        connection.execute(
            sa.update(JURISDICTION)
            .where(JURISDICTION.c.id == row["id"])
            .values(manager_id=row["manager_id"], managed_path=row["managed_path"])
        )


def downgrade() -> None:
    """Whoever answers for what stays as it was put right, and no code is cut: the version before reads a wide column as well."""
    enterprise = sa.table("enterprise", sa.column("uscc"))
    if not op.get_bind().scalar(sa.select(sa.func.count()).where(sa.func.length(enterprise.c.uscc) > NARROW)):
        _code_of(NARROW)


def _code_of(length: int) -> None:
    with op.batch_alter_table("enterprise") as changed:
        changed.alter_column("uscc", existing_type=sa.String(NARROW), existing_nullable=False, type_=sa.String(length))


class Loop(Exception):
    """A jurisdiction is its own superior."""


def _last(into, place):
    """Where a place has gone: what it was merged into, what that one was, and so on."""
    gone = set()
    while place in into and place not in gone:
        gone.add(place)
        place = into[place]
    return place


def _managed(rows, ident, answering):
    """Its path by responsibility, None where that is its path: below the nearest manager on the way up, wherever responsibility
    for that one lies.
    """
    rest, at = "", rows[ident]
    while True:
        rest = f"{at['code']}/{rest}"
        if at["manager_id"]:
            manager = rows[at["manager_id"]]
            if at["id"] in answering or f"/{at['code']}/" in f"/{manager['path']}":
                raise Loop
            return (_managed(rows, manager["id"], (*answering, at["id"])) or manager["path"]) + rest
        if at["parent_id"] is None:
            return None
        at = rows[at["parent_id"]]
