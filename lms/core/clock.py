"""The server's clock: the only one that counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

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


def at(day: date, hour: time = time.min) -> datetime:
    """The instant, aware, at which the clock on the wall shows this hour of a day: when the day begins, without one."""
    return datetime.combine(day, hour, ZONE)


def end_of(day: date) -> datetime:
    """The first instant after a day where the enterprises are, aware."""
    return at(day + timedelta(days=1))


def cut_off(day: date, instant: datetime) -> datetime:
    """Up to when facts of a day are told at an instant: until then, or the last minute of a day that is over."""
    return instant if day >= local_date(instant) else at(day, time(23, 59))


def to_minute(instant: datetime) -> datetime:
    """An instant without its seconds: marks have them, people say minutes."""
    return instant.replace(second=0, microsecond=0)


def same_minute(one: datetime, other: datetime) -> bool:
    """Whether two aware instants are the same to whoever types a time."""
    return to_minute(one) == to_minute(other)


def hour(instant: datetime) -> str:
    """14:30: an aware instant by the clock on the wall."""
    return f"{local(instant):%H:%M}"


def moment(instant: datetime) -> str:
    """2026-11-23 14:30: an aware instant by the clock on the wall."""
    return f"{local(instant):%Y-%m-%d %H:%M}"


def near(instant: datetime) -> str:
    """11-23 14:30: an aware instant by the clock on the wall, so near that nobody asks for the year."""
    return f"{local(instant):%m-%d %H:%M}"


def span(starts_at: datetime, ends_at: datetime) -> str:
    """2026-11-23 14:30–15:30: what begins and ends at aware instants, by the clock on the wall."""
    return f"{moment(starts_at)}–{hour(ends_at)}"


def days(first: date, last: date | None) -> str:
    """2026-11-23 至 2026-12-04: from one day to another, both included; a single day is one, what has not ended goes on 至今."""
    if first == last:
        return first.isoformat()
    return _("%(from)s 至 %(to)s", **{"from": first, "to": last}) if last else _("%(day)s 至今", day=first)


def utc(instant: datetime, timespec: str = "seconds") -> str:
    """2026-11-23T06:30:08Z: an aware instant for programs (RFC 3339). timespec: as isoformat takes it."""
    return instant.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")
