"""Rows as lines of JSON, the same whichever database they lie in."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Numeric,
    Select,
    String,
    TableClause,
    Text,
    Uuid,
    cast,
    column,
    select,
    table,
)
from sqlalchemy import Table as MappedTable
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine

from lms.core.db import UtcDateTime

Line = list[Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """How a value lies in a database and how it is told. type: what reads and writes it."""

    type: TypeEngine[Any]
    told: Callable[[Any], Any] = lambda value: value
    read: Callable[[Any], Any] = lambda told: told


KINDS = {
    "text": Kind(String()),
    "whole": Kind(Integer()),
    "yes": Kind(Boolean()),
    "id": Kind(Uuid(), str, UUID),
    "instant": Kind(UtcDateTime(), lambda value: value.astimezone(UTC).isoformat(), datetime.fromisoformat),
    "day": Kind(Date(), lambda value: value.isoformat(), date.fromisoformat),
    "number": Kind(Numeric(), lambda value: f"{value.normalize():f}", Decimal),
    "bytes": Kind(LargeBinary(), lambda value: base64.b64encode(value).decode(), base64.b64decode),
    "json": Kind(NullType()),  # its text, byte for byte
}
_OF_TYPES = (
    (Uuid, "id"), (DateTime, "instant"), (Date, "day"), (Boolean, "yes"), (Integer, "whole"), (Numeric, "number"),
    (LargeBinary, "bytes"), (JSON, "json"), (String, "text"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """A table: its columns, each with the name of its kind, and those that tell its rows apart and order them."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]

    @property
    def table(self) -> TableClause:
        return table(self.name, *(column(name, KINDS[kind].type) for name, kind in self.columns))

    def reading(self) -> Select[Any]:
        """All rows, in the order of their keys."""
        rows = self.table
        wanted = (cast(rows.c[name], Text).label(name) if kind == "json" else rows.c[name] for name, kind in self.columns)
        return select(*wanted).order_by(*(rows.c[name] for name in self.key))

    def line(self, row: Sequence[Any]) -> bytes:
        """A row of reading() as a line."""
        told = [None if value is None else KINDS[kind].told(value) for value, (_, kind) in zip(row, self.columns, strict=True)]
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    def values(self, line: bytes) -> dict[str, Any]:
        """A line as what inserts its row."""
        told: Line = json.loads(line)
        return {
            name: None if value is None else KINDS[kind].read(value)
            for value, (name, kind) in zip(told, self.columns, strict=True)
        }


def shapes(tables: Iterable[MappedTable]) -> list[Shape]:
    """What the tables of the application look like. Raises KeyError for a type nobody has thought of."""
    return [
        Shape(
            mapped.name,
            tuple((each.name, _kind_of(each.type)) for each in mapped.columns),
            tuple(each.name for each in mapped.primary_key),
        )
        for mapped in tables
    ]


def _kind_of(type_: TypeEngine[Any]) -> str:
    plain = type_.impl if isinstance(type_, TypeDecorator) else type_
    for each, kind in _OF_TYPES:
        if isinstance(plain, each):
            return kind
    raise KeyError(f"{type_!r} has no place in a backup")
