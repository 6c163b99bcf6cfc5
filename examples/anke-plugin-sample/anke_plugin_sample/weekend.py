"""A credibility signal: held on a Saturday or Sunday, by the calendar of the enterprise."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from lms.compliance.signals.rules import NOTICE, Elsewhere, Lecture
from lms.compliance.signals.rules.signal import Limit, Signal
from lms.compliance.signals.rules.words import Words

WORDS = Words("休息日开讲", "这堂课在%(day)s讲的", "上班的人周末轮班；补训只能排在周末。")
DAYS = {5: "星期六", 6: "星期日"}


def rule(lecture: Lecture, _elsewhere: Elsewhere, _limit: Limit) -> Iterator[Signal]:
    span = lecture.actual or lecture.planned
    day = span.starts_at.astimezone(ZoneInfo("Asia/Shanghai")).weekday() if span else 0
    if day in DAYS:
        yield Signal("weekend", NOTICE, {"day": DAYS[day]})
