"""Completion, hours, certificates."""

from lms.credentials.service.cycles import open_cycles
from lms.credentials.service.ending import NotInForce, revoke, supersede
from lms.credentials.service.issuing import Draft, Unprintable, draft, note_problem, record, serial_of
from lms.credentials.service.makeups import NotADraft, gather, leave_out
from lms.credentials.service.settling import foresee, settle, void

__all__ = [
    "Draft",
    "NotADraft",
    "NotInForce",
    "Unprintable",
    "draft",
    "foresee",
    "gather",
    "leave_out",
    "note_problem",
    "open_cycles",
    "record",
    "revoke",
    "serial_of",
    "settle",
    "supersede",
    "void",
]
