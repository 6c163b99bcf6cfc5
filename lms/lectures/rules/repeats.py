"""On which days a lecture is given again."""

from __future__ import annotations

import calendar
from datetime import datetime, timedelta

WEEKLY, MONTHLY = "weekly", "monthly"
MOST = 12  # how often at once


def again(at: datetime, every: str, times: int) -> datetime:
    """The same hour so many weeks or months later; the 31st of a shorter month is its last day.

    at: aware, by the clock on the wall. every: "weekly" or "monthly". Raises ValueError for another word.
    """
    if every == WEEKLY:
        return at + timedelta(weeks=times)
    if every != MONTHLY:
        raise ValueError(every)
    months = at.month - 1 + times
    year, month = at.year + months // 12, months % 12 + 1
    return at.replace(year=year, month=month, day=min(at.day, calendar.monthrange(year, month)[1]))
