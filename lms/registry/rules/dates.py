"""Days as people write them, including the bare day numbers of a spreadsheet."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from flask_babel import gettext as _

from lms.registry.rules.identifiers import Wrong
from lms.registry.rules.names import visible

EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet for days after February 1900
DAY_NUMBER = re.compile(r"[1-6]\d{4}(\.\d+)?")  # 1927 … 2091
FIRST, LAST = 1900, 2100
TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
SHAPES = (
    re.compile(rf"(\d{{4}}) ?[-/.年] ?(\d{{1,2}}) ?[-/.月] ?(\d{{1,2}}) ?[日号]?{TIME}"),
    re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}}){TIME}"),
)
MONTH_ONLY = re.compile(r"(\d{4}) ?[-/.年] ?(\d{1,2}) ?月?")
DASHES = str.maketrans("—–−、。", "---..")


def read_date(text: str) -> date | Wrong:
    """A day, or what is wrong: DATE_INVALID. A month alone (2019年8月) is its first day."""
    written = unicodedata.normalize("NFKC", visible(text)).translate(DASHES).lstrip("'")
    if DAY_NUMBER.fullmatch(written):
        return EPOCH + timedelta(days=int(float(written)))
    for shape in SHAPES:
        if match := shape.fullmatch(written):
            return _day(*(int(part) for part in match.groups()))
    if match := MONTH_ONLY.fullmatch(written):
        return _day(int(match[1]), int(match[2]), 1)
    return Wrong("DATE_INVALID", _("看不出是哪一天，请写成 2019-08-04 这样"))


def _day(year: int, month: int, day: int) -> date | Wrong:
    if not FIRST <= year <= LAST:
        return Wrong("DATE_INVALID", _("年份 %(year)s 不对，请核对", year=year))
    if not 1 <= month <= 12:
        return Wrong("DATE_INVALID", _("没有 %(month)s 月，请核对", month=month))
    try:
        return date(year, month, day)
    except ValueError:
        return Wrong("DATE_INVALID", _("%(year)s 年 %(month)s 月没有 %(day)s 日，请核对", year=year, month=month, day=day))
