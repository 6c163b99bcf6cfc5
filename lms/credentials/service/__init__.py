"""Completion, hours, certificates."""

from lms.credentials.service.cycles import open_cycles
from lms.credentials.service.ending import NotInForce, revoke, supersede
from lms.credentials.service.issuing import Draft, Unprintable, draft, note_problem, record, serial_of
from lms.credentials.service.makeups import NotADraft, gather, leave_out
from lms.credentials.service.renewal import remind
from lms.credentials.service.settling import foresee, put_off, settle, take_up, void
from lms.credentials.service.trainings import (
    AlreadyChecked,
    Entered,
    NotAScan,
    SamePerson,
    accept_training,
    enter_training,
    refuse_training,
    void_training,
)

__all__ = [
    "AlreadyChecked",
    "Draft",
    "Entered",
    "NotADraft",
    "NotAScan",
    "NotInForce",
    "SamePerson",
    "Unprintable",
    "accept_training",
    "draft",
    "enter_training",
    "foresee",
    "gather",
    "leave_out",
    "note_problem",
    "open_cycles",
    "put_off",
    "record",
    "refuse_training",
    "remind",
    "revoke",
    "serial_of",
    "settle",
    "supersede",
    "take_up",
    "void",
    "void_training",
]
