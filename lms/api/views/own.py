"""Who a token speaks for."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.access.actor import Actor
from lms.access.models import Role
from lms.api.operations import operation
from lms.core.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role over an enterprise or a jurisdiction; person_id: oneself on its roster."""

    role: Role
    enterprise_id: UUID | None
    jurisdiction_id: UUID | None
    person_id: UUID | None


@dataclass(frozen=True, slots=True)
class Me:
    name: str
    roles: tuple[RoleHeld, ...]


@operation("GET", "/me", "home", _l("这个令牌代表谁"), answer=Me)
def me(uow: UnitOfWork) -> Me:
    actor: Actor = uow.actor
    held = (RoleHeld(one.role, one.enterprise_id, one.jurisdiction_id, one.person_id) for one in actor.held)
    return Me(actor.name, tuple(held))
