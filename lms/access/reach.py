"""A policy is a where-clause: what a person may open is what they may list."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select, true

from lms.access.actor import Actor, Held
from lms.access.grants import GRANTS
from lms.access.models import Role
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork


class Covered(Protocol):
    """A model that can say which of its rows a role with a scope covers, on whatever day it is asked."""

    id: Any

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]: ...


M = TypeVar("M", bound=Covered)


def may_at_all(actor: Actor, verb: str) -> bool:
    """Whether the actor has a role for this verb, over anything."""
    return actor.holds(Role.SYSTEM, *GRANTS[verb])


def reach(uow: UnitOfWork, model: type[Covered]) -> ColumnElement[bool]:
    """The rows of `model` on which uow.actor may do uow.verb, as a where-clause. No grant, no row."""
    return reach_by(uow, lambda held: _covered(model, held))


def reach_by(uow: UnitOfWork, covers: Callable[[Held], ColumnElement[bool]]) -> ColumnElement[bool]:
    """The same, where a role covers other rows than the model says of today: those of a day that is over."""
    actor: Actor = uow.actor
    if actor.holds(Role.SYSTEM):
        return true()
    roles = GRANTS[uow.verb]
    return or_(false(), *(covers(held) for held in actor.held if held.role in roles))


@lru_cache(maxsize=100)  # a page of a bureau asks it eight times, and saying it takes longer than looking it up
def _covered(model: type[Covered], held: Held) -> ColumnElement[bool]:
    return model.covered_by(held)


def find(uow: UnitOfWork, model: type[M], row_id: UUID) -> M:
    """One row within reach; raises NotFound for a foreign id exactly as for one that does not exist."""
    row = uow.session.scalar(select(model).where(model.id == row_id, reach(uow, model)))
    if row is None:
        raise NotFound
    return row


def reached(uow: UnitOfWork, model: type[Covered], ids: Collection[UUID]) -> set[UUID]:
    """Those of these rows that can be opened today: a list of a day that is over may name others as well."""
    return set(uow.session.scalars(select(model.id).where(model.id.in_(ids), reach(uow, model)))) if ids else set()


def own_enterprise(uow: UnitOfWork) -> UUID:
    """The enterprise whose trainer is acting. Raises NotFound."""
    actor: Actor = uow.actor
    held = actor.held_as(Role.TRAINER)
    if held is None or held.enterprise_id is None:
        raise NotFound
    return held.enterprise_id


def holds_over(uow: UnitOfWork, row: Covered, role: Role) -> bool:
    """Whether whoever acts has this role over this very row: somebody may be an officer elsewhere and a trainer here."""
    model, actor = type(row), uow.actor
    covered = or_(false(), *(model.covered_by(held) for held in actor.held if held.role is role))
    return uow.session.scalar(select(model.id).where(model.id == row.id, covered)) is not None
