"""How somebody who has proven who they are gets in, and how long that is good for."""

from __future__ import annotations

import logging
import time
from dataclasses import asdict, dataclass
from secrets import token_hex
from uuid import UUID

from flask import g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, user_logged_in

from lms.access import second
from lms.access.actor import Actor
from lms.access.door import PASSWORD, UNTIL, password_of
from lms.access.service import load_actor
from lms.core.crypto import keyring
from lms.core.errors import SignInNeeded
from lms.core.uow import UnitOfWork
from lms.web.navigation import home_of
from lms.web.places import inside

OUTSIDE_SECONDS = 12 * 3600  # then the other side is asked again: whoever left there is out here by the next day
HALF_SECONDS = 300  # to type the code of the second step
HALF = "half"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WaysElsewhere:
    """Asked of a floor above: whether there is any account elsewhere to sign in with."""


@dataclass(frozen=True, slots=True)
class Half:
    """Who has taken the first step. key: as of Actor; at: seconds since 1970. password: as password_of()."""

    key: str
    by: str
    target: str | None
    outside: bool
    at: int
    password: float | None = None

    @property
    def user_id(self) -> UUID:
        return UUID(self.key.partition(":")[2])


def enter(
    uow: UnitOfWork, actor: Actor, *, by: str, target: str | None, outside: bool = False, whole: bool = False
) -> ResponseReturnValue:
    """Sign the actor in and lead on, or ask for the second step. by: how they proved who they are, for the log. outside: by an
    account elsewhere. whole: by something that is both steps.
    """
    half = Half(actor.key, by, target, outside, int(time.time()), password_of(actor))
    if not whole and second.is_on(uow, actor.user_id):
        session[HALF] = asdict(half)
        return redirect(url_for("second.step"), 303)
    return _in(actor, half)


def address() -> str:
    """A fingerprint of where somebody types at a door."""
    return keyring().fingerprint(request.remote_addr or "")


def half_in() -> Half | None:
    """Whoever took the first step in this browser, and not long ago."""
    kept = session.get(HALF)
    half = Half(**kept) if kept else None
    return half if half and time.time() - half.at < HALF_SECONDS else None


def go_on(uow: UnitOfWork, half: Half) -> ResponseReturnValue:
    """The second step was taken. Raises SignInNeeded when there is no such account any more, or another password since."""
    actor = load_actor(uow, half.key)
    if actor is None or half.password != password_of(actor):
        raise SignInNeeded
    return _in(actor, half)


def _in(actor: Actor, half: Half) -> ResponseReturnValue:
    session.pop(HALF, None)
    login_user(actor)
    if half.outside:
        session[UNTIL] = int(time.time()) + OUTSIDE_SECONDS
    log.info("sign-in", extra={"by": half.by, "actor": actor.key})
    return redirect(inside(half.target) or home_of(actor), 303)


@user_logged_in.connect
def _for_good(_app: object, user: Actor, **__: object) -> None:
    """Whoever signs in, by whatever door, is not bound by how somebody was let in before, and no page that was opened before
    sends its form in their name.
    """
    session.pop(UNTIL, None)
    session["csrf_token"] = token_hex(20)  # made here: of two pages that come at once each would make its own
    g.pop("csrf_token", None)  # where this request made one already
    session[PASSWORD] = password_of(user)
