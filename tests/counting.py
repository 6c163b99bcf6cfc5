"""What is asked of the database meanwhile, statement by statement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from flask.testing import FlaskClient
from sqlalchemy import event

from lms.core.db import db


class Said(NamedTuple):
    """many: once for each of several rows; values are then a list of them."""

    statement: str
    values: Any
    many: bool


@contextmanager
def asked(*beginnings: str) -> Iterator[list[Said]]:
    """Every statement that is sent inside the block; beginnings: only those that begin with one of these words."""
    sent: list[Said] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, _context: object, many: bool) -> None:
        if statement.lstrip().startswith(beginnings or ""):
            sent.append(Said(statement, values, many))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def asks(client: FlaskClient, path: str) -> int:
    """How many statements a page needs, which is there."""
    with asked() as sent:
        assert client.get(path).status_code == 200
    return len(sent)
