"""Alembic's environment: the running application's engine and metadata."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeDecorator

from lms.core.db import db


def plain_types(kind: str, item: Any, _autogen: Any) -> str | bool:
    """Write our column types into migrations as what they are in the database, so that a migration never imports the code."""
    if kind == "type" and isinstance(item, TypeDecorator) and type(item).__module__.startswith("lms."):
        return f"sa.{item.impl!r}"
    if kind == "type" and type(item).__name__ == "Enum":
        return f"sa.String(length={item.length})"
    return False


def same_type(_context: Any, _inspected: Any, _metadata: Any, inspected_type: Any, metadata_type: Any) -> bool | None:
    """An Enum is a short text in the database; Alembic need not see a difference."""
    if type(metadata_type).__name__ == "Enum":
        return bool(getattr(inspected_type, "length", None) != metadata_type.length)
    return None


def run() -> None:
    options = current_app.extensions["migrate"].configure_args | {
        "compare_type": same_type,
        "render_item": plain_types,
        "render_as_batch": True,
        "target_metadata": db.metadata,
    }
    with db.engine.connect() as connection, references_looked_at_in_the_end(connection):
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()
            if connection.dialect.name == "sqlite":
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise RuntimeError(f"this migration would leave rows that refer to nothing: {broken[:5]}")
        connection.commit()


@contextmanager
def references_looked_at_in_the_end(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, and refuses while rows of others refer to it; it can only be told outside a
    transaction (https://www.sqlite.org/lang_altertable.html §7)."""
    cursor = connection.connection.cursor()
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        cursor.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        if sqlite:
            connection.rollback()
            cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()


run()
