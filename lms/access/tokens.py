"""Keys for machines: a token acts as the user it belongs to, in one of their roles or all of them, reading or also writing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.models import ApiToken, Role
from lms.access.reach import reach
from lms.access.service import load_actor
from lms.core.crypto import hash_of
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork

PREFIX = "anke_"  # so that scanners for leaked secrets know one when they see it
DAYS = 90
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who came with a token: the actor with the roles it lends, and whether it may change anything. name: what it is for."""

    token_id: UUID
    name: str
    actor: Actor
    writes: bool


def create(
    uow: UnitOfWork, owner: Actor, name: str, *, days: int = DAYS, role: Role | None = None, writes: bool = False
) -> tuple[ApiToken, str]:
    """A new token of `owner` and its text, which is kept nowhere: only its SHA-256 is, and 256 random bits need no salt.

    days: until it expires, from 1 to MOST_DAYS. role: the one role it lends; None: all of the owner's. Raises NotFound for
    somebody without an account, or without that role.
    """
    if owner.user_id is None or (role is not None and not owner.holds(role)):
        raise NotFound
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user_id=owner.user_id, name=name, token_hash=hash_of(text), tail=text[-4:], role=role, writes=writes,
        created_at=uow.now, expires_at=uow.now + timedelta(days=days),
    )  # fmt: skip
    uow.session.add(token)
    uow.session.flush()
    return token, text


def bearer(uow: UnitOfWork, text: str) -> Bearer | None:
    """Whoever this token speaks for today; None when it is unknown, expired or revoked, or its owner is gone."""
    token = uow.session.scalar(
        select(ApiToken).where(ApiToken.token_hash == hash_of(text), ApiToken.revoked_at.is_(None), ApiToken.expires_at > uow.now)
    )
    actor = load_actor(uow, f"user:{token.user_id}") if token else None
    if token is None or actor is None:
        return None
    lent = tuple(held for held in actor.held if token.role in (None, held.role))
    return Bearer(token.id, token.name, replace(actor, held=lent), token.writes)


def own(uow: UnitOfWork) -> list[ApiToken]:
    """The tokens of whoever acts, the newest first."""
    return list(uow.session.scalars(select(ApiToken).where(reach(uow, ApiToken)).order_by(ApiToken.id.desc())))


def revoke(uow: UnitOfWork, token: ApiToken) -> None:
    """From here on it opens nothing; a second time changes nothing."""
    token.revoked_at = token.revoked_at or uow.now
