"""The enterprises behind a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import contains_eager

from lms.access.reach import reach
from lms.compliance.models import Standing, StandingState
from lms.compliance.queries.metrics import line_on, met, nobody_for
from lms.compliance.queries.scope import Scope
from lms.compliance.rules import LECTURED
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise


def listed(uow: UnitOfWork, scope: Scope, metric: str, name: str = "") -> list[Standing]:
    """All enterprises of a metric in a scope, the most pressing first; `name` narrows it to names that contain it."""
    wanted = _select(uow, scope, metric, name).options(contains_eager(Standing.enterprise))
    return list(uow.session.scalars(wanted.order_by(*_order(scope))))


def page(
    uow: UnitOfWork,
    scope: Scope,
    metric: str,
    number: int | None = 1,
    name: str = "",
    total: Callable[[], int] | None = None,
) -> Page[Standing]:
    """One page of `listed`, all of it where number is None. total: how many there are, where the figure of the metric is being
    counted and no name narrows it. Raises TooLong.
    """
    wanted, counted = _select(uow, scope, metric, name), total or number_of(uow, scope, metric, name)
    if number is None:  # by the ids of all a statement would have more values than a database takes
        return paged(counted, None, lambda _limit, _offset: listed(uow, scope, metric, name))
    return paged(counted, number, lambda limit, offset: _some(uow, wanted, scope, limit, offset))


def number_of(uow: UnitOfWork, scope: Scope, metric: str, name: str = "") -> int:
    """How long a list is."""
    return uow.session.scalar(_select(uow, scope, metric, name).with_only_columns(func.count(Standing.id))) or 0


def enterprise_ids(uow: UnitOfWork, scope: Scope, metric: str, name: str = "") -> list[UUID]:
    """The enterprises of a list, by id."""
    return list(uow.session.scalars(_select(uow, scope, metric, name).with_only_columns(Standing.enterprise_id)))


class Marked(NamedTuple):
    """What is to be known of some lines, each by the ids of those of which it is so.

    unanswered: its lecture has a signal that the firm has said nothing to for five working days. waiting: it has waited for an
    answer for longer. left: it names an officer who had no account any more. within: the enterprise itself is within reach,
    wherever it was when the line began.
    """

    unanswered: frozenset[UUID]
    waiting: frozenset[UUID]
    left: frozenset[UUID]
    within: frozenset[UUID]


def marked(uow: UnitOfWork, scope: Scope, lines: Sequence[Standing]) -> Marked:
    """In one query, however many lines."""
    nobody = and_(func.coalesce(Standing.officer_name, "") != "", nobody_for(line_on(scope.day)))
    asked = met("unanswered", scope.day), met("waiting", scope.day), nobody, reach(uow, Enterprise)
    wanted = select(Standing.id, *asked).join(Standing.enterprise).where(Standing.id.in_([line.id for line in lines]))
    rows = uow.session.execute(wanted).all() if lines else []
    return Marked(*(frozenset(row[0] for row in rows if row[at]) for at in range(1, 5)))


def first_to_see(uow: UnitOfWork, scope: Scope, number: int = 6) -> list[Standing]:
    """Those to look at first: overdue, not given by the head, too short or silent about a signal, then the ones due soonest."""
    wanted = select(Standing).join(Standing.enterprise).where(scope.clause(uow))
    return _some(uow, wanted.where(or_(met("not_lectured", scope.day), met("unanswered", scope.day))), scope, number)


def _some(uow: UnitOfWork, wanted: Select[Any], scope: Scope, limit: int, offset: int = 0) -> list[Standing]:
    """Put in order by what that takes, so that only those that are shown are read whole."""
    order = _order(scope)
    ids = uow.session.scalars(wanted.with_only_columns(Standing.id).order_by(*order).limit(limit).offset(offset)).all()
    whole = select(Standing).join(Standing.enterprise).where(Standing.id.in_(ids)).options(contains_eager(Standing.enterprise))
    found = {line.id: line for line in uow.session.scalars(whole)}
    return [found[each] for each in ids]


def _select(uow: UnitOfWork, scope: Scope, metric: str, name: str) -> Select[Any]:
    wanted = select(Standing).join(Standing.enterprise).where(scope.clause(uow), met(metric, scope.day))
    return wanted.where(Enterprise.name.contains(name, autoescape=True)) if name else wanted


def _order(scope: Scope) -> tuple[Any, ...]:
    return _pressing(scope), Standing.due_on, Enterprise.name, Standing.id


def _pressing(scope: Scope) -> ColumnElement[int]:
    return case(
        (met("overdue", scope.day), 0),
        (met("not_head", scope.day), 1),
        (met("too_short", scope.day), 2),
        (and_(Standing.state.in_(LECTURED), met("unanswered", scope.day)), 2),  # of the others it is not even looked up
        (Standing.state.not_in(LECTURED), 3),
        (Standing.state == StandingState.LECTURED, 4),
        else_=5,
    )
