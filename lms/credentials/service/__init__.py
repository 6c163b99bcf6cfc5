"""Completion, hours, certificates."""

from lms.credentials.service.cycles import open_cycles
from lms.credentials.service.ending import (
    AlreadyProposed,
    NotInForce,
    NotProposed,
    SameProposer,
    confirm_revocation,
    drop_revocation,
    propose_revocation,
    revoke,
    supersede,
)
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
    "AlreadyProposed",
    "Draft",
    "Entered",
    "NotADraft",
    "NotAScan",
    "NotInForce",
    "NotProposed",
    "SamePerson",
    "SameProposer",
    "Unprintable",
    "accept_training",
    "confirm_revocation",
    "draft",
    "drop_revocation",
    "enter_training",
    "foresee",
    "gather",
    "leave_out",
    "note_problem",
    "open_cycles",
    "propose_revocation",
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
