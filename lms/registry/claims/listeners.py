"""What is forgotten of claims when its time is over."""

from __future__ import annotations

from lms.access.actor import Actor
from lms.core.jobs import sweep
from lms.core.uow import unit_of_work
from lms.registry.claims import service

CLERK = Actor.system("registry.claims")


@sweep
def forget_used_claims() -> None:
    """Safe to run again."""
    with unit_of_work(CLERK, "system") as uow:
        service.forget_used(uow)
