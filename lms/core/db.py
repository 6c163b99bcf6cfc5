"""Database: the base class, the column types, the index over some rows, and INSERT … ON CONFLICT."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import uuid_utils.compat
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Index, Insert, LargeBinary, MetaData, Table, Uuid, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

from lms.core.crypto import keyring

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class _Declarative(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=_Declarative)

if TYPE_CHECKING:

    class Base(DeclarativeBase):
        """Base of every table."""
else:
    Base = db.Model


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EncryptedText(TypeDecorator[str]):
    """Text that only the running application can read. Comparing happens on a keyed hash in a column beside it."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring().encrypt(value.encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else keyring().decrypt(value).decode()


class EncryptedBytes(TypeDecorator[bytes]):
    """A file with personal data in it, kept while it is being looked at."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring().encrypt(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring().decrypt(value)


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562 §5.7): sorts by time, can be made by a device or a shard."""
    return uuid_utils.compat.uuid7()


Id = Annotated[UUID, mapped_column(Uuid, primary_key=True, default=new_id)]
Utc = Annotated[datetime, mapped_column(UtcDateTime)]
Json = Annotated[Any, mapped_column(JSON)]


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over those rows alone of which `where` is true, on either database: what waits, what is current."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


def put(table: Table, over: Sequence[str] = ()) -> dict[str, Insert]:
    """INSERT … ON CONFLICT, by the name of a dialect. over: the unique columns a row is told by that may be there already and
    takes the other values, all but its id; none: a row that is there stays as it is, and the result has a rowcount of 0.
    """
    others = [column.name for column in table.columns if column.name not in (*over, "id")]
    made: dict[str, Insert] = {}
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert)):
        row = insert(table)
        if over:
            made[name] = row.on_conflict_do_update(index_elements=over, set_={each: row.excluded[each] for each in others})
        else:
            made[name] = row.on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    return made
