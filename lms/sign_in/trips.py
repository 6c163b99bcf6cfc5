"""What a browser carries while its owner signs in elsewhere, in our signed cookie: only this browser can come back with it."""

from __future__ import annotations

import hmac
import secrets
import time
from typing import Any
from uuid import UUID

from flask import session

from lms.sign_in.ways import Outsider, Trip

OUT, TYING = "out", "tying"
MOST, SECONDS = 3, 600  # trips at once: tabs; how long one may take


def begin(way_id: UUID, back_to: str, *, inside: bool, target: str | None, tying: str | None) -> Trip:
    """A new trip. target: where to go afterwards. tying: the key of who wants to tie the account instead of signing in."""
    trip = Trip(back_to, secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), inside)
    kept = {
        "way": way_id.hex, "nonce": trip.nonce, "verifier": trip.verifier, "back": back_to, "target": target, "tying": tying,
        "at": int(time.time()),
    }  # fmt: skip
    others = sorted(session.get(OUT, {}).items(), key=lambda item: item[1]["at"])[-(MOST - 1) :]
    session[OUT] = dict([*others, (trip.state, kept)])
    return trip


def end(way_id: UUID, state: str) -> tuple[Trip, str | None, str | None] | None:
    """The trip that ends with this state, its target and who is tying, once; None for any other state, or a late one."""
    out = dict(session.get(OUT, {}))
    known = next((one for one in out if hmac.compare_digest(one.encode(), state.encode())), None)
    if known is None:
        return None
    kept = out.pop(known)
    session[OUT] = out
    if kept["way"] != way_id.hex or time.time() - kept["at"] > SECONDS:
        return None
    return Trip(kept["back"], known, kept["nonce"], kept["verifier"]), kept["target"], kept["tying"]


def keep_for_tying(key: str, way_id: UUID, outsider: Outsider) -> None:
    """Who came back, until the owner of the account here, whose key it is, has said yes."""
    session[TYING] = {"key": key, "way": way_id.hex, "subject": outsider.subject, "name": outsider.name, "at": int(time.time())}


def waits_for_tying(key: str) -> tuple[UUID, Outsider] | None:
    """The way, and who came back on it, for the owner of this key; another one at the same browser is not asked."""
    kept: dict[str, Any] = session.get(TYING) or {}
    if not kept or kept["key"] != key or time.time() - kept["at"] > SECONDS:
        return None
    return UUID(kept["way"]), Outsider(kept["subject"], kept["name"])


def tied() -> None:
    """The account on the way to being tied has been: do not ask again."""
    session.pop(TYING, None)
