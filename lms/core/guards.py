"""Rows that the database itself refuses to change or delete, whoever asks and by whichever way they come in."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Table, event

FUNCTION = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION USING"
    " MESSAGE = TG_TABLE_NAME || ': rows stay as they are, append another', ERRCODE = 'integrity_constraint_violation'; END $$"
)


def statements(
    dialect: str, table: str, columns: Collection[str], *, free: bool = False, emptied: Collection[str] = ()
) -> list[str]:
    """What makes a database refuse to delete rows of a table, and to change them unless `free`; an IntegrityError says so.

    dialect: sqlite or postgresql. columns: all of the table. emptied: those that may be emptied, all at once, and nothing else.
    """
    unlike = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    kept = " OR ".join(
        [f"OLD.{name} {unlike} NEW.{name}" for name in columns if name not in emptied]
        + [f"NEW.{name} IS NOT NULL" for name in emptied]
    )
    when = f" WHEN ({kept})" if emptied else ""
    if dialect == "sqlite":
        refuse = f" BEGIN SELECT RAISE(ABORT, '{table}: rows stay as they are, append another'); END"
        each = [f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table}{refuse}"]
        if not free:
            each.append(f"CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table}{when}{refuse}")
        return each
    refuse = " EXECUTE FUNCTION refuse_change()"
    each = [
        FUNCTION,
        f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} FOR EACH ROW{refuse}",
        f"CREATE TRIGGER {table}_is_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT{refuse}",
    ]
    if not free:
        each.append(f"CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table} FOR EACH ROW{when}{refuse}")
    return each


def guard(model: Any, *, free: bool = False, emptied: Collection[str] = ()) -> None:
    """Set the guards wherever the table of a model is made; the migrations set the same."""
    table: Table = model.__table__

    @event.listens_for(table, "after_create")
    def made(_table: Table, connection: Connection, **_: Any) -> None:
        columns = [column.name for column in table.columns]
        for statement in statements(connection.dialect.name, table.name, columns, free=free, emptied=emptied):
            connection.exec_driver_sql(statement)
