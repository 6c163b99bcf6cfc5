"""What is told to other systems, how it is signed, and when it is tried again.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, 1.0.0.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from lms.core import clock

LECTURE_NOTIFIED = "lecture.notified"
LECTURE_OPENED = "lecture.opened"
LECTURE_CLOSED = "lecture.closed"
LECTURE_CANCELLED = "lecture.cancelled"
LECTURE_VOIDED = "lecture.voided"
QUIZ_GRADED = "quiz.graded"
COMPLETION_DECIDED = "completion.decided"
CERTIFICATE_ISSUED = "certificate.issued"
CERTIFICATE_ENDED = "certificate.ended"
KINDS = (
    LECTURE_NOTIFIED, LECTURE_OPENED, LECTURE_CLOSED, LECTURE_CANCELLED, LECTURE_VOIDED, QUIZ_GRADED, COMPLETION_DECIDED,
    CERTIFICATE_ISSUED, CERTIFICATE_ENDED,
)  # fmt: skip
TRIAL = "trial"  # asked for on the page
SECRET_PREFIX = "whsec_"
GONE = 410
OVERLAP = timedelta(days=1)  # how long an earlier secret signs beside the new one
LONGEST_WAIT = timedelta(days=1)  # that an answer may ask for
# After each try in vain: three and a half days in all; nine and a third at most, where every answer asks to wait longer.
PAUSES = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=32),
)  # fmt: skip


def pause_after(tries: int) -> timedelta | None:
    """How long to wait after so many tries in vain, from 1; None: it is time to stop."""
    return PAUSES[tries - 1] if tries <= len(PAUSES) else None


def taken(status: int) -> bool:
    """Whether this answer means that the message has arrived."""
    return 200 <= status < 300


def told_to_wait(said: str | None, now: datetime) -> timedelta:
    """What an answer's Retry-After asks for, seconds or a date (RFC 9110, 10.2.3), a day at most; else nothing."""
    given = (said or "").strip()
    try:
        wait = timedelta(seconds=int(given)) if given.isdecimal() else parsedate_to_datetime(given) - now
    except (ValueError, TypeError, OverflowError):
        return timedelta()
    return min(max(wait, timedelta()), LONGEST_WAIT)


def secret_of(key: bytes) -> str:
    """A key, 24 to 64 random bytes, as it is shown."""
    return SECRET_PREFIX + base64.b64encode(key).decode()


def headers_of(message_id: UUID, body: str, secrets: Sequence[str], at: datetime) -> dict[str, str]:
    """The three headers of one try. A signature is HMAC-SHA256 over "id.timestamp.body", in base64 behind "v1,"; there is one by
    each secret, and a receiver takes either.

    message_id: the same however often it is tried. at: of this try, aware, so that a receiver can refuse old ones.
    """
    name, when = f"msg_{message_id.hex}", str(int(at.timestamp()))
    signed = " ".join(signature(name, when, body, secret) for secret in secrets)
    return {
        "webhook-id": name, "webhook-timestamp": when, "webhook-signature": signed, "Content-Type": "application/json",
    }  # fmt: skip


def signature(name: str, when: str, body: str, secret: str) -> str:
    """The signature of a message (Standard Webhooks): HMAC-SHA256 over name, time in seconds, and body. secret: whsec_…."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, f"{name}.{when}.{body}".encode(), hashlib.sha256)).decode()


def body_of(kind: str, at: datetime, data: Mapping[str, Any]) -> str:
    """What is sent: ids and values only, no name and no number of anybody. Who wants more asks the API, with its own rights."""
    told = {name: [str(one) for one in value] if isinstance(value, tuple) else value for name, value in data.items()}
    event = {"type": kind, "timestamp": clock.utc(at), "data": told}
    return json.dumps(event, ensure_ascii=False, default=str)


def is_address(url: str, *, plain_too: bool) -> bool:
    """Whether something can be sent there: https, or http as well where plain_too; without a name and password in it."""
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        return False
    schemes = ("https", "http") if plain_too else ("https",)
    return parts.scheme in schemes and bool(parts.hostname) and port_fits and "@" not in parts.netloc and url.isprintable()
