"""Reads that serve the pages of lectures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import joinedload

from lms.access.reach import reach
from lms.campaigns.events import UnfinishedAsked
from lms.campaigns.models import Campaign, CampaignState, Duty
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture, LectureState, Sitting
from lms.lectures.rules import Other, Slot
from lms.lectures.rules.clashes import Timed
from lms.registry.models import Enterprise, Person

AT_ONCE = 1_000  # lectures read whole at a time


@dataclass(frozen=True, slots=True)
class Listed:
    """A lecture in a list. expected: people; minutes: that were held, None while it is not over; short: whether a sitting was
    shorter than it had to be.
    """

    id: UUID
    title: str
    year: int
    number: int
    state: LectureState
    campaign: str
    enterprise: str
    lecturer: str
    by_head: bool
    starts_at: datetime
    ends_at: datetime
    sittings: int
    place: str
    minutes: int | None
    short: bool
    expected: int


def listed(
    uow: UnitOfWork, *, past: bool, page: int | None = 1, year: int | None = None, street_id: UUID | None = None
) -> Page[Listed]:
    """Lectures within reach; page None for all of them. past: those that are over, latest first; else the coming ones.

    year: of the number of a lecture. street_id: of the enterprises. Raises TooLong.
    """
    over = Lecture.state.not_in([LectureState.DRAFT, LectureState.NOTIFIED, LectureState.OPEN])
    mine = [reach(uow, Lecture), over if past else ~over]
    mine += [Lecture.year == year] if year else []
    mine += [Lecture.enterprise_id.in_(select(Enterprise.id).where(Enterprise.jurisdiction_id == street_id))] if street_id else []
    begins = select(func.min(Sitting.planned_starts_at)).where(Sitting.lecture_id == Lecture.id).correlate(Lecture)
    by_time = begins.scalar_subquery()
    ordered = select(Lecture.id).where(*mine).order_by(by_time.desc() if past else by_time, Lecture.id)
    total = uow.session.scalar(select(func.count(Lecture.id)).where(*mine)) or 0
    return paged(total, page, lambda limit, offset: _told(uow, uow.session.scalars(ordered.limit(limit).offset(offset)).all()))


def _told(uow: UnitOfWork, ids: Sequence[UUID]) -> Iterator[Listed]:
    """Read whole some at a time, so that a list of ten thousands never holds them all."""
    for at in range(0, len(ids), AT_ONCE):
        some = ids[at : at + AT_ONCE]
        number = select(Attendee.lecture_id, func.count()).where(Attendee.lecture_id.in_(some)).group_by(Attendee.lecture_id)
        expected = dict(uow.session.execute(number).all())
        whole = select(Lecture).where(Lecture.id.in_(some))
        with_names = whole.options(
            joinedload(Lecture.lecturer).load_only(Person.name),
            joinedload(Lecture.enterprise).load_only(Enterprise.name),
            joinedload(Lecture.campaign).load_only(Campaign.title, Campaign.min_minutes).selectinload(Campaign.versions),
        )
        found = {lecture.id: lecture for lecture in uow.session.scalars(with_names)}
        yield from (_line(found[each], expected.get(each, 0)) for each in some)


def _line(lecture: Lecture, expected: int) -> Listed:
    sitting = lecture.sitting
    return Listed(
        lecture.id, lecture.title, lecture.year, lecture.number, lecture.state,
        lecture.campaign.title if lecture.campaign else "", lecture.enterprise.name, lecture.lecturer.name,
        lecture.lecturer_is_head, sitting.started_at or sitting.planned_starts_at, sitting.ended_at or sitting.planned_ends_at,
        len(lecture.sittings), sitting.place, sitting.minutes, lecture.shortfall is not None, expected,
    )  # fmt: skip


def last_lecture(uow: UnitOfWork, enterprise_id: UUID) -> Lecture | None:
    """What the next lecture is copied from: where a campaign asks for one, the last that was planned for it, else for any; the
    last of all, where there is none or no campaign asks.
    """
    asking = [campaign.id for campaign, _due in open_duties(uow, enterprise_id, uow.today)]
    kin = case((Lecture.campaign_id.in_(asking), 0), (Lecture.campaign_id.is_not(None), 1), else_=2)
    return uow.session.scalar(
        select(Lecture)
        .where(
            Lecture.enterprise_id == enterprise_id, Lecture.state != LectureState.CANCELLED,
            Lecture.makes_up_for_id.is_(None), Lecture.passes_on_id.is_(None),
        )
        .order_by(*([kin] if asking else []), Lecture.created_at.desc())
        .limit(1)
    )  # fmt: skip


def next_number(uow: UnitOfWork, enterprise_id: UUID, year: int) -> int:
    """The number (期) the next lecture of a year gets."""
    highest = uow.session.scalar(
        select(func.max(Lecture.number)).where(Lecture.enterprise_id == enterprise_id, Lecture.year == year)
    )
    return (highest or 0) + 1


def open_duties(uow: UnitOfWork, enterprise_id: UUID, day: date) -> list[tuple[Campaign, date]]:
    """Campaigns that a lecture of this enterprise may be for, each with the date due for it: those that are not over, the most
    urgent first, then those that are and that it has not completed, the latest first. What has lapsed is not made up for.
    """
    unfinished: set[UUID] = uow.ask(UnfinishedAsked(enterprise_id)) or set()
    asked = (Duty.enterprise_id == enterprise_id, Duty.lapsed_on.is_(None), Campaign.state == CampaignState.LAUNCHED)
    rows = uow.session.execute(
        select(Campaign, Duty.due_on)
        .join(Duty, Duty.campaign_id == Campaign.id)
        .where(*asked, or_(Duty.due_on >= day, Campaign.id.in_(unfinished)))
        .order_by(Duty.due_on, Campaign.id)
    ).all()
    over = [(campaign, due_on) for campaign, due_on in rows if due_on < day]
    return [(campaign, due_on) for campaign, due_on in rows if due_on >= day] + over[::-1]


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
