"""Scans, attendance events and what follows from them."""

from lms.attendance.models.correction import Correction, HandMark, counts
from lms.attendance.models.dispute import Dispute
from lms.attendance.models.event import LIVE_WITHIN, OUT_FOR_ALL, AttendanceEvent, Scan
from lms.attendance.models.flag import FlagResolution, RefusedClaim
from lms.attendance.models.held import HeldMark, Why
from lms.attendance.models.mark import KnownBy, Mark, Method, Trust
from lms.attendance.models.presence import Presence, PresenceStatus
from lms.attendance.models.recheck import Recheck, RecheckAsk
from lms.attendance.models.sheet import SheetImage, SheetPhoto, SignSheet
from lms.attendance.models.station import Signature, Station, StationKind
from lms.attendance.models.visitor import Visitor

__all__ = [
    "LIVE_WITHIN",
    "OUT_FOR_ALL",
    "AttendanceEvent",
    "Correction",
    "Dispute",
    "FlagResolution",
    "HandMark",
    "HeldMark",
    "KnownBy",
    "Mark",
    "Method",
    "Presence",
    "PresenceStatus",
    "Recheck",
    "RecheckAsk",
    "RefusedClaim",
    "Scan",
    "SheetImage",
    "SheetPhoto",
    "SignSheet",
    "Signature",
    "Station",
    "StationKind",
    "Trust",
    "Visitor",
    "Why",
    "counts",
]
