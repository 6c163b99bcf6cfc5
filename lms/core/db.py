"""Database: the base class, the column types, and SQLite told to behave."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import IO, TYPE_CHECKING, Annotated, Any
from uuid import UUID

import uuid_utils.compat
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Engine, Insert, LargeBinary, MetaData, Table, Uuid, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect
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
BUSY_SECONDS = 15
KNOCK_SECONDS = 0.001
READS = "reads_only"
_turn = Lock()


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


def tune(engine: Engine) -> None:
    """Have PostgreSQL run what it planned: of conditions that look something up it guesses a cost so high that it compiles the
    statement first, which took four times as long as running it (https://www.postgresql.org/docs/15/jit-decision.html).

    Make SQLite wait instead of fail, keep readers and the writer apart, and take the write lock at BEGIN.

    A transaction that reads first and writes later cannot wait for the lock in SQLite, it fails; one that says
    BEGIN IMMEDIATE waits its turn (https://www.sqlite.org/lang_transaction.html §2.2).
    """
    if engine.dialect.name != "sqlite":
        event.listen(engine, "connect", _compile_nothing)
        return

    @event.listens_for(engine, "connect")
    def connect(dbapi_connection: Any, _: Any) -> None:
        dbapi_connection.isolation_level = None  # we say BEGIN ourselves
        cursor = dbapi_connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        cursor.close()

    # No event of the engine: one alone has SQLAlchemy look for others at five places of each statement.
    engine.dialect.do_begin = _begin  # type: ignore[assignment]


def _compile_nothing(dbapi_connection: Any, _: Any) -> None:
    dbapi_connection.execute("SET jit TO off")
    dbapi_connection.commit()


def _begin(pooled: Any) -> None:
    # Said to the driver itself: by way of SQLAlchemy it took longer than some of the statements that follow.
    pooled.driver_connection.execute("BEGIN" if pooled.info.get(READS) else "BEGIN IMMEDIATE")


def reads_only(connection: Connection, reads: bool) -> None:
    """Whether the transactions of a connection leave SQLite's one write lock to others. The pool hands on what was said: whoever
    said True says False before it goes back.
    """
    connection.connection.info[READS] = reads


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


@contextmanager
def writers_turn(engine: Engine) -> Iterator[None]:
    """The threads of a process, and the processes of a machine, write into SQLite one after another, each waiting asleep.

    Left to themselves they would all knock at the one write lock, each ever more rarely, and whoever has just come knocks
    most often: in a hall that checks in at once the lock would lie free while everybody sleeps, and somebody would knock
    until the database gives up on them. A turn that does not come in time is nobody's: SQLite's own lock has the last word.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    until = monotonic() + BUSY_SECONDS
    mine = _turn.acquire(timeout=BUSY_SECONDS)
    try:
        with Path(f"{engine.url.database}.turn").open("w") as turn:
            while not _taken(turn) and monotonic() < until:
                sleep(KNOCK_SECONDS)
            yield
    finally:
        if mine:
            _turn.release()


def _taken(turn: IO[str]) -> bool:
    """Whether the turn of this machine is ours now; it ends when the file is closed, also by the end of the process."""
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
