"""What a browser carries between two of our pages where no cookie may be: signed by us, kept by nobody."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lms.core.signatures import with_mac, without_mac

STATE_LIFE = timedelta(minutes=10)  # from the start of a launch until the platform sends the browser back
ASK_LIFE = timedelta(minutes=30)  # for a form to be filled in
REGISTER_LIFE = timedelta(days=1)  # for the administrator of a platform to paste an address
TAB_LIFE = timedelta(minutes=5)  # for a tap on "open in a new window"


def sign(key: bytes, kind: str, said: Mapping[str, Any], until: datetime) -> str:
    """Text for a form or an address. key: 32 bytes. kind: a ticket of one kind is none of another. until: aware."""
    body = json.dumps({**said, "kind": kind, "until": until.timestamp()}, separators=(",", ":"), ensure_ascii=False).encode()
    return with_mac(key, body)


def read(key: bytes, kind: str, text: str, now: datetime) -> dict[str, Any] | None:
    """What a ticket of this kind says; None for any other text, and for one whose time is over."""
    body = without_mac(key, text)
    if body is None:
        return None
    said: dict[str, Any] = json.loads(body)
    return said if said["kind"] == kind and said["until"] > now.timestamp() else None


def secret() -> str:
    """What only this browser knows, or a number used once."""
    return secrets.token_urlsafe(24)


def digest(text: str) -> str:
    """64 hex digits that say nothing of the text."""
    return hashlib.sha256(text.encode()).hexdigest()


def is_bound(said: Mapping[str, Any], kept: str | None) -> bool:
    """Whether this browser is the one that began: it knows the secret whose digest is in the state."""
    return bool(kept) and hmac.compare_digest(digest(str(kept)), str(said["digest"]))
