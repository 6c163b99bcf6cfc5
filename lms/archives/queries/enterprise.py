"""One enterprise: its lectures, campaigns, hours by category, and how far its marks are trusted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from lms.attendance.models import AttendanceEvent, Trust
from lms.campaigns.events import StandingTold
from lms.campaigns.models import Campaign, CampaignState, Duty
from lms.compliance.queries import standings_told
from lms.core.uow import UnitOfWork
from lms.credentials.models import Certificate, Completion
from lms.credentials.queries import hours_in
from lms.credentials.rules import Requirement, required_hours
from lms.lectures.models import Attendee, Lecture, LectureState, Sitting
from lms.registry.models import Enterprise, HeadAppointment, Person
from lms.registry.queries import RosterLine

LECTURES = 20


@dataclass(frozen=True, slots=True)
class Held:
    """A lecture with its numbers of people. certificates: in force."""

    lecture: Lecture
    expected: int
    attended: int
    completed: int
    certificates: int


@dataclass(frozen=True, slots=True)
class Duties:
    """A campaign that asks the enterprise, and how it stands; None while that is not worked out."""

    campaign: Campaign
    due_on: date
    standing: StandingTold | None


@dataclass(frozen=True, slots=True)
class CategoryHours:
    """People of one category: how many there are, their hours in all, and how many have what the law asks."""

    category: str
    people: int
    hours: Decimal
    required: Requirement | None
    enough: int

    @property
    def average(self) -> Decimal:
        return (self.hours / self.people).quantize(Decimal("0.1"))


def heads_of(uow: UnitOfWork, enterprise_id: UUID) -> list[HeadAppointment]:
    """Who were the heads, the latest first."""
    wanted = select(HeadAppointment).where(HeadAppointment.enterprise_id == enterprise_id)
    return list(uow.session.scalars(wanted.order_by(HeadAppointment.starts_on.desc(), HeadAppointment.id.desc())))


def held_lectures(uow: UnitOfWork, enterprise_id: UUID) -> list[Held]:
    """The latest lectures told to people or held, in five queries."""
    begins = select(func.min(Sitting.planned_starts_at)).where(Sitting.lecture_id == Lecture.id).scalar_subquery()
    lectures = uow.session.scalars(
        select(Lecture)
        .where(Lecture.enterprise_id == enterprise_id, Lecture.state != LectureState.DRAFT)
        .options(joinedload(Lecture.lecturer).load_only(Person.name), joinedload(Lecture.campaign))
        .order_by(begins.desc(), Lecture.id)
        .limit(LECTURES)
    ).all()
    ids = [lecture.id for lecture in lectures]

    def count(model: type[Attendee | Completion | Certificate], *where: ColumnElement[bool] | Any) -> dict[UUID, int]:
        of_lecture: Any = model.lecture_id
        rows = uow.session.execute(select(of_lecture, func.count()).where(of_lecture.in_(ids), *where).group_by(of_lecture))
        return {lecture_id: number for lecture_id, number in rows}

    expected = count(Attendee)
    attended = count(Completion, Completion.attended)
    completed = count(Completion, Completion.completed)
    certificates = count(Certificate, Certificate.revoked_at.is_(None), Certificate.superseded_at.is_(None))
    return [
        Held(
            lecture,
            expected.get(lecture.id, 0),
            attended.get(lecture.id, 0),
            completed.get(lecture.id, 0),
            certificates.get(lecture.id, 0),
        )
        for lecture in lectures
    ]


def duties_of(uow: UnitOfWork, enterprise_id: UUID) -> list[Duties]:
    """The launched campaigns that ask an enterprise, the latest first, with today's standing."""
    rows = uow.session.execute(
        select(Campaign, Duty.due_on)
        .join(Duty, Duty.campaign_id == Campaign.id)
        .where(Duty.enterprise_id == enterprise_id, Campaign.state == CampaignState.LAUNCHED)
        .order_by(Duty.due_on.desc(), Campaign.id)
    ).all()
    told = standings_told(uow, enterprise_id, [campaign.id for campaign, _due in rows])
    return [Duties(campaign, due_on, told.get(campaign.id)) for campaign, due_on in rows]


def hours_by_category(uow: UnitOfWork, enterprise: Enterprise, roster: Sequence[RosterLine], year: int) -> list[CategoryHours]:
    """Hours of a calendar year by the category people have on the roster given."""
    earned = hours_in(uow, select(Person.id).where(Person.enterprise_id == enterprise.id), year)
    groups: dict[str, list[Decimal]] = defaultdict(list)
    for line in roster:
        groups[line.category].append(earned.get(line.person_id, Decimal(0)))
    lines = []
    for category, hours in groups.items():
        required = required_hours(category, enterprise.industry, uow.today)
        enough = sum(one >= required.hours for one in hours) if required else 0
        lines.append(CategoryHours(category, len(hours), sum(hours, Decimal(0)), required, enough))
    return sorted(lines, key=lambda line: (line.people, line.category))


def trust_counts(uow: UnitOfWork, enterprise_id: UUID) -> list[tuple[Trust, int]]:
    """How many attendance events there are of each trust level, best first; levels without one are left out."""
    rows = uow.session.execute(
        select(AttendanceEvent.trust, func.count(AttendanceEvent.id))
        .where(AttendanceEvent.enterprise_id == enterprise_id)
        .group_by(AttendanceEvent.trust)
    )
    found = {trust: number for trust, number in rows}
    return [(trust, found[trust]) for trust in Trust if trust in found]
