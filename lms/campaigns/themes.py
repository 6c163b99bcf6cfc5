"""The themes a lecture can be about (主题): what an enterprise owes in a season, and what a bureau may ask for."""

from __future__ import annotations

import csv
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).parents[1] / "data" / "lecture_themes.csv"
EVERYBODY = "全部"


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
        """Its first day in a year."""
        return date.fromisoformat(f"{year}-{self.opens}")

    def due_on(self, year: int) -> date:
        """Its last day in a year."""
        return date.fromisoformat(f"{year}-{self.due}")

    def asks(self, industry: str) -> bool:
        """Whether enterprises of an industry are asked for it."""
        return EVERYBODY in self.industries or industry in self.industries

    def is_covered_by(self, title: str, topics: Collection[str], planned_for: str | None = None) -> bool:
        """Whether a lecture with this title, with a quiz about these topics, or planned for this code, is about the theme."""
        said = planned_for == self.code or any(word in title for word in self.words)
        return said or (bool(self.topics) and set(self.topics) <= set(topics))


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


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)
