"""Claims follow the place they name, and what is forgotten of them when its time is over."""

from __future__ import annotations

from sqlalchemy import update

from lms.access.actor import Actor
from lms.core.jobs import sweep
from lms.core.uow import UnitOfWork, hears, unit_of_work
from lms.registry.claims import service
from lms.registry.claims.models import ClaimState, EnterpriseClaim
from lms.registry.events import JurisdictionMerged

CLERK = Actor.system("registry.claims")


@hears(JurisdictionMerged)
def follow(uow: UnitOfWork, event: JurisdictionMerged) -> None:
    """What waits is for whoever answers for the place now, and a firm that is confirmed lies there."""
    waits = EnterpriseClaim.jurisdiction_id == event.jurisdiction_id, EnterpriseClaim.state == ClaimState.WAITING
    uow.session.execute(update(EnterpriseClaim).where(*waits).values(jurisdiction_id=event.target_id))


@sweep
def forget_used_claims() -> None:
    """Safe to run again."""
    with unit_of_work(CLERK, "system") as uow:
        service.forget_used(uow)
