"""Which themes an enterprise owes in which season, and which of them its lectures cover (主题计划)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from lms.campaigns.themes import Theme, themes
from lms.lectures.rules.length import Shortfall

LEAD = timedelta(days=14)  # so long before its last day a theme without a lecture is missing

DONE, LATE, PLANNED, WAIVED = "done", "late", "planned", "waived"
OVERDUE, TO_PLAN, LATER = "overdue", "to_plan", "later"


@dataclass(frozen=True, slots=True)
class Given:
    """A lecture as a plan of themes sees it. day: held or planned on. state: held, planned or draft.

    theme: code of the theme it was planned for, if its trainer said one. short: it was held, and for too few minutes (时长不足):
    it covers its theme all the same, and whoever reads that is told.
    """

    lecture_id: UUID
    title: str
    topics: tuple[str, ...]
    day: date
    state: str
    theme: str | None = None
    short: Shortfall | None = None


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """A theme of this year. given: the lecture that covers it or will, also a draft or one that comes too late.

    state: done; late (held after its last day); planned; waived (不适用); overdue; to_plan (14 days are left or fewer);
    later (nothing is asked yet).
    """

    theme: Theme
    opens_on: date
    due_on: date
    state: str
    given: Given | None

    @property
    def is_missing(self) -> bool:
        return self.state in (OVERDUE, TO_PLAN)


def theme_lines(
    industry: str, today: date, since: date, given: Iterable[Given], waived: Collection[str] = ()
) -> tuple[ThemeLine, ...]:
    """The themes of the year of `today` for an industry, the soonest due first.

    since: the day the enterprise is known from; what was due before is not asked. waived: codes that do not apply.
    """
    lectures = sorted(given, key=lambda each: (each.day, str(each.lecture_id)))
    asked = [theme for theme in themes() if theme.asks(industry) and theme.due_on(today.year) >= since]
    lines = [_line(theme, today, lectures, theme.code in waived) for theme in asked]
    return tuple(sorted(lines, key=lambda line: (line.due_on, line.theme.code)))


def _line(theme: Theme, today: date, lectures: list[Given], is_waived: bool) -> ThemeLine:
    opens_on, due_on = theme.opens_on(today.year), theme.due_on(today.year)
    about = [each for each in lectures if each.day >= opens_on and theme.is_covered_by(each.title, each.topics, each.theme)]
    held = next((each for each in about if each.state == "held"), None)
    planned = next((each for each in about if each.state == "planned"), None)
    draft = next((each for each in about if each.state == "draft"), None)
    if held:
        state = DONE if held.day <= due_on else LATE
    elif planned and planned.day <= due_on and today <= due_on:
        state = PLANNED
    elif is_waived:
        state = WAIVED
    elif today > due_on:
        state = OVERDUE
    else:
        state = TO_PLAN if today >= due_on - LEAD else LATER
    return ThemeLine(theme, opens_on, due_on, state, held or planned or draft)
