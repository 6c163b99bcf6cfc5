"""Training hours (学时): how many a year asks for, and how long a certificate is good."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from lms.registry.rules import OTHER_STAFF

TABLE = Path(__file__).parents[2] / "data" / "training_hours.csv"
GENERAL = "一般工矿商贸"
# The decree on construction (建教〔1997〕83号) calls the people by other names than the registry does.
CONSTRUCTION = "建筑施工"
CONSTRUCTION_WORDS = {
    "主要负责人": "企业法定代表人、项目经理",
    "安全生产管理人员": "专职安全管理人员",
    "特种作业人员": "特殊工种（电工、焊工、架子工等）",
    OTHER_STAFF: "其他职工",
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """Hours a year asks of one category of people. rule_id, article: the row of training_hours.csv and its law."""

    rule_id: str
    hours: Decimal
    article: str


def required_hours(category: str, industry: str, day: date) -> Requirement | None:
    """What the law asks of a category of people in an industry for the calendar year of `day`; None where it names no number.

    Source: training_hours.csv, the yearly rows. Who has no row of their own (特种作业人员) is counted among the others.
    """
    rows = [row for row in _yearly() if date.fromisoformat(row["effective_from"][:10]) <= day]
    scope = next((row["industry_scope"] for row in rows if industry and industry in row["industry_scope"]), GENERAL)
    words = CONSTRUCTION_WORDS if scope == CONSTRUCTION else {}
    for wanted in (category, OTHER_STAFF):
        for row in rows:
            if row["industry_scope"] == scope and row["person_category"] == words.get(wanted, wanted):
                stated = row["hours_stated"] == "是" and row["min_hours"]
                return Requirement(row["rule_id"], Decimal(row["min_hours"]), _law(row)) if stated else None
    return None


def valid_until(issued_on: date) -> date:
    """The last day of a certificate: one year less a day, as training is asked for every year."""
    try:
        return issued_on.replace(year=issued_on.year + 1) - timedelta(days=1)
    except ValueError:  # issued on 29 February
        return date(issued_on.year + 1, 2, 28)


@lru_cache(maxsize=1)
def _yearly() -> tuple[dict[str, str], ...]:
    """The rows about every year, each with its article in full where the table says 同上."""
    rows, article = [], ""
    with TABLE.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            article = row["legal_article"] if row["legal_article"] != "同上" else article
            if row["period"] == "yearly" and row["kind"] in ("再培训", "年度培训"):
                rows.append(row | {"legal_article": article})
    return tuple(rows)


def _law(row: dict[str, str]) -> str:
    """The decree and its article, without the addresses they were read at."""
    decree = row["source"].split("(")[0].split("（")[0]
    return f"{decree} {row['legal_article']}"
