"""Completion, hours, certificates."""

from lms.credentials.service.ending import NotInForce, revoke, supersede
from lms.credentials.service.issuing import Draft, Unprintable, draft, note_problem, record, serial_of
from lms.credentials.service.settling import settle, void

__all__ = [
    "Draft",
    "NotInForce",
    "Unprintable",
    "draft",
    "note_problem",
    "record",
    "revoke",
    "serial_of",
    "settle",
    "supersede",
    "void",
]
