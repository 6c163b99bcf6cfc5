"""Many rows at once, beneath the objects: executemany on SQLite, COPY on PostgreSQL. For generators, not for use cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table

BUFFER = 20_000  # rows kept before they are written


class Bulk:
    """Rows of one table. given: the columns whose values come with each row, in this order; the others take their default.

    A value is what the model would hold; it goes through the type of its column, so that it is stored as by the model.
    """

    def __init__(self, connection: Connection, table: Table, given: Sequence[str]) -> None:
        self._connection = connection
        dialect = connection.dialect
        rest = [column for column in table.columns if column.name not in given]
        columns = [*(table.columns[name] for name in given), *rest]
        self._sqlite = dialect.name == "sqlite"
        self._converters = [(at, made) for at, column in enumerate(columns) if (made := _converter(column, dialect))]
        self._rest = [
            getattr(column.default, "arg", None) if column.default is not None and column.default.is_scalar else None
            for column in rest
        ]
        names = ", ".join(dialect.identifier_preparer.quote(column.name) for column in columns)
        places = ", ".join("?" * len(columns))
        self._statement = (
            f"INSERT INTO {table.name} ({names}) VALUES ({places})" if self._sqlite else f"COPY {table.name} ({names}) FROM STDIN"
        )
        self._rows: list[list[Any]] = []

    def add(self, *values: Any) -> None:
        """One more row, its values in the order of the columns."""
        row = [*values, *self._rest]
        for at, convert in self._converters:
            if row[at] is not None:
                row[at] = convert(row[at])
        self._rows.append(row)

    @property
    def full(self) -> bool:
        return len(self._rows) >= BUFFER

    def write(self) -> None:
        """Send what is kept. The transaction is the caller's."""
        rows, self._rows = self._rows, []
        if not rows:
            return
        cursor: Any = self._connection.connection.cursor()
        try:
            if self._sqlite:
                cursor.executemany(self._statement, rows)
            else:
                with cursor.copy(self._statement) as copy:
                    for row in rows:
                        copy.write_row(row)
        finally:
            cursor.close()


def _converter(column: Column[Any], dialect: Any) -> Callable[[Any], Any] | None:
    found: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    return found
