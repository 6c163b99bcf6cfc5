"""Two at once on PostgreSQL, however slow the machine is: until the second one has met the lock of the first."""

from __future__ import annotations

import time
from threading import Thread

from sqlalchemy import text

from lms.core.db import db

WAITS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
MOST = 30.0  # seconds


def until_it_waits(other: Thread) -> None:
    """Go on once `other` waits for a lock in the database of the application, or is over."""
    end = time.monotonic() + MOST
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while other.is_alive() and not connection.scalar(WAITS):
            assert time.monotonic() < end, "it neither waits nor ends"
            time.sleep(0.01)
