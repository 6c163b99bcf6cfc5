"""Pure rules of lectures: what may happen to one, and which files may be shown in it."""

from lms.lectures.rules.materials import (
    ACCEPT,
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
from lms.lectures.rules.steps import (
    CHANGEABLE,
    LONGEST,
    STATE_KINDS,
    STATE_WORDS,
    STEPS,
    NotAsHeld,
    WrongState,
    check_changeable,
    check_held,
    check_step,
)

__all__ = [
    "ACCEPT", "ALIKE", "CHANGEABLE", "DOCX", "ENDINGS", "EXPLANATIONS", "IMAGES", "LARGEST_MB", "LONGEST", "MAX_MB",
    "MAX_PARTS", "MP4", "PAGED", "PDF", "PPTX", "STATE_KINDS", "STATE_WORDS", "STEPS", "TIMES", "UNKNOWN_EXPLANATION",
    "WANTED_PHOTOS", "Judged", "MaterialTooBig", "NoPhotosYet", "NotAMaterial", "NotAPhoto", "NotAsHeld",
    "NotReadableHere", "Packed", "WithMacros", "WrongState", "capture_time", "check_changeable", "check_held",
    "check_size", "check_step", "judge_material", "odd_time", "tidy_name", "unlike",
]  # fmt: skip
