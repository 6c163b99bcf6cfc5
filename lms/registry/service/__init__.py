"""Use cases of the registry: looking at a file, and taking over the people or enterprises in it."""

from lms.registry.service.batches import NAMES, SHOWN, AlreadyApplied, Look, apply, fix, look, open_batch
from lms.registry.service.enterprises import EnterprisesPlan, import_enterprises, plan_enterprises
from lms.registry.service.heads import Head, appoint
from lms.registry.service.people import PeoplePlan, import_people, plan_people

__all__ = [
    "NAMES",
    "SHOWN",
    "AlreadyApplied",
    "EnterprisesPlan",
    "Head",
    "Look",
    "PeoplePlan",
    "apply",
    "appoint",
    "fix",
    "import_enterprises",
    "import_people",
    "look",
    "open_batch",
    "plan_enterprises",
    "plan_people",
]
