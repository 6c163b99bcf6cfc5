"""Sums over standings: the figures of a place, and the matrix street × industry. All in one query each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Label, Subquery, and_, false, func, or_, select
from sqlalchemy.orm import joinedload

from lms.access.reach import reach
from lms.campaigns.models import Campaign
from lms.compliance.models import Standing
from lms.compliance.queries.metrics import LINES, METRICS, line_above, met, told_lines
from lms.compliance.queries.scope import Scope, smaller
from lms.compliance.rules import LECTURED, sum_cells, with_total
from lms.core.uow import UnitOfWork
from lms.registry.models import Jurisdiction
from lms.registry.queries import lines_within, step_below
from lms.registry.queries.charge import nobody_answers
from lms.registry.queries.places import codes_outside

INDUSTRIES = (
    "工贸", "烟花爆竹", "危险化学品", "建筑施工", "人员密集", "交通运输",
)  # fmt: skip  # in the order in which bureaus print them; others follow by name


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What every page of standings counts. Each number of enterprises is named like its metric."""

    asked: int = 0
    lectured: int = 0
    not_lectured: int = 0
    attention: int = 0
    overdue: int = 0
    not_head: int = 0
    too_short: int = 0
    no_officer: int = 0
    exempt: int = 0
    stopped: int = 0
    asking: int = 0
    waiting: int = 0
    unanswered: int = 0


@dataclass(frozen=True, kw_only=True)
class Headline(Counted):
    """What a summary says of the whole of its matrix: no more is counted for it, since each figure takes its part of the time.

    people_…: sums over enterprises.
    """

    people_expected: int = 0
    people_attended: int = 0
    people_examined: int = 0
    people_passed: int = 0


@dataclass(frozen=True, kw_only=True)
class Chips(Counted):
    """What a list can be narrowed to, and for the same reason no more."""

    unfinished: int = 0
    no_theme: int = 0
    no_evidence: int = 0
    not_passed_on: int = 0
    escalated: int = 0
    doubtful: int = 0


@dataclass(frozen=True, kw_only=True)
class Figures(Chips, Headline):
    """All figures of a scope."""

    completed: int = 0
    planned: int = 0
    fresh: int = 0
    attended: int = 0
    passed: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the matrix; code None is the total."""

    code: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the matrix; code None is the total. cells: (lectured, asked) for each column, the total last."""

    code: str | None
    name: str
    cells: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Street (or district) × industry. The last column and the last row are totals; headline: the figures of the whole."""

    columns: tuple[Heading, ...]
    rows: tuple[Row, ...]
    headline: Headline = field(default_factory=Headline)


C = TypeVar("C", bound=Counted)
PEOPLE = ("expected", "attended", "examined", "passed")
NOBODY = (0, 0)


def _names(of: type[Counted]) -> frozenset[str]:
    return frozenset(one.name for one in fields(of))


@lru_cache(maxsize=8)  # saying them takes a tenth of what working them out takes
def _sums(day: date, wanted: frozenset[str]) -> list[Label[int]]:
    line = line_above(day)
    sums = [func.count().filter(is_one(line)).label(name) for name, is_one in METRICS.items()]
    sums += [func.coalesce(func.sum(getattr(line.of, name)).filter(line.asked), 0).label(f"people_{name}") for name in PEOPLE]
    return [one for one in sums if one.name in wanted]


def _lines(uow: UnitOfWork, scope: Scope) -> Subquery:
    return uow.once_each(told_lines(scope.day).where(scope.clause(uow)), LINES)


def figures(uow: UnitOfWork, scope: Scope) -> Figures:
    """The figures of a scope. Its headline is that of its matrix, where one is at hand."""
    return _whole(uow, scope, Figures)


def chips(uow: UnitOfWork, scope: Scope) -> Chips:
    """What a list of a scope can be narrowed to."""
    return _whole(uow, scope, Chips)


def _whole(uow: UnitOfWork, scope: Scope, of: type[C]) -> C:
    row = uow.session.execute(select(*_sums(scope.day, _names(of))).select_from(_lines(uow, scope))).one()
    return of(**row._mapping)


def matrix(uow: UnitOfWork, scope: Scope) -> Matrix:
    """The matrix of a scope: for a city by district, otherwise by street. Every total is the sum of its cells."""
    of = line_above(scope.day).of
    uow.sort_in_memory()
    summed = _sums(scope.day, _names(Headline))
    found = uow.session.execute(
        select(of.street_code, of.industry, func.max(of.street_name), *summed)
        .select_from(_lines(uow, scope))
        .group_by(of.street_code, of.industry)
    ).all()
    by_column = list(zip(*found, strict=True)) or [()] * (3 + len(summed))
    codes, kinds, called = by_column[:3]
    sums = dict(zip((one.name for one in summed), by_column[3:], strict=True))
    above = rows_of(uow, scope, set(codes))
    names: dict[str, str] = {}
    cells: defaultdict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: NOBODY)
    for street_code, industry, street_name, *cell in zip(codes, kinds, called, sums["lectured"], sums["asked"], strict=True):
        code, name = above.get(street_code, (street_code, street_name))
        names.setdefault(code, name)
        cells[code, industry] = sum_cells((cells[code, industry], (cell[0], cell[1])))
    industries = sorted({industry for _code, industry in cells}, key=industry_order)
    rows = [
        Row(code, names[code], with_total([cells.get((code, industry), NOBODY) for industry in industries]))
        for code in sorted(names)
    ]
    down = [sum_cells(cells.get((code, industry), NOBODY) for code in names) for industry in industries]
    rows.append(Row(None, _("合计"), with_total(down)))
    columns = (*(Heading(industry, industry) for industry in industries), Heading(None, _("合计")))
    whole = Headline(**{name: sum(column) for name, column in sums.items()})
    return Matrix(columns, tuple(rows), whole)


def choices(uow: UnitOfWork, scope: Scope) -> tuple[list[tuple[str, str]], list[str], list[str]]:
    """What a list of a scope can be narrowed to: (code, name) of the rows of its matrix, the industries of its columns, and its
    officers by name. Whoever had no account any more answers for nobody and is left out.
    """
    key = (Standing.street_code, Standing.industry, Standing.officer_name)
    named = func.max(Standing.street_name).label("street_name")
    of = select(*key, named).where(scope.clause(uow)).group_by(*key).subquery().c
    nobody = nobody_answers(scope.day, of.officer_name, lambda place: place.code == of.street_code)
    found = uow.session.execute(select(of.street_code, of.industry, of.officer_name, of.street_name, nobody)).all()
    above = rows_of(uow, scope, {row[0] for row in found})
    places: dict[str, str] = dict(above.get(code, (code, name)) for code, _industry, _officer, name, _nobody in found)
    officers = sorted({officer for _code, _industry, officer, _name, nobody in found if not nobody})
    return sorted(places.items()), sorted({row[1] for row in found}, key=industry_order), officers


def coverage(uow: UnitOfWork, campaign_ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """(lectured, asked) of each campaign within reach, today: those of the summary it leads to."""
    of_place: defaultdict[str, list[UUID]] = defaultdict(list)
    wanted = select(Campaign).where(Campaign.id.in_(campaign_ids)).options(joinedload(Campaign.jurisdiction))
    for campaign in uow.session.scalars(wanted):
        of_place[smaller(uow, campaign.jurisdiction).code].append(campaign.id)
    there = [
        and_(Standing.campaign_id.in_(ids), Standing.street_code.not_in(codes_outside(code))) for code, ids in of_place.items()
    ]
    rows = uow.session.execute(
        select(
            Standing.campaign_id,
            func.count().filter(Standing.state.in_(LECTURED)),
            func.count(),
        )
        .where(or_(false(), *there), Standing.until_on.is_(None), met("asked", uow.today), reach(uow, Standing))
        .group_by(Standing.campaign_id)
    )
    return {campaign_id: (lectured, number) for campaign_id, lectured, number in rows}


def industry_order(industry: str) -> tuple[int, str]:
    """Sorts industries as bureaus print them."""
    return (INDUSTRIES.index(industry) if industry in INDUSTRIES else len(INDUSTRIES)), industry


def rows_of(uow: UnitOfWork, scope: Scope, street_codes: set[str]) -> dict[str, tuple[str, str]]:
    """For each street the code and name of the row it belongs to, where that is not the street itself."""
    base = (scope.place or scope.jurisdiction).code
    lines = lines_within(uow, base, scope.day)
    child = {code: step_below(lines[code].charge, base) for code in street_codes & lines.keys()}
    return {code: (row, lines[row].name) for code, row in child.items() if row != code and row in lines}


def places(uow: UnitOfWork, scope: Scope, found: Matrix) -> list[tuple[str, str]]:
    """(code, name) of the jurisdictions one can look at from here: those above within reach, this one, those in the matrix."""
    up = uow.session.scalars(
        select(Jurisdiction)
        .where(Jurisdiction.code.in_(scope.jurisdiction.path.strip("/").split("/")), reach(uow, Jurisdiction))
        .order_by(Jurisdiction.path)
    )
    choices = {row.code: row.name for row in up}
    choices |= {row.code: row.name for row in found.rows if row.code is not None and row.code not in choices}
    return list(choices.items())
