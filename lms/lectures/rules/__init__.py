"""Pure rules of lectures: what may happen to one, and which files may be shown in it."""

from lms.lectures.rules.cascade import count_passed, passed_on
from lms.lectures.rules.clashes import Clash, Other, clashes, very_long
from lms.lectures.rules.lecturer import (
    IN_THE_ROOM,
    ORDER,
    STILL_BEGINS,
    TRUST,
    WITNESS_WORDS,
    NotBegun,
    NotTheLecturer,
    Proof,
    proof,
)
from lms.lectures.rules.materials import (
    DOCX,
    ENDINGS,
    IMAGES,
    LARGEST_MB,
    MAX_MB,
    MAX_PARTS,
    MP4,
    PAGED,
    PDF,
    PPTX,
    Judged,
    MaterialTooBig,
    NotAMaterial,
    NotReadableHere,
    Packed,
    WithMacros,
    check_size,
    judge_material,
    tidy_name,
)
from lms.lectures.rules.photos import (
    ALIKE,
    EXPLANATIONS,
    TIMES,
    UNKNOWN_EXPLANATION,
    WANTED_PHOTOS,
    NoPhotosYet,
    NotAPhoto,
    capture_time,
    odd_time,
    unlike,
)
from lms.lectures.rules.plans import NO_DEPARTMENT, Audience, Slot
from lms.lectures.rules.repeats import MONTHLY, MOST, WEEKLY, again
from lms.lectures.rules.steps import (
    CHANGEABLE,
    LONGEST,
    SITTING_WORDS,
    STATE_KINDS,
    STATE_WORDS,
    STEPS,
    NotAsHeld,
    NothingHeld,
    PartlyHeld,
    StillOpen,
    WrongSitting,
    WrongState,
    check_cancels,
    check_changeable,
    check_finishes,
    check_held,
    check_open,
    check_sitting,
    check_step,
    end_offered,
    sitting_state,
)
from lms.lectures.rules.theme_plan import (
    DONE,
    LATE,
    LATER,
    OVERDUE,
    PLANNED,
    TO_PLAN,
    WAIVED,
    Given,
    ThemeLine,
    theme_lines,
)

__all__ = [
    "ALIKE", "CHANGEABLE", "DOCX", "DONE", "ENDINGS", "EXPLANATIONS", "IMAGES", "IN_THE_ROOM", "LARGEST_MB", "LATE", "LATER",
    "LONGEST", "MAX_MB", "MAX_PARTS", "MONTHLY", "MOST", "MP4", "NO_DEPARTMENT", "ORDER", "OVERDUE", "PAGED", "PDF",
    "PLANNED", "PPTX", "SITTING_WORDS", "STATE_KINDS", "STATE_WORDS", "STEPS", "STILL_BEGINS", "TIMES", "TO_PLAN", "TRUST",
    "UNKNOWN_EXPLANATION", "WAIVED", "WANTED_PHOTOS", "WEEKLY", "WITNESS_WORDS", "Audience", "Clash", "Given", "Judged",
    "MaterialTooBig", "NoPhotosYet", "NotAMaterial", "NotAPhoto", "NotAsHeld", "NotBegun", "NotReadableHere",
    "NotTheLecturer", "NothingHeld", "Other", "Packed", "PartlyHeld", "Proof", "Slot", "StillOpen", "ThemeLine",
    "WithMacros", "WrongSitting", "WrongState", "again", "capture_time", "check_cancels", "check_changeable",
    "check_finishes", "check_held", "check_open", "check_sitting", "check_size", "check_step", "clashes", "count_passed",
    "end_offered", "judge_material", "odd_time", "passed_on", "proof", "sitting_state", "theme_lines",
    "tidy_name", "unlike", "very_long",
]  # fmt: skip
