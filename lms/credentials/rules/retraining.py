"""When somebody is to be taught anew, what of, and how far it is; when a permit is due: by the rows of training_hours.csv."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from flask_babel import lazy_gettext as _l

from lms.core.errors import Invalid
from lms.credentials.rules.hours import Rows, law_of, table
from lms.lectures.rules.levels import FACTORY, LEVELS, SPECIAL, TEAM, WORKSHOP

TRANSFER, RETURN, NOVELTY = "transfer", "return", "novelty"
AWAY = timedelta(days=365)  # 离岗一年以上
AGAIN, NOVELTIES, BEFORE_WORK = "车间级+班组级重新培训", "专门培训", "重新上岗前"
# How the rules call the levels: the decree on construction has 公司级 and 项目级.
CALLED = {FACTORY: ("厂（矿）级", "公司级"), WORKSHOP: ("车间（工段、区、队）级", "项目级"), TEAM: ("班组级",)}
REVIEWS = {"emergency": "复审培训", "market": "证书复审"}
ENDS = {"emergency": "操作证有效期/换证"}


class WrongDates(Invalid):
    code = "permit-wrong-dates"
    sentence = _l("日期不对：发证不能在今天以后，复审要在发证以后，有效期不能早于复审。")


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody worked and as what, between two days; until: None while it holds."""

    department: str | None
    post: str | None
    starts_on: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked. hours: None where no rule names a number. rule_id, article: the row and its law."""

    levels: tuple[str, ...]
    hours: Decimal | None
    rule_id: str
    article: str


@dataclass(frozen=True, slots=True)
class Taught:
    """Something that counts: its level, its hours and its last day."""

    level: str | None
    hours: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class Progress:
    """done: level → hours. missing: levels not taught yet; short: hours that are missing; met_on: by when it was all there."""

    done: Mapping[str, Decimal]
    missing: tuple[str, ...]
    short: Decimal
    met_on: date | None


def occasion(before: Place, after: Place) -> str | None:
    """TRANSFER when post or department is another one, RETURN after a year or more away, None when neither.

    before, after: a person's lines, one following the other.
    """
    if before.until is not None and after.starts_on - before.until > AWAY:
        return RETURN
    return TRANSFER if (before.department, before.post) != (after.department, after.post) else None


def words_of(kind: str, before: Place, after: Place) -> str:
    """The occasion as it is told: 由包装车间·包装工转为机修车间·叉车工."""
    was, now = ("·".join(filter(None, (place.department, place.post))) or "没有部门" for place in (before, after))
    return f"离开 {before.until} 起，{after.starts_on} 重新上岗：{now}" if kind == RETURN else f"由{was}转为{now}"


def asked_anew(kind: str, industry: str, day: date, rows: Rows | None = None) -> Asked | None:
    """What the rules in force on a day ask on such an occasion; None where none does."""
    known = _known(rows, industry, day)
    if kind == NOVELTY:
        row = next((one for one in known if one["kind"] == NOVELTIES), None)
        return _asked(row, (SPECIAL,)) if row else None
    own = next((one for one in known if one["kind"] == BEFORE_WORK and industry and industry in one["industry_scope"]), None)
    row = own or next((one for one in known if one["kind"] == AGAIN), None)
    return _asked(row, (WORKSHOP, TEAM)) if row else None


def level_hours_asked(industry: str, day: date, rows: Rows | None = None) -> dict[str, Decimal | None]:
    """Level of 三级教育 → the hours a rule names for it alone; None where only the sum is named, or nothing."""
    named: dict[str, Decimal | None] = dict.fromkeys(LEVELS)
    for row in _known(rows, industry, day):
        if row["kind"].startswith("三级教育-") and row["min_hours"] and industry in row["industry_scope"]:
            level = next((one for one, names in CALLED.items() if row["kind"].removeprefix("三级教育-") in names), None)
            if level is not None and named[level] is None:
                named[level] = Decimal(row["min_hours"])
    return named


def progress(levels: Collection[str], required: Decimal | None, since: date, taught: Iterable[Taught]) -> Progress:
    """How far somebody is with what was asked since a day; what was taught before it does not count."""
    done: dict[str, Decimal] = {}
    met_on = None
    for one in sorted(taught, key=lambda each: each.on):
        if one.level is None or one.level not in levels or one.on < since:
            continue
        done[one.level] = done.get(one.level, Decimal(0)) + one.hours
        enough = required is None or sum(done.values()) >= required
        met_on = met_on or (one.on if enough and len(done) == len(levels) else None)
    missing = tuple(level for level in levels if level not in done)
    return Progress(done, missing, max((required or Decimal(0)) - sum(done.values(), Decimal(0)), Decimal(0)), met_on)


def permit_dates(
    authority: str, issued_on: date, review_due_on: date | None, ends_on: date | None, today: date, rows: Rows | None = None
) -> tuple[date, date | None, Asked | None]:
    """When a permit is to be reviewed and renewed: as typed, or by the rule in force when it was issued. Raises WrongDates."""
    known = _known(rows, "", issued_on)
    review = next((one for one in known if one["kind"] == REVIEWS[authority]), None)
    renewal = next((one for one in known if one["kind"] == ENDS.get(authority)), None)
    due = review_due_on or (years_after(issued_on, review["period"]) if review else None)
    last = ends_on or (years_after(issued_on, renewal["period"]) if renewal else None)
    if due is None or issued_on > today or due <= issued_on or (last is not None and last < due):
        raise WrongDates
    return due, last, _asked(review, ()) if review else None


def years_after(day: date, period: str) -> date:
    """period: as the table has it, 3y."""
    years = int(period.removesuffix("y"))
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 2, 28)


def _known(rows: Rows | None, industry: str, day: date) -> list[dict[str, str]]:
    """The rows in force on a day that are of every industry or of this one, of each rule the latest version first."""
    found = [row for row in (table() if rows is None else rows) if row["effective_from"][:10] <= day.isoformat()]
    found.sort(key=lambda row: row["effective_from"][:10], reverse=True)
    return [row for row in found if row["industry_scope"].startswith("全部") or (industry and industry in row["industry_scope"])]


def _asked(row: Mapping[str, str], levels: tuple[str, ...]) -> Asked:
    return Asked(levels, Decimal(row["min_hours"]) if row["min_hours"] else None, row["rule_id"], law_of(row)[:120])
