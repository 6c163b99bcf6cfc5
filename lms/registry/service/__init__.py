"""Use cases of the registry: looking at a file, and taking over the people or enterprises in it."""

from lms.registry.service.batches import LOOKED, NAMES, SHOWN, Look, apply, fix, look, open_batch
from lms.registry.service.contacts import change_contact
from lms.registry.service.enterprises import EnterprisesPlan, import_enterprises, plan_enterprises
from lms.registry.service.heads import Head, appoint, current_heads, follow, losing, no_heads
from lms.registry.service.kept import AlreadyApplied, conclude, keep_fixes, new_batch
from lms.registry.service.leaving import AlreadyLeft, LeftInTheFuture, come_back, leave
from lms.registry.service.long_files import is_long, look_at_file, state_of, take_over_file
from lms.registry.service.moved import Way
from lms.registry.service.people import HEAD, PeoplePlan, import_people, plan_people
from lms.registry.service.phones import NotAPhone, change_phone
from lms.registry.service.posts import AlreadyThere, HeadsStill, WorkNumberTaken, join, move
from lms.registry.service.taking_back import CHANGED, HEADS, WITHIN, TakingBack, TooLate, look_back, recent, take_back

__all__ = [
    "CHANGED",
    "HEAD",
    "HEADS",
    "LOOKED",
    "NAMES",
    "SHOWN",
    "WITHIN",
    "AlreadyApplied",
    "AlreadyLeft",
    "AlreadyThere",
    "EnterprisesPlan",
    "Head",
    "HeadsStill",
    "LeftInTheFuture",
    "Look",
    "NotAPhone",
    "PeoplePlan",
    "TakingBack",
    "TooLate",
    "Way",
    "WorkNumberTaken",
    "apply",
    "appoint",
    "change_contact",
    "change_phone",
    "come_back",
    "conclude",
    "current_heads",
    "fix",
    "follow",
    "import_enterprises",
    "import_people",
    "is_long",
    "join",
    "keep_fixes",
    "leave",
    "look",
    "look_at_file",
    "look_back",
    "losing",
    "move",
    "new_batch",
    "no_heads",
    "open_batch",
    "plan_enterprises",
    "plan_people",
    "recent",
    "state_of",
    "take_back",
    "take_over_file",
]
