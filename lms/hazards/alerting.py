"""A deadline that is over is told to whoever has to sign; three days later it stands with the level above, where there is one."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.access.actor import Actor
from lms.core.jobs import sweep
from lms.core.uow import UnitOfWork, unit_of_work
from lms.hazards import queries, rules, service
from lms.hazards.models import Hazard, HazardAlert
from lms.hazards.telling import ask_next, raise_to
from lms.notices.rules import quiet
from lms.registry.models import Enterprise
from lms.registry.service.enterprises import TOO_HIGH

CLERK = Actor.system("hazards.alerting")


@sweep
def look_at_evidence() -> None:
    """Photos that a lost wake-up left without pictures."""
    service.look_at_evidence()


@sweep
def alert_hazards() -> None:
    """Once found, each is written down, so that it is told once for each deadline."""
    with unit_of_work(CLERK, "system", write=False) as uow:
        due = not quiet(uow.now) and bool(_late(uow) or _ripe(uow))
    if due:
        with unit_of_work(CLERK, "system") as uow:
            alert(uow)


def alert(uow: UnitOfWork) -> int:
    """Tell of every deadline that is over, and raise those that have been for long; how many were told."""
    ids = {*_late(uow), *_ripe(uow)}
    # Of two workers at once the second waits here, then finds what the first one told.
    uow.session.execute(select(Hazard.id).where(Hazard.id.in_(ids)).order_by(Hazard.id).with_for_update())
    late, ripe = _late(uow), _ripe(uow)
    for hazard in uow.session.scalars(select(Hazard).where(Hazard.id.in_(late)).order_by(Hazard.id)):
        _keep(uow, hazard, ask_next(uow, hazard), None)
    for hazard_id, to_id in ripe.items():
        hazard = uow.session.get_one(Hazard, hazard_id)
        _keep(uow, hazard, raise_to(uow, hazard, to_id), to_id)
    uow.session.flush()
    return len(late) + len(ripe)


def _keep(uow: UnitOfWork, hazard: Hazard, told: int, to_id: UUID | None) -> None:
    uow.session.add(
        HazardAlert(
            enterprise_id=hazard.enterprise_id, hazard_id=hazard.id, due_on=hazard.due_on, to_id=to_id, asked_by="", told=told,
            alerted_at=uow.now,
        )
    )  # fmt: skip


def _late(uow: UnitOfWork) -> list[UUID]:
    """Hazards whose deadline is over and nobody was told by the clock."""
    told = select(HazardAlert.id).where(
        HazardAlert.hazard_id == Hazard.id, HazardAlert.due_on == Hazard.due_on, HazardAlert.asked_by == ""
    )
    return list(uow.session.scalars(select(Hazard.id).where(Hazard.due_on < uow.today, ~told.exists())))


def _ripe(uow: UnitOfWork) -> dict[UUID, UUID]:
    """Hazards that stand with the level above by now and whose officers were not told, with that level."""
    raised = select(HazardAlert.id).where(
        HazardAlert.hazard_id == Hazard.id, HazardAlert.due_on == Hazard.due_on, HazardAlert.to_id.is_not(None)
    )
    ripe = uow.session.scalars(
        select(Hazard)
        .where(Hazard.due_on < uow.today - timedelta(days=rules.ESCALATES_AFTER), ~raised.exists())
        .options(joinedload(Hazard.enterprise).joinedload(Enterprise.jurisdiction), joinedload(Hazard.jurisdiction))
        .order_by(Hazard.id)
    )
    bureaus = [(hazard.id, queries.bureau_of(uow, hazard)) for hazard in ripe]
    # Above a city there is nobody here to tell.
    levels = {hazard_id: bureau.manager_id or bureau.parent_id for hazard_id, bureau in bureaus if bureau.level not in TOO_HIGH}
    return {hazard_id: to_id for hazard_id, to_id in levels.items() if to_id}
