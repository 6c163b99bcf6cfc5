"""The clauses by which a hazard is a major one (判定标准), each of one sector."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

MINES = {"KS": "FM"}  # the one sector that the two tables call otherwise


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as it ships. text: in short, not the words of the standard. confidence: verified, known or check.

    sector: "工贸", "消防/人员密集场所"; group: the part of it the clause is in, "粉尘爆炸", "" where there is none.
    """

    code: str
    sector: str
    group: str
    article: str
    text: str
    standard: str
    effective_from: str
    confidence: str
    note: str

    def is_of(self, industry: str) -> bool:
        """Whether it is a clause for enterprises of an industry."""
        return industry in self.sector.split("/")


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("lms") / "data" / name).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


@lru_cache(maxsize=1)
def clauses() -> dict[str, Clause]:
    """All of them by code, in their order. Source: lms/data/major_hazard_criteria.csv."""
    found = {}
    for row in _rows("major_hazard_criteria.csv"):
        sector, _dash, group = row["industry"].partition("-")
        kept = (row[name] for name in ("article", "short_text", "standard", "effective_from", "confidence", "note"))
        found[row["item_id"]] = Clause(row["item_id"], sector, group, *kept)
    return found


def clause_of(code: str) -> Clause | None:
    """The clause of a code; None where there is none (any more)."""
    return clauses().get(code)


def of_sector(industry: str) -> list[Clause]:
    """The clauses for enterprises of an industry; none where no standard is known for it."""
    return [one for one in clauses().values() if one.is_of(industry)]


def others(industry: str) -> list[Clause]:
    """The clauses of every other sector: for an enterprise that is put down under the wrong one, or has a part of another."""
    return [one for one in clauses().values() if not one.is_of(industry)]


def grouped(some: Iterable[Clause]) -> dict[str, list[Clause]]:
    """By sector and group, of one sector by group alone, in their order: what a phone shows as lines to open."""
    those, found = list(some), dict[str, list[Clause]]()
    several = len({one.sector for one in those}) > 1
    for one in those:
        name = " · ".join(filter(None, (one.sector, one.group))) if several else one.group or one.sector
        found.setdefault(name, []).append(one)
    return found


@lru_cache(maxsize=1)
def _departments() -> dict[str, str]:
    return {row["code"]: row["competent_department"] for row in _rows("supervision_categories.csv")}


def department_for(code: str) -> str:
    """Which department is competent for what a clause is about, as a proposal of whom to hand it over to; "" where unknown.

    Source: lms/data/supervision_categories.csv; who does what differs from place to place.
    """
    kind = code.partition("-")[0][:2]
    return _departments().get(MINES.get(kind, kind), "")
