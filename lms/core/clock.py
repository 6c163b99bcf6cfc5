"""The server's clock: the only one that counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
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


def same_minute(one: datetime, other: datetime) -> bool:
    """Whether two aware instants are the same to whoever types a time: marks have seconds, people say minutes."""
    return one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)


def end_of(day: date) -> datetime:
    """The first instant after a day where the enterprises are, aware."""
    return datetime.combine(day + timedelta(days=1), time(), ZONE)


def working_days(since: date, until: date) -> int:
    """Mondays to Fridays after one day, up to and with another. Holidays are not known to us."""
    return sum((since + timedelta(days=passed)).weekday() < 5 for passed in range(1, (until - since).days + 1))


def longer_than(until: date, number: int) -> date:
    """The last day since which more than so many working days have passed until another."""
    day = until
    while day > date.min and working_days(day, until) <= number:
        day -= timedelta(days=1)
    return day


def after_working_days(since: date, number: int) -> date:
    """The day on which so many working days have passed since another. number: 1 or more."""
    day = since
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < 5
    return day
