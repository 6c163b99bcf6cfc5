"""Reads that serve the pages of lectures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.access.reach import reach
from lms.campaigns.models import Campaign, CampaignState, Duty
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture, LectureState, Sitting
from lms.lectures.rules import Other, Slot
from lms.lectures.rules.clashes import Timed
from lms.registry.models import Person


@dataclass(frozen=True, slots=True)
class Listed:
    """A lecture in a list with the number of people expected."""

    lecture: Lecture
    expected: int


def listed(uow: UnitOfWork, *, past: bool, page: int | None = 1) -> Page[Listed]:
    """Lectures within reach. past: those that are over, latest first; else the coming ones."""
    over = Lecture.state.not_in([LectureState.DRAFT, LectureState.NOTIFIED, LectureState.OPEN])
    mine = (reach(uow, Lecture), over if past else ~over)
    expected = select(func.count(Attendee.id)).where(Attendee.lecture_id == Lecture.id).correlate(Lecture).scalar_subquery()
    begins = select(func.min(Sitting.planned_starts_at)).where(Sitting.lecture_id == Lecture.id).correlate(Lecture)
    by_time = begins.scalar_subquery()
    ordered = (
        select(Lecture, expected)
        .where(*mine)
        .options(
            joinedload(Lecture.lecturer).load_only(Person.name),
            joinedload(Lecture.enterprise),
            joinedload(Lecture.campaign),
        )
        .order_by(by_time.desc() if past else by_time, Lecture.id)
    )
    total = uow.session.scalar(select(func.count(Lecture.id)).where(*mine)) or 0
    return paged(
        total, page, lambda limit, offset: (Listed(*row) for row in uow.session.execute(ordered.limit(limit).offset(offset)))
    )


def last_lecture(uow: UnitOfWork, enterprise_id: UUID) -> Lecture | None:
    """The lecture planned last: what the next one is copied from."""
    return uow.session.scalar(
        select(Lecture)
        .where(Lecture.enterprise_id == enterprise_id, Lecture.state != LectureState.CANCELLED, Lecture.makes_up_for_id.is_(None))
        .order_by(Lecture.created_at.desc())
        .limit(1)
    )


def next_number(uow: UnitOfWork, enterprise_id: UUID, year: int) -> int:
    """The number (期) the next lecture of a year gets."""
    highest = uow.session.scalar(
        select(func.max(Lecture.number)).where(Lecture.enterprise_id == enterprise_id, Lecture.year == year)
    )
    return (highest or 0) + 1


def open_duties(uow: UnitOfWork, enterprise_id: UUID, day: date) -> list[tuple[Campaign, date]]:
    """Campaigns that ask this enterprise and are not over, each with the date due for it; the most urgent first."""
    rows = uow.session.execute(
        select(Campaign, Duty.due_on)
        .join(Duty, Duty.campaign_id == Campaign.id)
        .where(Duty.enterprise_id == enterprise_id, Campaign.state == CampaignState.LAUNCHED, Duty.due_on >= day)
        .order_by(Duty.due_on, Campaign.id)
    )
    return [(campaign, due_on) for campaign, due_on in rows]


def others_near(uow: UnitOfWork, enterprise_id: UUID, slots: Collection[Timed], but: UUID | None) -> list[Other]:
    """The other lectures of an enterprise that are planned or held about the time of these sittings. but: a lecture left out."""
    begins, ends = min(slot.starts_at for slot in slots), max(slot.ends_at for slot in slots)
    near = select(Sitting.lecture_id).where(
        Sitting.enterprise_id == enterprise_id,
        Sitting.planned_starts_at < ends,
        Sitting.planned_ends_at > begins,
        Sitting.closed_at.is_(None),
    )
    lectures = uow.session.scalars(
        select(Lecture)
        .where(Lecture.id.in_(near), Lecture.id != but, Lecture.state.in_([LectureState.NOTIFIED, LectureState.OPEN]))
        .order_by(Lecture.id)
    ).all()
    people: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for lecture_id, person_id in uow.session.execute(
        select(Attendee.lecture_id, Attendee.person_id).where(Attendee.lecture_id.in_([lecture.id for lecture in lectures]))
    ):
        people[lecture_id].add(person_id)
    return [
        Other(
            lecture.title,
            lecture.lecturer_id,
            tuple(Slot(row.planned_starts_at, row.planned_ends_at, row.place, row.name) for row in lecture.sittings),
            frozenset(people[lecture.id]),
        )
        for lecture in lectures
    ]


def series_of(uow: UnitOfWork, lecture: Lecture) -> list[Lecture]:
    """All lectures of the series this one belongs to, in order; none when it belongs to none."""
    if lecture.series_id is None:
        return []
    return list(uow.session.scalars(select(Lecture).where(Lecture.series_id == lecture.series_id).order_by(Lecture.id)))


def of_enterprise(uow: UnitOfWork, enterprise_id: UUID) -> list[Lecture]:
    """The lectures of one enterprise, the latest planned first; drafts are nobody else's business and left out."""
    rows = (
        select(Lecture)
        .where(Lecture.enterprise_id == enterprise_id, Lecture.state != LectureState.DRAFT)
        .options(joinedload(Lecture.lecturer).load_only(Person.name))
        .order_by(Lecture.year.desc(), Lecture.number.desc())
    )
    return list(uow.session.scalars(rows))
