"""Pure rules of lectures: what may happen to one, and which files may be shown in it."""

from lms.lectures.rules.materials import (
    MAX_MATERIAL_MB,
    PDF,
    PPTX,
    Judged,
    MaterialTooBig,
    NotAMaterial,
    judge_material,
    tidy_name,
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
    "CHANGEABLE", "LONGEST", "MAX_MATERIAL_MB", "PDF", "PPTX", "STATE_KINDS", "STATE_WORDS", "STEPS", "Judged", "MaterialTooBig",
    "NotAMaterial", "NotAsHeld", "WrongState", "check_changeable", "check_held", "check_step", "judge_material", "tidy_name",
]  # fmt: skip
