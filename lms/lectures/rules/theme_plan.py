"""Which themes an enterprise owes in which season, and which of them its lectures cover (主题计划)."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from uuid import UUID

TABLE = Path(__file__).parents[2] / "data" / "lecture_themes.csv"
EVERYBODY = "全部"
LEAD = timedelta(days=14)  # so long before its last day a theme without a lecture is missing

DONE, LATE, PLANNED, WAIVED = "done", "late", "planned", "waived"
OVERDUE, TO_PLAN, LATER = "overdue", "to_plan", "later"


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of the year (lecture_themes.csv). industries: names of industries, or 全部. opens, due: "MM-DD" of every year.

    topics: of the bank; a quiz that asks all of them covers the theme. words: a title with one of them covers it.
    basis: the rule or custom behind it, empty where it is a proposal of the product; note: what the trainer should know.
    """

    code: str
    title: str
    industries: tuple[str, ...]
    topics: tuple[str, ...]
    words: tuple[str, ...]
    opens: str
    due: str
    basis: str
    note: str

    def opens_on(self, year: int) -> date:
        return date.fromisoformat(f"{year}-{self.opens}")

    def due_on(self, year: int) -> date:
        return date.fromisoformat(f"{year}-{self.due}")

    def asks(self, industry: str) -> bool:
        return EVERYBODY in self.industries or industry in self.industries

    def is_covered_by(self, title: str, topics: Collection[str]) -> bool:
        """Whether a lecture with this title, or with a quiz about these topics, is about the theme."""
        return any(word in title for word in self.words) or (bool(self.topics) and set(self.topics) <= set(topics))


@dataclass(frozen=True, slots=True)
class Given:
    """A lecture as a plan of themes sees it. day: held or planned on. state: held, planned or draft.

    theme: code of the theme it was planned for, if its trainer said one.
    """

    lecture_id: UUID
    title: str
    topics: tuple[str, ...]
    day: date
    state: str
    theme: str | None = None


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


def theme_named(code: str | None) -> Theme | None:
    """The theme of a code; None when the table has none such."""
    return next((theme for theme in themes() if theme.code == code), None)


@lru_cache(maxsize=1)
def themes() -> tuple[Theme, ...]:
    """Every theme of lms/data/lecture_themes.csv, where each row names its source."""
    with TABLE.open(encoding="utf-8-sig", newline="") as file:
        return tuple(
            Theme(
                row["code"], row["title"], _several(row["industries"]), _several(row["topics"]), _several(row["words"]),
                row["opens"], row["due"], row["basis"], row["note"],
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


def _line(theme: Theme, today: date, lectures: list[Given], is_waived: bool) -> ThemeLine:
    opens_on, due_on = theme.opens_on(today.year), theme.due_on(today.year)
    about = [
        each
        for each in lectures
        if each.day >= opens_on and (each.theme == theme.code or theme.is_covered_by(each.title, each.topics))
    ]
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


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)
