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
from lms.credentials.service.forgetting import forget
from lms.credentials.service.issuing import Draft, Unprintable, draft, note_problem, record, serial_of
from lms.credentials.service.makeups import NotADraft, gather, leave_out
from lms.credentials.service.renewal import remind
from lms.credentials.service.settling import foresee, put_off, settle, take_up, void
from lms.credentials.service.templates import (
    NotAPicture,
    PictureGone,
    PictureTooBig,
    PictureTooSmall,
    check_design,
    keep_design,
    look_of,
    picture,
    publish,
    withdraw,
)
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
    "NotAPicture",
    "NotAScan",
    "NotInForce",
    "NotProposed",
    "PictureGone",
    "PictureTooBig",
    "PictureTooSmall",
    "SamePerson",
    "SameProposer",
    "Unprintable",
    "accept_training",
    "check_design",
    "confirm_revocation",
    "draft",
    "drop_revocation",
    "enter_training",
    "foresee",
    "forget",
    "gather",
    "keep_design",
    "leave_out",
    "look_of",
    "note_problem",
    "open_cycles",
    "picture",
    "propose_revocation",
    "publish",
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
    "withdraw",
]
