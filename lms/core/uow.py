"""One use case, one transaction: gather, decide, record, tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Select, Subquery, UpdateBase, event, text
from sqlalchemy.orm import ORMExecuteState, Session

from lms.core import clock
from lms.core.db import db
from lms.core.engine import reads_only, writers_turn

E = TypeVar("E")
T = TypeVar("T")
Listener = Callable[["UnitOfWork", Any], None]
Responder = Callable[["UnitOfWork", Any], Any]
ROOM_TO_SORT = text(
    "SELECT set_config('work_mem', '32MB', true) WHERE pg_size_bytes(current_setting('work_mem')) < pg_size_bytes('32MB')"
)
_listeners: dict[type, list[Listener]] = defaultdict(list)
_responders: dict[type, Responder] = {}


def hears(*event_types: type[E]) -> Callable[[Callable[[UnitOfWork, E], None]], Callable[[UnitOfWork, E], None]]:
    """Register a listener of one kind of event, or of several: it runs in the transaction of the one who says it."""

    def register(listener: Callable[[UnitOfWork, E], None]) -> Callable[[UnitOfWork, E], None]:
        for event_type in event_types:
            if listener not in _listeners[event_type]:
                _listeners[event_type].append(listener)
        return listener

    return register


def answers(question_type: type[E]) -> Callable[[Callable[[UnitOfWork, E], Any]], Callable[[UnitOfWork, E], Any]]:
    """Register the one floor above that can answer a question asked from below."""

    def register(responder: Callable[[UnitOfWork, E], Any]) -> Callable[[UnitOfWork, E], Any]:
        _responders[question_type] = responder
        return responder

    return register


class UnitOfWork:
    """A transaction with its actor, its verb and one reading of the clock.

    actor: who acts (lms.access.actor.Actor; floor 0 does not look inside). verb: what for, a key of GRANTS.
    """

    def __init__(self, actor: Any, verb: str, now: datetime, *, write: bool) -> None:
        self.actor = actor
        self.verb = verb
        self.now = now
        self._write = write
        self._session: Session | None = None
        self._connection: Connection | None = None
        self._by_themselves = False  # whether what is asked of the connection is each a transaction of its own
        self._afterwards: list[Callable[[], None]] = []
        self._if_refused: list[Callable[[UnitOfWork], None]] = []
        self._at_the_end: dict[Callable[[UnitOfWork, list[Any]], None], list[Any]] = defaultdict(list)
        self._asked: dict[Hashable, Any] = {}

    @property
    def session(self) -> Session:
        """The session of the transaction. Both begin when first asked for: who asks the database nothing opens nothing, and who
        asks it by statements of tables only needs no session.
        """
        if self._session is None:
            kind = Session if self._write else _Reading
            self._session = kind(self._begun(), expire_on_commit=False, join_transaction_mode="control_fully")
        return self._session

    def _begun(self, *, by_themselves: bool = False) -> Connection:
        """by_themselves: a transaction around the statements is not needed."""
        if self._connection is None:
            self._connection = db.engine.connect()
            self._by_themselves = by_themselves and not self._write and self.dialect == "postgresql"
            if self._by_themselves:
                self._connection = self._connection.execution_options(isolation_level="AUTOCOMMIT")
            else:
                reads_only(self._connection, not self._write)
        elif self._by_themselves and not by_themselves:
            self._connection.rollback()
            self._connection = self._connection.execution_options(isolation_level=self._connection.default_isolation_level)
            self._by_themselves = False
        return self._connection

    def execute(self, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None) -> Any:
        """Run a statement of tables, beneath the objects of the session, which are written first: where a whole hall waits,
        making objects of rows takes longer than asking for them. Returns the CursorResult. Raises WroteWhileReading.

        PostgreSQL shows each statement what is safe when it begins, within a transaction too: what only reads so goes without
        one, and saves the two ways there and back that its begin and end take. A result read piece by piece needs one.
        """
        if self._session is not None:
            self._session.flush()
        if not self._write and isinstance(statement, UpdateBase):
            raise WroteWhileReading
        pieces = self._session is not None or "yield_per" in statement.get_execution_options()
        return self._begun(by_themselves=not pieces).execute(statement, values)

    def at_one_moment(self) -> None:
        """All that is read from here on is as it was at the first look, whatever is committed meanwhile: for what is held against
        each other. Before anything is asked. SQLite shows a transaction nothing else; PostgreSQL has to be told.
        """
        if self.dialect == "postgresql":
            assert self._connection is None, "something was read before"
            self._connection = self._begun().execution_options(isolation_level="REPEATABLE READ")

    def once(self, ask: Callable[..., T], *values: Hashable) -> T:
        """What ask(self, *values) answers, asked once: for what this transaction does not change, however often it is wanted."""
        if (ask, values) not in self._asked:
            self._asked[ask, values] = ask(self, *values)
        answer: T = self._asked[ask, values]
        return answer

    def forget(self, table: type) -> None:
        """Read the objects of a table anew when they are next looked at: their rows were written by a statement."""
        if self._session is not None:
            for known in self._session.identity_map.values():
                if isinstance(known, table):
                    self._session.expire(known)

    def sort_in_memory(self) -> None:
        """What is sorted from here to the end of the transaction may take 32 MB before PostgreSQL writes it to the disk, or
        more where that is set: for sums over a whole city, of which its planner expects a few lines and gets 20,000.
        """
        if self.dialect == "postgresql":
            self.session.execute(ROOM_TO_SORT)

    def once_each(self, rows: Select[*tuple[Any, ...]], name: str | None = None) -> Subquery:
        """Rows of which what they tell is worked out once each, however many sums above ask for it. name: what they are
        called there.

        PostgreSQL would draw it up into the sums, and work it out for each of them anew; OFFSET keeps it beneath. SQLite reads
        an index in its order only where nothing keeps the two apart.
        """
        return (rows.offset(0) if self.dialect == "postgresql" else rows).subquery(name)

    @property
    def dialect(self) -> str:
        """The name of the database: sqlite or postgresql."""
        return db.engine.dialect.name

    @property
    def today(self) -> date:
        """The calendar day of `now` where the enterprises are."""
        return clock.local_date(self.now)

    def say(self, said: object) -> None:
        """Tell the floors above; what they do is part of this transaction."""
        for listener in _listeners[type(said)]:
            listener(self, said)

    def ask(self, question: object) -> Any:
        """Ask a floor above something only it knows; None when that floor is not there."""
        responder = _responders.get(type(question))
        return responder(self, question) if responder else None

    def at_the_end(self, effect: Callable[[UnitOfWork, list[Any]], None], item: object) -> None:
        """Hand `item`, with all others for the same effect, over as the last thing of the transaction: what takes a lock
        that others wait for takes it then, and not for longer than it must.
        """
        self._at_the_end[effect].append(item)

    def after_commit(self, effect: Callable[[], None]) -> None:
        """Do this only once the facts are safe: waking a worker, never the fact itself."""
        self._afterwards.append(effect)

    def if_refused(self, effect: Callable[[UnitOfWork], None]) -> None:
        """Do this when the answer is a refusal, after all else was forgotten: what is to be remembered of one."""
        self._if_refused.append(effect)

    def refuse(self) -> None:
        """Forget everything of this transaction but what is to be remembered of a refusal."""
        self.rollback()
        for effect in self._if_refused:
            effect(self)

    def rollback(self) -> None:
        """Forget everything of this transaction, effects included."""
        self._afterwards.clear()
        self._at_the_end.clear()
        if self._session is not None:
            self._session.rollback()
        elif self._connection is not None:
            self._connection.rollback()

    def _finish(self) -> None:
        """Do what is to be done last, and commit."""
        for last, items in self._at_the_end.items():
            if self._session is not None:
                self._session.flush()
            last(self, items)
        if self._session is not None:
            self._session.commit()
        elif self._connection is not None:
            self._connection.commit()

    def _close(self) -> None:
        if self._session is not None:
            self._session.close()
        if self._connection is not None:
            if not self._write and not self._connection.invalidated:
                reads_only(self._connection, False)
            self._connection.close()


class WroteWhileReading(RuntimeError):
    """A reading unit of work tried to write: a fault of ours."""

    def __init__(self) -> None:
        super().__init__("a reading unit of work tried to write")


class _Reading(Session):
    """A session that cannot write."""


@event.listens_for(_Reading, "before_flush")
def _refuse_to_flush(session: Session, *_: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise WroteWhileReading


@event.listens_for(_Reading, "do_orm_execute")
def _refuse_to_execute(state: ORMExecuteState) -> None:
    if isinstance(state.statement, UpdateBase):
        raise WroteWhileReading


@contextmanager
def unit_of_work(actor: Any, verb: str, *, write: bool = True) -> Iterator[UnitOfWork]:
    """Open a transaction; commit at the end, roll back when anything is raised.

    write=False: a transaction that cannot write (a GET changes nothing) and does not wait for writers.
    """
    with writers_turn(db.engine) if write else nullcontext():
        work = UnitOfWork(actor, verb, clock.now(), write=write)
        try:
            yield work
            work._finish()
        except BaseException:
            work.rollback()
            raise
        finally:
            work._close()
    for effect in work._afterwards:
        effect()
