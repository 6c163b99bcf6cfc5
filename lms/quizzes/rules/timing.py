"""The server's clock decides; a phone's only shows."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo
from math import ceil

# For taps that were made in time and kept on a phone without a network: two minutes of outage at the finish, and some to send.
GRACE = timedelta(minutes=3)
HANDED_IN, DONE, CLOSED = "handed_in", "done", "closed"  # when a person is told what was right
DAYS_OPEN = 2
CLOSES_AT = time(18)


def closing_time(opens_at: datetime, zone: tzinfo) -> datetime:
    """When a quiz that opens now closes: at 18:00 two days later on the wall clock of `zone`."""
    day = opens_at.astimezone(zone).date() + timedelta(days=DAYS_OPEN)
    return datetime.combine(day, CLOSES_AT, tzinfo=zone)


def deadline(started_at: datetime, minutes: int, closes_at: datetime) -> datetime:
    """The end of one attempt: its minutes, but no longer than the quiz is open."""
    return min(started_at + timedelta(minutes=minutes), closes_at)


def allowed(minutes: int, extra_percent: int) -> int:
    """Minutes for somebody who needs more of them, rounded up."""
    return ceil(minutes * (100 + extra_percent) / 100)


def is_over(deadline_at: datetime, now: datetime) -> bool:
    """Whether nothing more is taken: the deadline and the grace after it have passed."""
    return now > deadline_at + GRACE


def is_late(deadline_at: datetime, arrived_at: datetime) -> bool:
    """Whether an answer arrived after the deadline."""
    return arrived_at > deadline_at


def seconds_left(deadline_at: datetime, now: datetime) -> int:
    """Whole seconds to the deadline, rounded up; 0 once it has passed."""
    return max(0, ceil((deadline_at - now).total_seconds()))


def cool_until(ended_at: datetime | None, minutes: int) -> datetime | None:
    """When the next attempt may begin; None at once. ended_at: when the last one was handed in, None before the first."""
    return ended_at + timedelta(minutes=minutes) if ended_at and minutes else None


def explains(rule: str, *, finished: bool, closed: bool) -> bool:
    """Whether the result shows what was right, and why. finished: passed, or no attempt left. closed: the quiz has ended."""
    return rule == HANDED_IN or closed or (rule == DONE and finished)
