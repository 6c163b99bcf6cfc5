"""The keys that platforms know us by: made, published, renewed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from lms.core.uow import UnitOfWork
from lms.integrations.lti import tokens
from lms.integrations.lti.models import LtiKey
from lms.integrations.lti.rules import keys as rules


def published(uow: UnitOfWork) -> dict[str, Any]:
    """All public keys that may have signed something lately, or will soon, as a JWK set."""
    return {"keys": [tokens.public_jwk(key.sealed_pem, key.kid) for key in _all(uow)]}


def signing_key(uow: UnitOfWork) -> LtiKey:
    """The key that signs now."""
    known = _all(uow)
    return known[rules.signing([key.created_at for key in known], uow.now)]


def keep_current(uow: UnitOfWork) -> None:
    """Make a key where there is none, or none that is young enough, and forget what is no longer needed."""
    known = _all(uow)
    made = [key.created_at for key in known]
    if rules.needs_another(made, uow.now):
        _make(uow)
    for key in known[: rules.outlived(made, uow.now)]:
        uow.session.delete(key)


def replace_all(uow: UnitOfWork) -> str:
    """Trust no earlier key any more, from now on: one may be in wrong hands. Returns the id of the new one."""
    for key in _all(uow):
        uow.session.delete(key)
    uow.session.flush()
    return _make(uow).kid


def are_current(uow: UnitOfWork) -> bool:
    """Whether nothing is to be made or forgotten."""
    made = [key.created_at for key in _all(uow)]
    return not rules.needs_another(made, uow.now) and not rules.outlived(made, uow.now)


def _make(uow: UnitOfWork) -> LtiKey:
    pem, kid = tokens.new_key()
    key = LtiKey(kid=kid, sealed_pem=pem, created_at=uow.now)
    uow.session.add(key)
    uow.session.flush()
    return key


def _all(uow: UnitOfWork) -> list[LtiKey]:
    return list(uow.session.scalars(select(LtiKey).order_by(LtiKey.created_at, LtiKey.id)))
