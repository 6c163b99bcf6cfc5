"""Reads of what is to be renewed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from lms.core.uow import UnitOfWork
from lms.credentials.models import Certificate
from lms.credentials.queries.certificates import in_force
from lms.lectures.models import Lecture
from lms.notices.models import Notice
from lms.registry.models import Person


def renewed_by(uow: UnitOfWork, certificate: Certificate, until: date) -> Sequence[Certificate]:
    """A person's other certificates in force of the same training, by theme or by title, that end on this day or before.

    None by one that only takes the place of another of its own lecture: nobody was taught anew. One that had been withdrawn
    gave back what it renewed.
    """
    replaced = aliased(Certificate)
    anew = ~exists().where(
        replaced.lecture_id == certificate.lecture_id, replaced.person_id == certificate.person_id,
        replaced.superseded_by_id == certificate.id, ~replaced.withdrawn,
    )  # fmt: skip
    lecture = uow.session.get_one(Lecture, certificate.lecture_id)
    same = Lecture.title == lecture.title
    return uow.session.scalars(
        select(Certificate)
        .join(Lecture, Lecture.id == Certificate.lecture_id)
        .where(
            Certificate.person_id == certificate.person_id,
            Certificate.lecture_id != certificate.lecture_id,
            Certificate.valid_until <= until,
            in_force(),
            anew,
            or_(same, Lecture.theme == lecture.theme) if lecture.theme else same,
        )
    ).all()


def renewed_in_vain(uow: UnitOfWork, lecture: Lecture, person_ids: Collection[UUID]) -> Sequence[Certificate]:
    """Certificates of these people, not over yet, that one of this lecture renewed which ended, and which no person revoked."""
    by = aliased(Certificate)
    return uow.session.scalars(
        select(Certificate)
        .join(by, by.id == Certificate.superseded_by_id)
        .where(
            by.lecture_id == lecture.id, by.person_id.in_(person_ids),
            or_(by.withdrawn, and_(by.revoked_at.is_(None), by.superseded_at.is_not(None))),
            Certificate.lecture_id != lecture.id, Certificate.valid_until >= uow.today,
        )
        .order_by(Certificate.id)
    ).all()  # fmt: skip


def ends_given(uow: UnitOfWork, completion_ids: Collection[UUID]) -> dict[UUID, date]:
    """Completion → the last day of the certificates it was given before, the latest where they differ."""
    given = select(Certificate.completion_id, func.max(Certificate.valid_until)).group_by(Certificate.completion_id)
    rows = uow.session.execute(given.where(Certificate.completion_id.in_(completion_ids)))
    return {completion_id: day for completion_id, day in rows if completion_id and day}


def expiring(uow: UnitOfWork, until: date) -> Sequence[Certificate]:
    """Certificates in force, of people who are still there, whose last valid day is between today and another day."""
    return uow.session.scalars(
        select(Certificate)
        .join(Person, Person.id == Certificate.person_id)
        .where(
            in_force(), Certificate.valid_until >= uow.today, Certificate.valid_until <= until,
            or_(Person.left_on.is_(None), Person.left_on >= uow.today),
        )
        .order_by(Certificate.valid_until, Certificate.serial)
    ).all()  # fmt: skip


def told_of(uow: UnitOfWork, kind: str, since: datetime) -> set[UUID | None]:
    """About which certificates somebody was told in this way since an instant."""
    return set(uow.session.scalars(select(Notice.about_id).where(Notice.kind == kind, Notice.sent_at >= since)))
