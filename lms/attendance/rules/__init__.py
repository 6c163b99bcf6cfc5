"""What a scan proves and what follows from it: pure rules."""

from __future__ import annotations

from lms.attendance.rules.arrivals import Window, happened_at, instant, is_signature, proves, why_held
from lms.attendance.rules.codes import (
    STEP_SECONDS,
    Claimed,
    accepted_step,
    lapsed_step,
    read_token,
    seconds_left,
    sitting_secret,
    spoken_code,
    spoken_step,
    step_of,
    token,
)
from lms.attendance.rules.presence import Derived, Mark, Span, counting, derive, minutes_present, weakest

__all__ = [
    "STEP_SECONDS",
    "Claimed",
    "Derived",
    "Mark",
    "Span",
    "Window",
    "accepted_step",
    "counting",
    "derive",
    "happened_at",
    "instant",
    "is_signature",
    "lapsed_step",
    "minutes_present",
    "proves",
    "read_token",
    "seconds_left",
    "sitting_secret",
    "spoken_code",
    "spoken_step",
    "step_of",
    "token",
    "weakest",
    "why_held",
]
