"""SQLite is told once a day how much is in its tables; PostgreSQL looks by itself."""

from __future__ import annotations

from flask import current_app

from lms.core import clock
from lms.core.db import db
from lms.core.jobs import sweep

LOOKED_AT = 1_000  # rows of each index, so that whoever writes meanwhile waits no longer in a large database than in a small one


@sweep
def look_at_tables() -> None:
    """Once a day in each worker. Without it SQLite plans by the shape of a statement alone, and takes an index of all that ever
    was for one of the few that are waiting (https://www.sqlite.org/lang_analyze.html).
    """
    today, done = clock.local_date(clock.now()), current_app.extensions
    if db.engine.dialect.name != "sqlite" or done.get("looked_at_tables") == today:
        return
    with db.engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA analysis_limit={LOOKED_AT}")
        connection.exec_driver_sql("ANALYZE")
    done["looked_at_tables"] = today
