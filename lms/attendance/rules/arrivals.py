"""A mark that a station sends, perhaps long after: when it happened, and whether it counts by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LEEWAY = timedelta(minutes=2)  # of a clock that was measured over a slow network
KEPT_FOR = timedelta(days=7)  # a queue that comes later is looked at by somebody
MOST_OFFSET = 400 * 24 * 3600 * 1000  # milliseconds: a clock that is further off is no clock
SIGNATURE_BYTES = 12 * 1024
_STROKES = re.compile(r"(?:M\d{1,3} \d{1,3}(?:l-?\d{1,3} -?\d{1,3})*)+")


@dataclass(frozen=True, slots=True)
class Window:
    """When marks of a sitting count. opened, closed: None while that has not happened.

    revoked: since when its station is not believed.
    """

    opened: datetime | None
    closed: datetime | None
    revoked: datetime | None = None


def happened_at(device_ms: int, offset_ms: int) -> datetime | None:
    """The server's time of something that happened at device_ms on a clock that was offset_ms behind the server's.

    Milliseconds since the epoch. None when that is no time at all.
    """
    if abs(offset_ms) > MOST_OFFSET:
        return None
    return instant(device_ms + offset_ms)


def instant(milliseconds: int) -> datetime | None:
    """Milliseconds since the epoch as an aware time between 2000 and 2100, else None."""
    if not 946_684_800_000 <= milliseconds <= 4_102_444_800_000:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def why_held(at: datetime, received: datetime, window: Window) -> str | None:
    """Why a mark does not count by itself (a value of Why), or None. A sitting that closed meanwhile changes nothing."""
    if window.revoked is not None:
        return "revoked"
    if at > received + LEEWAY:
        return "future"
    if window.opened is None or at < window.opened - LEEWAY:
        return "before"
    if window.closed is not None and at > window.closed + LEEWAY:
        return "after"
    if window.closed is not None and received > window.closed + KEPT_FOR:
        return "old"
    return None


def is_signature(path: str) -> bool:
    """Whether this is the path of a finger: moves and relative lines in whole numbers, at most 12 KB, and more than a dot."""
    return len(path) <= SIGNATURE_BYTES and path.count("l") > 3 and _STROKES.fullmatch(path) is not None


def proves(said: str, id_number: str | None, phone: str | None) -> bool | None:
    """Whether these are the last four of the ID number or of the phone; None when neither is known."""
    tails = [number[-4:].upper() for number in (id_number, phone) if number]
    return said.strip().upper() in tails if tails else None
