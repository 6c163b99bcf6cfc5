"""Coverage by any two of street, industry, trade authority, officer and size; how it grew; and how it stood on another day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Subquery, case, func, select
from sqlalchemy.sql.elements import ColumnElement

from lms.compliance.models import Standing
from lms.compliance.queries.figures import Heading, Matrix, Row, industry_order, rows_of
from lms.compliance.queries.metrics import line_on, met, nobody_for
from lms.compliance.queries.scope import SIZES, Scope, size_band
from lms.compliance.queries.words import size_words
from lms.compliance.rules import LECTURED, progress, sum_cells, with_total
from lms.core.uow import UnitOfWork
from lms.registry.queries import firms_on

STEPS = 12
# What rows and columns can be on a day, and the filter of the list that each of their headings is.
DIMENSIONS: dict[str, Callable[[date, Subquery], ColumnElement[Any]]] = {
    "street": lambda _day, _firms: Standing.street_code.expression,
    "industry": lambda _day, _firms: Standing.industry.expression,
    "trade_authority": lambda _day, _firms: func.coalesce(Standing.trade_authority, ""),
    "officer": lambda day, _firms: case((nobody_for(line_on(day)), ""), else_=Standing.officer_name),
    "size": lambda _day, firms: size_band(firms.c.declared_headcount),
}


def crossed(uow: UnitOfWork, scope: Scope, down: str, across: str) -> Matrix:
    """The matrix of two dimensions, (lectured, asked) in each cell; every total is the sum of its cells. One query, and names."""
    metrics = [met(metric, scope.day).label(metric) for metric in ("lectured", "asked")]
    firms = firms_on(uow, scope.day)
    keys = [DIMENSIONS[name](scope.day, firms).label(f"key_{at}") for at, name in enumerate((down, across))]
    of_each = select(*keys, Standing.street_name, *metrics).where(scope.clause(uow))
    if "size" in (down, across):  # the only one that is not told by the line itself
        of_each = of_each.join(firms, firms.c.id == Standing.enterprise_id)
    line = uow.once_each(of_each).c
    numbers = [func.count().filter(line[metric.name]) for metric in metrics]
    wanted = select(line.key_0, line.key_1, func.max(line.street_name), *numbers).group_by(line.key_0, line.key_1)
    rows = uow.session.execute(wanted).all()
    names = [_names(uow, scope, name, {row[at] for row in rows}) for at, name in enumerate((down, across))]
    for at, dimension in enumerate((down, across)):
        if dimension == "street":  # a street that is a row itself is called as it was
            names[at] |= {row[at]: (row[at], row[2]) for row in rows if row[at] not in names[at]}
    cells: defaultdict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in rows:
        cell = names[0][row[0]][0], names[1][row[1]][0]
        cells[cell] = sum_cells((cells[cell], (row[3], row[4])))
    columns = _ordered(across, dict(names[1].values()))
    lines = _ordered(down, dict(names[0].values()))
    found = [Row(code, name, with_total([cells[code, column] for column, _n in columns])) for code, name in lines]
    bottom = Row(None, _("合计"), tuple(sum_cells(row.cells[at] for row in found) for at in range(len(columns) + 1)))
    return Matrix((*(Heading(code, name) for code, name in columns), Heading(None, _("合计"))), (*found, bottom))


def growth(uow: UnitOfWork, scope: Scope) -> list[tuple[date, int]]:
    """(day, enterprises that had lectured by then) from the start of the campaign to the day; the last one is the figure.

    One query, however many days. A lecture whose day is not known counts from the start.
    """
    rows = uow.session.execute(
        select(Standing.lectured_on, func.count(Standing.id))
        .where(scope.clause(uow), Standing.state.in_(LECTURED))
        .group_by(Standing.lectured_on)
    )
    return progress(scope.campaign.starts_on, scope.day, dict(rows.all()), STEPS)


def _names(uow: UnitOfWork, scope: Scope, dimension: str, keys: set[Any]) -> dict[str, tuple[str, str]]:
    """For each key the code and name of the row or column it belongs to."""
    if dimension == "street":
        return dict(rows_of(uow, scope, keys))
    if dimension == "size":
        words = size_words()
        return {key: (key, words[key]) for key in keys}
    if dimension == "officer":
        return {key: (key, key or _("没有人管")) for key in keys}
    if dimension == "trade_authority":
        return {key: (key, key or _("没有登记行业主管部门")) for key in keys}
    return {key: (key, key) for key in keys}


def _ordered(dimension: str, names: dict[str, str]) -> list[tuple[str, str]]:
    if dimension == "industry":
        return sorted(names.items(), key=lambda item: industry_order(item[0]))
    if dimension == "size":
        return sorted(names.items(), key=lambda item: SIZES.index(item[0]))
    return sorted(names.items(), key=lambda item: (item[0] == "", item[0]))
