"""What a campaign asks, in plain values and in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

TITLE = "企业主要负责人讲安全课"  # what a new campaign is called until somebody calls it otherwise
MIN_MINUTES = 60  # a lecture shorter than this does not count
MIN_ATTENDANCE = 90  # percent of the expected people
PASS_MARK = 80  # points of 100
DAYS = 30  # from start to end


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A campaign as it is asked for. industries: names. min_attendance: percent. pass_mark: points of 100."""

    title: str
    industries: tuple[str, ...]
    starts_on: date
    due_on: date
    head_lectures: bool
    min_minutes: int
    min_attendance: int
    pass_mark: int
    deputy_counts: bool = False


def due_by_default(starts_on: date) -> date:
    """The last day of a campaign that starts on this day, unless somebody says otherwise."""
    return starts_on + timedelta(days=DAYS)
