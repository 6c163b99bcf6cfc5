"""Training hours (学时): how many a year asks for, and how long a certificate is good."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from lms.registry.rules import OTHER_STAFF

TABLE = Path(__file__).parents[2] / "data" / "training_hours.csv"
GENERAL = "一般工矿商贸"
YEARLY_KINDS, INITIAL_KINDS = ("再培训", "年度培训"), ("初次", "岗前培训合计（三级教育之和）")
TAUGHT_FIRST, NEW_STAFF = ("主要负责人", "安全生产管理人员"), "新上岗从业人员"
Rows = tuple[dict[str, str], ...]
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


def required_hours(category: str, industry: str, day: date, rows: Rows | None = None) -> Requirement | None:
    """What the law asks of a category of people in an industry every year; None where it names no number.

    day: by the rules in force then, of several versions the latest. rows: of training_hours.csv, the shipped ones unless given.
    Who has no row of their own (特种作业人员) is counted among the others.
    """
    known, scope = _in_force(_shipped() if rows is None else rows, industry, day)
    words = CONSTRUCTION_WORDS if scope == CONSTRUCTION else {}
    for wanted in (category, OTHER_STAFF):
        for row in known:
            if row["period"] == "yearly" and row["kind"] in YEARLY_KINDS and row["person_category"] == words.get(wanted, wanted):
                stated = row["hours_stated"] == "是" and row["min_hours"]
                return Requirement(row["rule_id"], Decimal(row["min_hours"]), law_of(row)) if stated else None
    return None


def initial_hours(category: str, industry: str, day: date, rows: Rows | None = None) -> Requirement | None:
    """What the law asks of somebody new before they work (岗前、初次培训); None where it names no number.

    In construction the levels of 三级教育 have hours of their own: they are added up.
    """
    known, scope = _in_force(_shipped() if rows is None else rows, industry, day)
    if scope == CONSTRUCTION:
        levels = [row for row in known if row["person_category"] == "新进场工人" and row["kind"].startswith("三级教育")]
        hours = sum((Decimal(row["min_hours"]) for row in levels), Decimal(0))
        return Requirement(levels[0]["rule_id"], hours, law_of(levels[0])) if levels else None
    wanted = category if category in TAUGHT_FIRST else NEW_STAFF
    for row in known:
        if row["period"] == "once" and row["kind"] in INITIAL_KINDS and row["person_category"] == wanted:
            return Requirement(row["rule_id"], Decimal(row["min_hours"]), law_of(row)) if row["min_hours"] else None
    return None


def valid_until(issued_on: date) -> date:
    """The last day of a certificate: one year less a day, as training is asked for every year."""
    try:
        return issued_on.replace(year=issued_on.year + 1) - timedelta(days=1)
    except ValueError:  # issued on 29 February
        return date(issued_on.year + 1, 2, 28)


def _in_force(rows: Rows, industry: str, day: date) -> tuple[list[dict[str, str]], str]:
    """The rows in force on a day for an industry, of each rule the latest version first, and the scope they are of."""
    known = [row for row in rows if row["effective_from"][:10] <= day.isoformat()]
    known.sort(key=lambda row: row["effective_from"][:10], reverse=True)
    yearly = [row for row in known if row["kind"] in YEARLY_KINDS]
    scope = next((row["industry_scope"] for row in yearly if industry and industry in row["industry_scope"]), GENERAL)
    return [row for row in known if row["industry_scope"] == scope], scope


@lru_cache(maxsize=1)
def table() -> Rows:
    """Every row of the shipped training_hours.csv, each with its article in full where the table says 同上."""
    rows, article = [], ""
    with TABLE.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            article = row["legal_article"] if row["legal_article"] != "同上" else article
            rows.append(row | {"legal_article": article})
    return tuple(rows)


@lru_cache(maxsize=1)
def _shipped() -> Rows:
    """The rows with hours to count."""
    kinds = YEARLY_KINDS + INITIAL_KINDS
    return tuple(row for row in table() if row["kind"] in kinds or row["kind"].startswith("三级教育"))


def law_of(row: Mapping[str, str]) -> str:
    """The decree and its article, without the addresses they were read at."""
    first = re.split(r"[;；]", row["source"])[0]
    decree = re.split(r"[(（]", first)[0] if re.match(r"[^(（]{4}", first) else first
    decree = re.sub(r"第[\d、–-]+条$", "", decree.strip())
    return f"{decree} {row['legal_article']}"
