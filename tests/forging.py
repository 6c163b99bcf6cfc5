"""What somebody can do who has the database itself."""

from __future__ import annotations


def lifting(dialect: str, table: str) -> list[str]:
    """What takes the guards of a table away, as somebody would who has the database itself and wants to forge a record."""
    names = ("stays", "is_kept") if dialect == "sqlite" else ("stays", "is_kept", "is_whole")
    where = "" if dialect == "sqlite" else f" ON {table}"
    return [f"DROP TRIGGER IF EXISTS {table}_{name}{where}" for name in names]
