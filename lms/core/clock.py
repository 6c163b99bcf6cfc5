"""The server's clock: the only one that counts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This instant, aware, UTC."""
    return datetime.now(UTC)


def local_date(instant: datetime) -> date:
    """The calendar day of an aware instant where the enterprises are."""
    return instant.astimezone(ZONE).date()


def local(instant: datetime) -> datetime:
    """An aware instant as the clock on the wall shows it."""
    return instant.astimezone(ZONE)
