"""What a certificate rests on that no single lecture gives: the hours of a cycle, or that somebody was named; kept as JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from lms.credentials.rules.counting import plain
from lms.credentials.rules.cycles import INITIAL
from lms.credentials.rules.wording import CertificateKind

SUBJECTS = {CertificateKind.TRAINER: "企业安全培训讲师", CertificateKind.REVIEWER: "安全培训评审员"}  # printed and kept
NAMED = frozenset(SUBJECTS)
LONGEST = timedelta(days=5 * 366)  # that somebody may be named for


@dataclass(frozen=True, slots=True)
class Counted:
    """A line of the ledger that a certificate of hours rests on. evidence: the completion or entered training it is of."""

    id: str
    evidence: str
    earned_on: date
    hours: Decimal
    of: str
    trust: str
    rule: str


def hours_of_cycle(kind: str, starts_on: date, ends_on: date) -> tuple[date, date]:
    """From which day to which lines count. The hours of a year go with whoever changes category within it."""
    return (starts_on, ends_on) if kind == INITIAL else (date(ends_on.year, 1, 1), date(ends_on.year, 12, 31))


def is_replaced(kind: str, ends_on: date) -> bool:
    """Whether another cycle of the same year took the place of this one: then that one asks for the hours of the year."""
    return kind != INITIAL and (ends_on.month, ends_on.day) != (12, 31)


def hours_basis(
    kind: str, category: str, span: tuple[date, date], required: Decimal, rule_id: str, article: str, lines: Iterable[Counted]
) -> dict[str, Any]:
    """What is printed on a certificate of hours and kept in its file: what was asked, by which rule, and each line."""
    counted = sorted(lines, key=lambda line: (line.earned_on, line.id))
    return {
        "cycle": kind, "category": category, "from": span[0].isoformat(), "until": span[1].isoformat(),
        "required": plain(required), "earned": plain(sum((line.hours for line in counted), Decimal(0))),
        "rule": rule_id, "article": article,
        "lines": [
            {"id": line.id, "evidence": line.evidence, "on": line.earned_on.isoformat(), "hours": plain(line.hours),
             "of": line.of, "trust": line.trust, "rule": line.rule}
            for line in counted
        ],
    }  # fmt: skip


def rests_no_more(basis: Mapping[str, Any], lines: Iterable[Counted]) -> bool:
    """Whether something a certificate counted was amended or voided since. What was earned later changes nothing in it."""
    before, now = defaultdict[str, Decimal](Decimal), defaultdict[str, Decimal](Decimal)
    for kept in basis["lines"]:
        before[kept["evidence"]] += Decimal(kept["hours"])
    for line in lines:
        now[line.evidence] += line.hours
    return any(now[evidence] != hours for evidence, hours in before.items())


def subject_of(kind: CertificateKind, basis: Mapping[str, Any]) -> str:
    """What the certificate is about, in a few words."""
    if kind in NAMED:
        return SUBJECTS[kind]
    return "岗前（初次）安全培训" if basis["cycle"] == INITIAL else f"{basis['until'][:4]} 年度安全生产再培训"


def found_of(kind: CertificateKind, basis: Mapping[str, Any]) -> str:
    """What was found, a clause without a full stop."""
    return str(basis["why"]) if kind in NAMED else f"应修 {basis['required']} 学时，实修 {basis['earned']} 学时"


def hours_good_until(kind: str, ends_on: date) -> date | None:
    """The last day on which complete hours are proof: the end of the next year; initial training is for good."""
    return None if kind == INITIAL else date(ends_on.year + 1, 12, 31)
