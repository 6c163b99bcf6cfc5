"""Lists that are asked for again and again: only what is new in them is made."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from threading import Lock
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Dialect, Select, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import NULLTYPE

R = TypeVar("R", bound=Hashable)
T = TypeVar("T")


class Lists(Generic[T]):
    """What was made of each row of some lists, kept until its list is asked for without it.

    A list that somebody looks at every second is nearly what it was a second ago. Of equal rows always the same is made:
    whatever else that depends on stands in the name of the list. most: rows of all lists together; beyond it the list that
    nobody has asked for the longest is forgotten.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lists: OrderedDict[Hashable, dict[Any, T]] = OrderedDict()
        self._counting = Lock()

    def of(self, name: Hashable, rows: Iterable[R], make: Callable[[R], T]) -> dict[R, T]:
        """Row → what it made, in the order of the rows, no two of which are equal."""
        before = self._lists.get(name, {})
        found = {row: made if (made := before.get(row)) is not None else make(row) for row in rows}
        with self._counting:
            self._lists[name] = found
            self._lists.move_to_end(name)
            while len(self._lists) > 1 and sum(map(len, self._lists.values())) > self._most:
                self._lists.popitem(last=False)
        return found


class Stored:
    """Columns as the driver of the database hands them out, and what they stand for.

    Making identifiers, instants and readable texts of what is stored takes three times as long as fetching it, so a list of
    which little is new compares its rows as they are stored, and reads those that are new.
    """

    def __init__(self, *columns: ColumnElement[Any] | InstrumentedAttribute[Any]) -> None:
        self._columns = columns

    def select(self) -> Select[Any]:
        """Their rows, to be joined and narrowed: tuples that may be compared and kept, but are not to be shown."""
        columns: list[Any] = [type_coerce(column, NULLTYPE) for column in self._columns]
        return select(*columns)

    def reader(self, dialect: Dialect) -> Callable[[Iterable[Any]], tuple[Any, ...]]:
        """What reads such a row, as SQLAlchemy would have told it at once."""
        readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in self._columns]
        return lambda row: tuple(read(value) if read else value for read, value in zip(readers, row, strict=True))
