"""Working days and public holidays: what is reckoned by them, and what is to be said where they are not known yet."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files

from flask_babel import gettext as _


@lru_cache(maxsize=1)
def _arranged() -> dict[date, bool]:
    """Days that are off or worked on by the notice of their year, whatever their weekday. Source: lms/data/holidays.csv."""
    arranged = {}
    text = (files("lms") / "data" / "holidays.csv").read_text(encoding="utf-8-sig")
    for row in csv.DictReader(text.splitlines()):
        day = date.fromisoformat(row["first"])
        while day <= date.fromisoformat(row["last"]):
            arranged[day] = row["works"] == "是"
            day += timedelta(days=1)
    return arranged


def arranged_until() -> int:
    """The last year whose public holidays are known; after it a working day is a Monday to Friday."""
    return max(_arranged()).year


def is_working(day: date) -> bool:
    """Whether people work on a day: Mondays to Fridays that are no public holiday, and weekends that make up for one."""
    return _arranged().get(day, day.weekday() < 5)


def working_days(since: date, until: date) -> int:
    """Working days after one day, up to and with another."""
    return sum(is_working(since + timedelta(days=passed)) for passed in range(1, (until - since).days + 1))


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
        number -= is_working(day)
    return day


def unarranged(*days: date | None) -> str:
    """That public holidays are not known until the latest of these days; "" where they are."""
    until = arranged_until()
    if max((day.year for day in days if day is not None), default=until) <= until:
        return ""
    return _("%(year)s 年以后的法定节假日和调休还没有录入，按工作日算的期限把周一到周五都算作工作日。", year=until)
