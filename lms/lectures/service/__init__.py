"""What may be done with lectures and what is shown in them."""

from lms.lectures.rules import Audience, Slot
from lms.lectures.service.audience import NO_DEPARTMENT_NAME, NobodyInvited, add_extra, invited, sync_attendees
from lms.lectures.service.cascade import NothingToPassOn, TooLateToPassOn, require_follow_ups
from lms.lectures.service.holding import archive, cancel, close, finish, open_check_in, start, void
from lms.lectures.service.leave import (
    agree_to_leave,
    came_all_the_same,
    drop_leave,
    excuse,
    forget,
    stands_again,
    take_back_leave,
)
from lms.lectures.service.lecturer import confirm_lecturer, lecturers_of, next_step
from lms.lectures.service.library import adopt, own_item, publish_item, publish_version, renew, withdraw_item
from lms.lectures.service.materials import Stored, add_materials, remove_material
from lms.lectures.service.photos import add_photo, added_fact, explain_match, look_at_photos, withdraw_photo
from lms.lectures.service.planning import (
    MIN_PRESENCE,
    Plan,
    SittingPrepared,
    clashes,
    clashes_of_move,
    publish,
    put_off,
    quiz_plan,
    revise,
    schedule,
)
from lms.lectures.service.readings import note_opened
from lms.lectures.service.renditions import render, render_waiting
from lms.lectures.service.series import schedule_series
from lms.lectures.service.steps import hold
from lms.lectures.service.themes import restore_theme, waive_theme
from lms.lectures.service.unused import forget_renditions
from lms.lectures.service.uploads import (
    MoreThanAnnounced,
    NothingAnnounced,
    TooManyUploads,
    WrongOffset,
    abandon_upload,
    begin_upload,
    finish_uploads,
    forget_uploads,
    own_upload,
    receive_piece,
    stored_of,
    uploads_of,
)
from lms.lectures.service.voiding import (
    VoidAlreadyProposed,
    VoidNotProposed,
    VoidSamePerson,
    confirm_void,
    drop_void,
    propose_void,
)

__all__ = [
    "MIN_PRESENCE",
    "NO_DEPARTMENT_NAME",
    "Audience",
    "MoreThanAnnounced",
    "NobodyInvited",
    "NothingAnnounced",
    "NothingToPassOn",
    "Plan",
    "SittingPrepared",
    "Slot",
    "Stored",
    "TooLateToPassOn",
    "TooManyUploads",
    "VoidAlreadyProposed",
    "VoidNotProposed",
    "VoidSamePerson",
    "WrongOffset",
    "abandon_upload",
    "add_extra",
    "add_materials",
    "add_photo",
    "added_fact",
    "adopt",
    "agree_to_leave",
    "archive",
    "begin_upload",
    "came_all_the_same",
    "cancel",
    "clashes",
    "clashes_of_move",
    "close",
    "confirm_lecturer",
    "confirm_void",
    "drop_leave",
    "drop_void",
    "excuse",
    "explain_match",
    "finish",
    "finish_uploads",
    "forget",
    "forget_renditions",
    "forget_uploads",
    "hold",
    "invited",
    "lecturers_of",
    "look_at_photos",
    "next_step",
    "note_opened",
    "open_check_in",
    "own_item",
    "own_upload",
    "propose_void",
    "publish",
    "publish_item",
    "publish_version",
    "put_off",
    "quiz_plan",
    "receive_piece",
    "remove_material",
    "render",
    "render_waiting",
    "renew",
    "require_follow_ups",
    "restore_theme",
    "revise",
    "schedule",
    "schedule_series",
    "stands_again",
    "start",
    "stored_of",
    "sync_attendees",
    "take_back_leave",
    "uploads_of",
    "void",
    "waive_theme",
    "withdraw_item",
    "withdraw_photo",
]  # fmt: skip
