"""The enterprises behind a number."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import contains_eager

from lms.compliance.models import Standing, StandingState
from lms.compliance.queries.scope import METRICS, Scope
from lms.compliance.rules import LECTURED
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise


def listed(uow: UnitOfWork, scope: Scope, metric: str, name: str = "") -> list[Standing]:
    """All enterprises of a metric in a scope, the most pressing first; `name` narrows it to names that contain it."""
    return list(uow.session.scalars(_ordered(_select(uow, scope, metric, name), scope)))


def page(uow: UnitOfWork, scope: Scope, metric: str, number: int = 1, name: str = "") -> Page[Standing]:
    """One page of `listed`."""
    wanted = _select(uow, scope, metric, name)
    total = uow.session.scalar(wanted.with_only_columns(func.count(Standing.id))) or 0
    ordered = _ordered(wanted, scope)
    return paged(total, number, lambda limit, offset: uow.session.scalars(ordered.limit(limit).offset(offset)))


def first_to_see(uow: UnitOfWork, scope: Scope, number: int = 6) -> list[Standing]:
    """Those to look at first: overdue, not given by the head, too short, then the ones due soonest."""
    return list(uow.session.scalars(_ordered(_select(uow, scope, "not_lectured", ""), scope).limit(number)))


def _select(uow: UnitOfWork, scope: Scope, metric: str, name: str) -> Select[Any]:
    wanted = select(Standing).join(Standing.enterprise).where(scope.clause(uow), METRICS[metric](scope.day))
    return wanted.where(Enterprise.name.contains(name, autoescape=True)) if name else wanted


def _ordered(wanted: Select[Any], scope: Scope) -> Select[Any]:
    return wanted.options(contains_eager(Standing.enterprise)).order_by(
        _pressing(scope), Standing.due_on, Enterprise.name, Standing.id
    )


def _pressing(scope: Scope) -> ColumnElement[int]:
    return case(
        (METRICS["overdue"](scope.day), 0),
        (METRICS["not_head"](scope.day), 1),
        (METRICS["too_short"](scope.day), 2),
        (Standing.state.not_in(LECTURED), 3),
        (Standing.state == StandingState.LECTURED, 4),
        else_=5,
    )
