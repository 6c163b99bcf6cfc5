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
from lms.attendance.service.sheets import AnotherSheet, Keyed, NobodyListed, key_in, make_sheet, note_reading, printed, take_photo

__all__ = [
    "CLAIM_LIFE",
    "AnotherSheet",
    "ClaimTooLate",
    "CodeExpired",
    "CodeForged",
    "CodeUnclear",
    "CodeWrong",
    "Keyed",
    "NobodyListed",
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
    "key_in",
    "make_sheet",
    "note_reading",
    "own_scan",
    "printed",
    "record",
    "recount",
    "register_scan",
    "rewrite",
    "secret_of",
    "settle",
    "take_photo",
]
