"""Training that was not held here: from elsewhere, or on old paper. How its hours lie on days, and what cannot have been."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict, Invalid
from lms.credentials.rules.counting import Counting, plain

MOST_DAYS = 60


class Impossible(Invalid):
    code = "training-impossible"
    sentence = _l("%(hours)s 学时摊到 %(days)s 天，一天超过 %(most)s 小时，不可能。请核对日期和学时。")


class WrongDays(Invalid):
    code = "training-wrong-days"
    sentence = _l("日期不对：结束不能早于开始，不能在今天以后，前后最多 60 天。")


class DayFull(Conflict):
    code = "training-day-full"
    sentence = _l("%(day)s 已经记了 %(have)s 学时，加上这次超过 %(most)s 小时，不可能。请核对后退回。")


def by_day(hours: Decimal, starts_on: date, ends_on: date, today: date, counting: Counting) -> dict[date, Decimal]:
    """Day → hours of a training, evenly, in the steps of the rule; the first days take what does not divide.

    Raises WrongDays, or Impossible when a day would hold more than it has.
    """
    days = (ends_on - starts_on).days + 1
    if not 1 <= days <= MOST_DAYS or ends_on > today:
        raise WrongDays
    steps, most = int(hours / counting.step), counting.day_most
    each, over = divmod(steps, days)
    found = {starts_on + timedelta(days=n): (each + (n < over)) * counting.step for n in range(days)}
    if max(found.values()) > most:
        raise Impossible(hours=plain(hours), days=days, most=plain(most))
    return {day: part for day, part in found.items() if part}


def check_days(wanted: Mapping[date, Decimal], there: Mapping[date, Decimal], counting: Counting) -> None:
    """Raises DayFull when a day would hold more hours than it has, with those that are in the ledger already."""
    for day, hours in wanted.items():
        have = there.get(day, Decimal(0))
        if have + hours > counting.day_most:
            raise DayFull(day=day.isoformat(), have=plain(have), most=plain(counting.day_most))
