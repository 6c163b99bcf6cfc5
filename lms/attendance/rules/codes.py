"""The code on the projector: stateless, bound to one sitting, judged by the server's clock alone."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

STEP_SECONDS = 15
LAPSED_STEPS = 240  # an hour: how far back an old code is still told from a forged one, for a mark that a trainer may let count
SITTING_BYTES = 16
MAC_BYTES = 10  # 80 bits, guessed at the speed of HTTP within 30 seconds
TOKEN_BYTES = SITTING_BYTES + 1 + MAC_BYTES  # 27 bytes are 36 characters, without padding
SCREENS = range(1, 64)  # six bits; the two above tell the mark
MARKS = ("in", "recheck", "out")


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a token says of itself; nothing of it is believed before accepted_step."""

    sitting_id: UUID
    mark: str
    screen: int
    mac: bytes


def step_of(now: datetime) -> int:
    """Number of the 15-second step since the epoch, by the server's clock."""
    return int(now.timestamp()) // STEP_SECONDS


def seconds_left(now: datetime) -> float:
    """Seconds until the next step, above 0 and at most 15."""
    return STEP_SECONDS - now.timestamp() % STEP_SECONDS


def sitting_secret(key: bytes, sitting_id: UUID) -> bytes:
    """32 bytes for one sitting, never sent to a client. key: 32 bytes of the installation. Raises ValueError for a short key."""
    if len(key) < 32:
        raise ValueError("the key must have 32 bytes")
    return hmac.new(key, sitting_id.bytes, hashlib.sha256).digest()


def token(secret: bytes, sitting_id: UUID, mark: str, step: int, screen: int) -> str:
    """What the QR code carries during one step: 36 characters of base64url. It is judged without asking a database.

    mark: one of MARKS. screen: one of SCREENS, so that two projectors in one hall show different codes.
    """
    head = sitting_id.bytes + bytes([MARKS.index(mark) << 6 | screen])
    return base64.urlsafe_b64encode(head + _mac(secret, mark, step, screen)).decode()


def read_token(text: str) -> Claimed | None:
    """The parts of a token, or None when it is none."""
    try:
        raw = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return None
    if len(raw) != TOKEN_BYTES:
        return None
    mark, screen = divmod(raw[SITTING_BYTES], 64)
    if mark >= len(MARKS) or screen not in SCREENS:
        return None
    return Claimed(UUID(bytes=raw[:SITTING_BYTES]), MARKS[mark], screen, raw[SITTING_BYTES + 1 :])


def accepted_step(secret: bytes, claimed: Claimed, now: datetime) -> int | None:
    """The step a token was made in when that is the running one or a neighbour, else None.

    The one before: somebody was scanning when it changed, so a token is worth at most 30 s. The one after: another
    server of ours whose clock is a little ahead.
    """
    current = step_of(now)
    return _matching(secret, claimed, (current, current - 1, current + 1))


def lapsed_step(secret: bytes, claimed: Claimed, now: datetime) -> int | None:
    """The step of a token that was true within the last hour. It checks nobody in by itself: a trainer may let it count."""
    current = step_of(now)
    return _matching(secret, claimed, range(current - 2, current - LAPSED_STEPS, -1))


def spoken_code(secret: bytes, mark: str, step: int) -> str:
    """The six digits shown beside the QR code during one step, the same on every screen of a sitting.

    Source: RFC 4226 §5.3 (truncation), RFC 6238 §4 (time steps), with SHA-256.
    """
    digest = hmac.new(secret, b"spoken|" + mark.encode() + struct.pack(">Q", step), hashlib.sha256).digest()
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def spoken_step(secret: bytes, digits: str, mark: str, now: datetime) -> int | None:
    """The step these six digits belong to, by the same window as a token, else None."""
    current = step_of(now)
    found = None
    for step in (current, current - 1, current + 1):
        if hmac.compare_digest(spoken_code(secret, mark, step), digits):
            found = step if found is None else found
    return found


def _mac(secret: bytes, mark: str, step: int, screen: int) -> bytes:
    message = b"scan|" + mark.encode() + struct.pack(">QB", step, screen)
    return hmac.new(secret, message, hashlib.sha256).digest()[:MAC_BYTES]


def _matching(secret: bytes, claimed: Claimed, steps: tuple[int, ...] | range) -> int | None:
    """The first matching step; every step is tried, in constant time each."""
    found = None
    for step in steps:
        if hmac.compare_digest(_mac(secret, claimed.mark, step, claimed.screen), claimed.mac):
            found = step if found is None else found
    return found
