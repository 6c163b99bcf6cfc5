"""A database for one measurement: SQLite in its folder, or one of its own on the PostgreSQL of ANKE_BENCH_DATABASE_URL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4


@contextmanager
def own(kept: str | None = None) -> Iterator[dict[str, str]]:
    """The setting of a database of its own on the server of ANKE_BENCH_DATABASE_URL, dropped afterwards; none for SQLite.

    kept: the name of one that may be there already, and stays.
    """
    given = os.environ.get("ANKE_BENCH_DATABASE_URL")
    if not given:
        yield {}
        return
    import psycopg

    name = kept or f"bench_{uuid4().hex}"
    with psycopg.connect(given, autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        if not there:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0 ENCODING UTF8')
    try:
        yield {"ANKE_DATABASE_URL": f"{given.rpartition('/')[0]}/{name}"}
    finally:
        if not kept:
            with psycopg.connect(given, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
