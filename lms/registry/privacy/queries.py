"""Reads of what people asked about their data."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from lms.access.reach import reach
from lms.core.uow import UnitOfWork
from lms.registry.models import Person
from lms.registry.privacy.models import Asked, DataRequest, RetentionHold

SHOWN = 50


def requests_of(uow: UnitOfWork, person_id: UUID) -> list[DataRequest]:
    """What was asked for a person, the latest first."""
    wanted = select(DataRequest).where(DataRequest.person_id == person_id).order_by(DataRequest.asked_at.desc()).limit(SHOWN)
    return list(uow.session.scalars(wanted))


def open_request(uow: UnitOfWork, person_id: UUID, kind: Asked) -> DataRequest | None:
    """What was asked and has no answer yet."""
    wanted = select(DataRequest).where(
        DataRequest.person_id == person_id, DataRequest.kind == kind, DataRequest.granted.is_(None)
    )
    return uow.session.scalar(wanted.limit(1))


def waiting_for_answer(uow: UnitOfWork) -> list[tuple[DataRequest, str]]:
    """What a firm is to answer within reach, each with whose it is, the oldest first."""
    wanted = select(DataRequest, Person.name).join(Person, Person.id == DataRequest.person_id)
    wanted = wanted.where(reach(uow, DataRequest), DataRequest.granted.is_(None), DataRequest.kind != Asked.COPY)
    return [(asked, name) for asked, name in uow.session.execute(wanted.order_by(DataRequest.asked_at))]


def copies_waiting(uow: UnitOfWork, request_id: UUID | None = None) -> list[UUID]:
    """Copies that are still to be made, the oldest first."""
    wanted = select(DataRequest.id).where(DataRequest.kind == Asked.COPY, DataRequest.granted.is_(None))
    if request_id is not None:
        wanted = wanted.where(DataRequest.id == request_id)
    return list(uow.session.scalars(wanted.order_by(DataRequest.asked_at)))


def copies_over(uow: UnitOfWork, before: datetime) -> list[DataRequest]:
    """Copies that were made before a moment and are still there."""
    wanted = select(DataRequest).where(DataRequest.sha256.is_not(None), DataRequest.answered_at < before)
    return list(uow.session.scalars(wanted))


def holds_of(uow: UnitOfWork, person_id: UUID) -> list[RetentionHold]:
    """Holds that run, the earliest first."""
    wanted = select(RetentionHold).where(RetentionHold.person_id == person_id, RetentionHold.lifted_at.is_(None))
    return list(uow.session.scalars(wanted.order_by(RetentionHold.placed_at)))
