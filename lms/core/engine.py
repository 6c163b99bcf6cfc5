"""SQLite and PostgreSQL told to behave: who writes when, and what is planned how."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import IO, Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

BUSY_SECONDS = 15
KNOCK_SECONDS = 0.001
READS = "reads_only"
_turn = Lock()


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
