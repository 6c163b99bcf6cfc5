"""Signing in: passwords, and who somebody is once inside."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from lms.access.actor import Actor, Held
from lms.access.events import OfficerNamed
from lms.access.models import Membership, PersonalDataView, Role, User
from lms.core.settings import settings
from lms.core.uow import UnitOfWork

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
WRONG_LENGTH = _l("密码要 %(least)s 到 %(most)s 个字符", least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD)
_hasher = PasswordHasher()
log = logging.getLogger(__name__)
_DECOY = _hasher.hash("nobody has this password")
Loader = Callable[[UnitOfWork, UUID], Actor | None]
_loaders: dict[str, Loader] = {}


def loads(kind: str) -> Callable[[Loader], Loader]:
    """Register who turns the session key "<kind>:<uuid>" into an actor."""

    def register(loader: Loader) -> Loader:
        _loaders[kind] = loader
        return loader

    return register


def load_actor(uow: UnitOfWork, key: str) -> Actor | None:
    """The actor behind a session key, with what they hold today; None when there is nobody any more."""
    kind, _, row_id = key.partition(":")
    try:
        return _loaders[kind](uow, UUID(row_id))
    except (KeyError, ValueError):
        return None


def hands_of(uow: UnitOfWork) -> frozenset[str]:
    """The keys of every account of whoever acts: this one, others of the same person, the person's own phone.

    Who was the first of two cannot be the second under another of these.
    """
    return frozenset({uow.actor.key}) | keys_of(uow, {held.person_id for held in uow.actor.held if held.person_id})


def usernames_of(uow: UnitOfWork, person_id: UUID) -> list[str]:
    """The names by which a person signs in, of every account they ever had."""
    theirs = select(User.username).join(Membership, Membership.user_id == User.id)
    return list(uow.session.scalars(theirs.where(Membership.person_id == person_id).distinct()))


def keys_of(uow: UnitOfWork, person_ids: Collection[UUID]) -> frozenset[str]:
    """The keys under which these people act: their phones, and every account they ever had."""
    theirs = select(Membership.user_id).where(Membership.person_id.in_(person_ids))
    users = set(uow.session.scalars(theirs)) if person_ids else set()
    return frozenset({*(f"person:{one}" for one in person_ids), *(f"user:{one}" for one in users)})


@loads("user")
def _load_user(uow: UnitOfWork, user_id: UUID) -> Actor | None:
    user = uow.session.scalar(select(User).where(User.id == user_id).options(selectinload(User.memberships)))
    # A cookie from a demo must not outlive it where the same data goes into production.
    return None if user is None or (user.is_demo and not settings().demo) else actor_of(uow, user)


def actor_of(uow: UnitOfWork, user: User) -> Actor:
    """A user as an actor, with the memberships that run today."""
    held = tuple(
        Held(m.role, m.enterprise_id, m.jurisdiction_id, m.person_id, user.id) for m in user.memberships if m.runs(uow.today)
    )
    return Actor(key=f"user:{user.id}", name=user.name, held=held, user_id=user.id, password_at=user.password_changed_at)


def check_password(uow: UnitOfWork, username: str, password: str, *, demo: bool) -> Actor | None:
    """The actor whose password this is, else None. Takes as long for a name that does not exist as for one that does.

    demo: whether accounts with publicly known passwords may sign in at all.
    """
    user = uow.session.scalar(select(User).where(User.username == username.strip()).options(selectinload(User.memberships)))
    if not is_secret(user.password_hash if user else None, password) or user is None:
        return None
    if user.is_demo and not demo:
        return None
    return actor_of(uow, user)


def hash_of(secret: str) -> str:
    """What is kept of a password or a PIN."""
    return _hasher.hash(secret)


def is_secret(kept: str | None, typed: str) -> bool:
    """Whether this was typed. kept: None where there is none; that takes as long."""
    try:
        _hasher.verify(kept or _DECOY, typed)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def add_user(
    uow: UnitOfWork,
    *,
    username: str,
    name: str,
    password: str,
    role: Role,
    enterprise_id: UUID | None = None,
    jurisdiction_id: UUID | None = None,
    person_id: UUID | None = None,
    is_demo: bool = False,
) -> User:
    """A new account with one membership that starts today. Says OfficerNamed."""
    if jurisdiction_id is not None:
        uow.say(OfficerNamed(name, jurisdiction_id))
    user = User(username=username, name=name, password_hash=hash_of(password), is_demo=is_demo, created_at=uow.now)
    user.memberships.append(
        Membership(
            role=role, enterprise_id=enterprise_id, jurisdiction_id=jurisdiction_id, person_id=person_id, starts_on=uow.today
        )
    )
    uow.session.add(user)
    uow.session.flush()
    return user


def rename(uow: UnitOfWork, user: User, name: str) -> None:
    """What an account is called from now on; what it signed keeps the name of then. Says OfficerNamed."""
    for held in user.memberships:
        if held.jurisdiction_id is not None and held.lasts(uow.today):
            uow.say(OfficerNamed(name, held.jurisdiction_id, user.id))
    user.name = name
    uow.session.flush()
    log.info("account renamed", extra={"account": f"user:{user.id}", "actor": uow.actor.key})


def end(uow: UnitOfWork, user: User) -> None:
    """Whoever has left opens nothing any more: yesterday was the last day of all they held. What they did stays."""
    for held in user.memberships:
        if held.lasts(uow.today):
            held.ends_on = uow.today - timedelta(days=1)
    uow.session.flush()
    log.info("account ended", extra={"account": f"user:{user.id}", "actor": uow.actor.key})


def set_password(uow: UnitOfWork, user: User, password: str) -> datetime:
    """Another password in place of the one before; everywhere the account was signed in it is out. Since when it holds."""
    user.password_hash, user.password_changed_at = hash_of(password), uow.now
    log.info("password changed", extra={"account": f"user:{user.id}", "actor": uow.actor.key})
    return uow.now


def log_view(uow: UnitOfWork, *, enterprise_id: UUID, person_id: UUID, field: str) -> None:
    """Write down that somebody opened a full phone or ID number."""
    actor: Actor = uow.actor
    uow.session.add(
        PersonalDataView(
            enterprise_id=enterprise_id,
            person_id=person_id,
            user_id=actor.user_id,
            viewer=actor.name,
            field=field,
            viewed_at=uow.now,
        )
    )
