"""Scans, what becomes of them, and the presence that follows."""

from __future__ import annotations

from lms.attendance.service.chain import enter_chain
from lms.attendance.service.claims import (
    CLAIM_LIFE,
    ClaimTooLate,
    NotOnList,
    NotThisPhone,
    SomebodyElsesScan,
    claim,
    come_as_extra,
    own_scan,
    register_scan,
)
from lms.attendance.service.codes import (
    CodeExpired,
    CodeForged,
    CodeUnclear,
    CodeWrong,
    NotOpen,
    find_by_spoken_code,
    find_by_token,
    secret_of,
)
from lms.attendance.service.presence import confirm_identity, enter, excuse, record, recount, rewrite, settle

__all__ = [
    "CLAIM_LIFE",
    "ClaimTooLate",
    "CodeExpired",
    "CodeForged",
    "CodeUnclear",
    "CodeWrong",
    "NotOnList",
    "NotOpen",
    "NotThisPhone",
    "SomebodyElsesScan",
    "claim",
    "come_as_extra",
    "confirm_identity",
    "enter",
    "enter_chain",
    "excuse",
    "find_by_spoken_code",
    "find_by_token",
    "own_scan",
    "record",
    "recount",
    "register_scan",
    "rewrite",
    "secret_of",
    "settle",
]
