"""What was signed about a hazard, for the next signature and for its entry in the chain."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from lms.core import clock
from lms.core.uow import UnitOfWork
from lms.hazards.models import Hazard, HazardAlert, HazardFile, HazardStep
from lms.hazards.rules import Act


def asked_on(uow: UnitOfWork, hazard_id: UUID, day: date) -> bool:
    """Whether somebody asked for a signature on a day."""
    wanted = select(HazardAlert.id).where(
        HazardAlert.hazard_id == hazard_id, HazardAlert.asked_by != "", HazardAlert.alerted_at >= clock.at(day)
    )
    return uow.session.scalar(wanted.limit(1)) is not None


def steps_number(uow: UnitOfWork, hazard_id: UUID) -> int:
    """How many acts were signed about it."""
    return uow.session.scalar(select(func.count()).where(HazardStep.hazard_id == hazard_id)) or 0


def choices_of(uow: UnitOfWork, hazard_id: UUID) -> list[tuple[Act, str]]:
    """The acts that were signed about it with what was chosen, in their order."""
    wanted = select(HazardStep.act, HazardStep.choice).where(HazardStep.hazard_id == hazard_id).order_by(HazardStep.number)
    return [(act, choice) for act, choice in uow.session.execute(wanted)]


def ids_of(uow: UnitOfWork, enterprise_id: UUID) -> list[UUID]:
    """All hazards of an enterprise."""
    return list(uow.session.scalars(select(Hazard.id).where(Hazard.enterprise_id == enterprise_id)))


def hashes_by_step(uow: UnitOfWork, *hazard_ids: UUID) -> dict[UUID, list[str]]:
    """The hashes of the files of these hazards, sorted, by step; nothing of a step that has none."""
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    wanted = select(HazardFile.step_id, HazardFile.sha256).where(HazardFile.hazard_id.in_(hazard_ids))
    for step_id, sha256 in uow.session.execute(wanted.order_by(HazardFile.sha256)):
        found[step_id].append(sha256)
    return found
