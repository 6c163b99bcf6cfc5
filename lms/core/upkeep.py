"""SQLite is told once a day how much is in its tables; PostgreSQL looks by itself."""

from __future__ import annotations

from lms.core.db import db
from lms.core.jobs import sweep_once

LOOKED_AT = 1_000  # rows of each index, so that whoever writes meanwhile waits no longer in a large database than in a small one


@sweep_once("day")
def look_at_tables() -> None:
    """Without it SQLite plans by the shape of a statement alone, and takes an index of all that ever
    was for one of the few that are waiting (https://www.sqlite.org/lang_analyze.html).
    """
    if db.engine.dialect.name != "sqlite":
        return
    with db.engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA analysis_limit={LOOKED_AT}")
        connection.exec_driver_sql("ANALYZE")
