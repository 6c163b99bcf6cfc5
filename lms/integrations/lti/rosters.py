"""The rosters of courses: fetched now and then, and what follows.

The roster of the enterprise is not touched: a platform hires nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, or_, select

from lms.core.jobs import enqueue
from lms.core.uow import UnitOfWork
from lms.integrations.lti import results, service
from lms.integrations.lti.models import LtiCourse, LtiLine, LtiLink, LtiMember, LtiPlatform
from lms.integrations.lti.results import Access
from lms.integrations.lti.rules import rosters as rules
from lms.integrations.lti.rules.results import MEMBERS

EVERY = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class RosterDue:
    """A roster to be fetched."""

    course_id: UUID
    url: str
    scopes: tuple[str, ...]
    access: Access


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course as its platform's page shows it. people: in it now; unknown: names of those of whom nobody knows who they are."""

    course: LtiCourse
    people: int
    unknown: Sequence[str]


def take_on(uow: UnitOfWork) -> RosterDue | None:
    """The next roster that is due; it is due again after EVERY, whatever comes of it. None when none is."""
    wanted = (
        select(LtiCourse)
        .join(LtiPlatform)
        .where(
            LtiCourse.members_url.is_not(None),
            LtiPlatform.token_url.is_not(None),
            or_(LtiCourse.roster_at.is_(None), LtiCourse.roster_at <= uow.now - EVERY),
        )
    )
    course = uow.session.scalar(wanted.order_by(LtiCourse.roster_at, LtiCourse.id).limit(1).with_for_update(skip_locked=True))
    if course is None:
        return None
    course.roster_at = uow.now
    return RosterDue(course.id, str(course.members_url), (MEMBERS,), results.access_of(uow, course.platform))


def any_due(uow: UnitOfWork) -> bool:
    """Whether any course's roster is to be read again."""
    due = or_(LtiCourse.roster_at.is_(None), LtiCourse.roster_at <= uow.now - EVERY)
    return uow.session.scalar(select(LtiCourse.id).where(LtiCourse.members_url.is_not(None), due).limit(1)) is not None


def fetch_anew(uow: UnitOfWork, platform: LtiPlatform) -> None:
    """Fetch the rosters of a platform now."""
    for course in uow.session.scalars(select(LtiCourse).where(LtiCourse.platform_id == platform.id)):
        course.roster_at = None
    uow.after_commit(lambda: enqueue("fetch_lti_rosters"))


def failed(uow: UnitOfWork, course_id: UUID, why: str) -> None:
    """Keep why a course's roster could not be read, for the page of its platform."""
    course = uow.session.get(LtiCourse, course_id)
    if course is not None:
        course.roster_why = why[:200]


def apply(uow: UnitOfWork, course_id: UUID, listed: Sequence[rules.Listed]) -> rules.Change | None:
    """Whoever is new arrives, who is gone has left; known people get their results there. None for a course that is gone."""
    course = uow.session.get(LtiCourse, course_id)
    if course is None:
        return None
    course.roster_why = None
    rows = {row.subject: row for row in uow.session.scalars(select(LtiMember).where(LtiMember.course_id == course.id))}
    known = {subject: row.name for subject, row in rows.items() if row.left_at is None}
    found = rules.change(known, listed)
    for subject in found.left:
        rows[subject].left_at = uow.now
    for one in found.renamed:
        rows[one.subject].name = one.name
    people = _people(uow, course, found.came)
    for one in found.came:
        row = rows.get(one.subject)
        if row is None:
            row = LtiMember(enterprise_id=course.enterprise_id, course_id=course.id, subject=one.subject, name=one.name)
            uow.session.add(row)
        row.since_at, row.left_at, row.person_id = uow.now, None, people.get(one.subject)
    uow.session.flush()
    if people:
        for lecture_id in set(uow.session.scalars(select(LtiLine.lecture_id).where(LtiLine.course_id == course.id))):
            results.queue(uow, lecture_id, set(people.values()))
    return found


def courses_of(uow: UnitOfWork, platform: LtiPlatform) -> list[CourseRow]:
    """The courses of the enterprise whose platform it is, by title."""
    own = select(LtiCourse).where(LtiCourse.platform_id == platform.id, LtiCourse.enterprise_id == platform.enterprise_id)
    found = list(uow.session.scalars(own.order_by(LtiCourse.title, LtiCourse.id)))
    here = (LtiMember.course_id.in_([course.id for course in found]), LtiMember.left_at.is_(None))
    counted = select(LtiMember.course_id, func.count(LtiMember.id)).where(*here).group_by(LtiMember.course_id)
    count = dict(uow.session.execute(counted).all())
    unknown: dict[UUID, list[str]] = {course.id: [] for course in found}
    nobody = select(LtiMember.course_id, LtiMember.name).where(*here, LtiMember.person_id.is_(None)).order_by(LtiMember.name)
    for course_id, name in uow.session.execute(nobody):
        unknown[course_id].append(name or "—")
    return [CourseRow(course, count.get(course.id, 0), unknown[course.id]) for course in found]


def _people(uow: UnitOfWork, course: LtiCourse, came: Sequence[rules.Listed]) -> dict[str, UUID]:
    """Who those are of whom it is known, or follows from their numbers."""
    links = select(LtiLink.subject, LtiLink.person_id).where(
        LtiLink.platform_id == course.platform_id,
        LtiLink.enterprise_id == course.enterprise_id,
        LtiLink.subject.in_([one.subject for one in came]),
    )
    people = dict(uow.session.execute(links).all())
    for one in came:
        if one.subject not in people and one.numbers:
            person = service.person_by_numbers(
                uow, course.platform, course.enterprise_id, one.subject, one.name, dict(one.numbers)
            )
            if person is not None:
                people[one.subject] = person.id
    return people
