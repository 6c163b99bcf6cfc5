"""How somebody who has proven who they are gets in, and how long that is good for."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from flask import redirect, session
from flask.typing import ResponseReturnValue
from flask_login import login_user

from lms.access.actor import Actor
from lms.web.navigation import home_of
from lms.web.places import inside

OUTSIDE_SECONDS = 12 * 3600  # then the other side is asked again: whoever left there is out here by the next day
UNTIL = "until"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WaysElsewhere:
    """Asked of a floor above: whether there is any account elsewhere to sign in with."""


def enter(actor: Actor, *, by: str, target: str | None, outside: bool = False) -> ResponseReturnValue:
    """Sign the actor in and lead on. by: how they proved it, for the log. outside: by an account elsewhere."""
    session.pop(UNTIL, None)
    if outside:
        session[UNTIL] = int(time.time()) + OUTSIDE_SECONDS
    login_user(actor)
    log.info("sign-in", extra={"by": by, "actor": actor.key})
    return redirect(inside(target) or home_of(actor), 303)


def is_over() -> bool:
    """Whether this browser was let in for a time, and that has passed."""
    return bool(session.get(UNTIL, time.time() + 1) < time.time())
