"""What may be done with lectures and what is shown in them."""

from lms.lectures.service.library import adopt, own_item, publish_item, publish_version, renew, withdraw_item
from lms.lectures.service.materials import Stored, add_materials, remove_material
from lms.lectures.service.photos import add_photo, added_fact, explain_match, look_at_photos, withdraw_photo
from lms.lectures.service.planning import (
    MIN_PRESENCE,
    NO_DEPARTMENT_NAME,
    NobodyInvited,
    Plan,
    add_extra,
    cancel,
    close,
    excuse,
    invited,
    open_check_in,
    publish,
    quiz_plan,
    revise,
    schedule,
    start,
    sync_attendees,
)
from lms.lectures.service.readings import note_opened
from lms.lectures.service.renditions import render, render_waiting
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

__all__ = [
    "MIN_PRESENCE", "NO_DEPARTMENT_NAME", "MoreThanAnnounced", "NobodyInvited", "NothingAnnounced", "Plan", "Stored",
    "TooManyUploads", "WrongOffset", "abandon_upload", "add_extra", "add_materials", "add_photo", "added_fact", "adopt",
    "begin_upload", "cancel", "close", "excuse", "explain_match", "finish_uploads", "forget_uploads", "invited",
    "look_at_photos", "note_opened", "open_check_in", "own_item", "own_upload", "publish", "publish_item",
    "publish_version", "quiz_plan", "receive_piece", "remove_material", "render", "render_waiting", "renew", "revise",
    "schedule", "start", "stored_of", "sync_attendees", "uploads_of", "withdraw_item", "withdraw_photo",
]  # fmt: skip
