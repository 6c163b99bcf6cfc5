"""What may be done with lectures and what is shown in them."""

from lms.lectures.service.materials import Stored, add_materials, remove_material
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

__all__ = [
    "MIN_PRESENCE", "NO_DEPARTMENT_NAME", "NobodyInvited", "Plan", "Stored", "add_extra", "add_materials", "cancel", "close",
    "excuse", "invited", "open_check_in", "publish", "quiz_plan", "remove_material", "revise", "schedule", "start",
    "sync_attendees",
]  # fmt: skip
