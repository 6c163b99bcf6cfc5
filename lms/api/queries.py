"""What the answers of the API are read from: rows within reach, narrowed by what was asked for; None and "" ask for nothing."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from lms.access.reach import reach
from lms.attendance.models import Presence, PresenceStatus
from lms.campaigns.models import Campaign, CampaignState
from lms.compliance.models import Standing, StandingState
from lms.core.uow import UnitOfWork
from lms.credentials.models import Certificate, Completion
from lms.credentials.queries import in_state
from lms.credentials.rules import CertificateKind, CertificateState
from lms.lectures.models import Attendee, Lecture, LectureState
from lms.quizzes.models import Attempt, Quiz
from lms.registry.models import Department, Enterprise, EnterpriseState, Jurisdiction, Person, PersonPost
from lms.registry.queries import enterprise_matches, on_roster, register_on, register_within
from lms.registry.queries.days import line_on
from lms.registry.queries.past import places_on
from lms.registry.queries.places import tree_on

Rows = Select[*tuple[Any, ...]]


def enterprise_rows(firm: Any, day: date) -> Rows:
    """Enterprises, each with the name its jurisdiction had on a day. firm: as `register_on` has it."""
    place = tree_on(day)
    told = (
        firm.id, firm.name, firm.uscc, firm.uscc_confirmed, firm.industry, firm.state, firm.jurisdiction_id, place.c.name,
        firm.declared_headcount, firm.officer_name, firm.trade_authority,
    )  # fmt: skip
    return select(*told).join(place, place.c.id == firm.jurisdiction_id)


def enterprises(uow: UnitOfWork, q: str, industry: str, state: EnterpriseState | None, day: date) -> tuple[Rows, Any]:
    """As the register had them at the end of a day, and the column of their ids. q: part of a name or credit code."""
    firm = register_on(uow, day)
    rows = enterprise_rows(firm, day).where(register_within(uow, firm, day))
    if q:
        rows = rows.where(enterprise_matches(q, firm))
    return _only(rows, (firm.industry, industry), (firm.state, state)), firm.id


def jurisdictions(uow: UnitOfWork, day: date) -> Rows:
    """What lay within reach at the end of a day, each with its name and path then."""
    place = tree_on(day)
    return select(Jurisdiction, place.c.name, place.c.path).join(place, place.c.id == Jurisdiction.id).where(places_on(uow, day))


def person_rows(day: date) -> Rows:
    """People, each with the line of their post and the name of their department on a day."""
    return (
        select(Person, PersonPost, Department.name)
        .outerjoin(PersonPost, line_on(day))
        .outerjoin(Department, Department.id == PersonPost.department_id)
    )


def people(uow: UnitOfWork, q: str, department_id: UUID | None, *, with_leavers: bool) -> Rows:
    """q: part of a name or work number."""
    rows = person_rows(uow.today).where(reach(uow, Person))
    if not with_leavers:
        rows = rows.where(on_roster(uow.today))
    if q:
        rows = rows.where(or_(Person.name.contains(q, autoescape=True), Person.work_no.contains(q, autoescape=True)))
    return _only(rows, (PersonPost.department_id, department_id))


def departments(uow: UnitOfWork) -> Rows:
    """Departments, each with the number of people on the roster today."""
    here = (
        select(PersonPost.department_id, func.count().label("people"))
        .join(Person, and_(line_on(uow.today), on_roster(uow.today)))
        .group_by(PersonPost.department_id)
        .subquery()
    )
    return (
        select(Department, func.coalesce(here.c.people, 0))
        .outerjoin(here, here.c.department_id == Department.id)
        .where(reach(uow, Department))
    )


def listed_people(uow: UnitOfWork, lecture_id: UUID) -> dict[UUID, str | None]:
    """Everybody on the list of a lecture, with their work number."""
    listed = select(Person.id, Person.work_no).join(Attendee, Attendee.person_id == Person.id)
    rows = uow.session.execute(listed.where(Attendee.lecture_id == lecture_id, reach(uow, Attendee)))
    return {row.id: row.work_no for row in rows}


def attendee_of(uow: UnitOfWork, lecture: Lecture, person_id: UUID) -> Attendee | None:
    """Somebody's line on the list of a lecture."""
    own = (Attendee.lecture_id == lecture.id, Attendee.person_id == person_id, reach(uow, Attendee))
    return uow.session.scalar(select(Attendee).where(*own))


def campaigns(uow: UnitOfWork, state: CampaignState | None) -> Rows:
    """Campaigns within reach, of one state or of all."""
    return _only(select(Campaign).where(reach(uow, Campaign)), (Campaign.state, state))


def standings(uow: UnitOfWork, campaign: Campaign, day: date, state: StandingState | None, street_code: str) -> Rows:
    """How each enterprise stood in a campaign on a day, with its name."""
    rows = (
        select(Standing, Enterprise.name)
        .join(Enterprise, Enterprise.id == Standing.enterprise_id)
        .where(Standing.campaign_id == campaign.id, Standing.runs_on(day), reach(uow, Standing))
    )
    return _only(rows, (Standing.state, state), (Standing.street_code, street_code))


def lecture_rows() -> Rows:
    """Lectures, each with the name of its enterprise."""
    return (
        select(Lecture, Enterprise.name)
        .join(Enterprise, Enterprise.id == Lecture.enterprise_id)
        .options(joinedload(Lecture.lecturer).load_only(Person.name))
    )


def lectures(
    uow: UnitOfWork, state: LectureState | None, enterprise_id: UUID | None, campaign_id: UUID | None, year: int | None
) -> Rows:
    """Lectures within reach, narrowed by what is not None."""
    return _only(
        lecture_rows().where(reach(uow, Lecture)),
        (Lecture.state, state),
        (Lecture.enterprise_id, enterprise_id),
        (Lecture.campaign_id, campaign_id),
        (Lecture.year, year),
    )


def attendance(uow: UnitOfWork, lecture: Lecture, status: PresenceStatus | None) -> Rows:
    """Everybody on the list of a lecture, with their name and what is known of their presence."""
    rows = (
        select(Attendee, Person.name, Presence)
        .join(Person, Person.id == Attendee.person_id)
        .outerjoin(Presence, and_(Presence.lecture_id == Attendee.lecture_id, Presence.person_id == Attendee.person_id))
        .where(Attendee.lecture_id == lecture.id, reach(uow, Attendee))
    )
    return _only(rows, (Presence.status, status))


def results(uow: UnitOfWork, lecture: Lecture, completed: bool | None) -> Rows:
    """What a lecture came to for each person, with their name."""
    rows = (
        select(Completion, Person.name)
        .join(Person, Person.id == Completion.person_id)
        .where(Completion.lecture_id == lecture.id, reach(uow, Completion))
    )
    return _only(rows, (Completion.completed, completed))


def attempts(uow: UnitOfWork, lecture: Lecture, passed: bool | None) -> Rows:
    """Every go at the quizzes of a lecture, with the name of whoever made it."""
    rows = (
        select(Attempt, Person.name)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Person, Person.id == Attempt.person_id)
        .where(Quiz.lecture_id == lecture.id, Quiz.retest_of_id.is_(None), reach(uow, Attempt))
    )
    return _only(rows, (Attempt.passed, passed))


def certificate_rows() -> Rows:
    """Certificates, each with the name of its holder."""
    return select(Certificate, Person.name).join(Person, Person.id == Certificate.person_id)


def certificates(
    uow: UnitOfWork, lecture_id: UUID | None, person_id: UUID | None, state: CertificateState | None, kind: CertificateKind | None
) -> Rows:
    """Certificates within reach, narrowed by what is not None; the state is today's."""
    rows = certificate_rows().where(reach(uow, Certificate))
    if state:
        rows = rows.where(in_state(state, uow.today))
    return _only(rows, (Certificate.lecture_id, lecture_id), (Certificate.person_id, person_id), (Certificate.kind, kind))


def _only(rows: Rows, *asked: tuple[Any, Any]) -> Rows:
    """Those whose columns have the values that were asked for."""
    return rows.where(*(column == value for column, value in asked if value is not None and value != ""))
