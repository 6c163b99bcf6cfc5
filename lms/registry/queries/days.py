"""Who was where on a day: reads that serve the pages of every room."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, and_, func, or_, select

from lms.core.crypto import keyring
from lms.core.uow import UnitOfWork
from lms.registry.models import Department, Enterprise, EnterpriseStateChange, HeadAppointment, Person, PersonPost
from lms.registry.rules.names import called


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One person of an enterprise as of a day. department_id, department_name, post: None where the roster did not tell."""

    person_id: UUID
    name: str
    work_no: str | None
    department_id: UUID | None
    department_name: str | None
    post: str | None
    category: str
    shift: str | None = None


def runs_on(model: type[PersonPost] | type[HeadAppointment], day: date) -> ColumnElement[bool]:
    """Whether a dated line holds on a day, both its ends included."""
    return and_(model.starts_on <= day, or_(model.ends_on.is_(None), model.ends_on >= day))


def line_on(day: date) -> ColumnElement[bool]:
    """Joins a person to the line that holds on a day; by enterprise first, as the index has it."""
    return and_(PersonPost.enterprise_id == Person.enterprise_id, PersonPost.person_id == Person.id, runs_on(PersonPost, day))


def on_roster(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """Whether a person has not left before a day."""
    return or_(Person.left_on.is_(None), Person.left_on >= day)


def head_on(uow: UnitOfWork, enterprise_id: UUID, day: date) -> HeadAppointment | None:
    """The head (主要负责人) of an enterprise on a day."""
    return uow.session.scalar(
        select(HeadAppointment)
        .where(HeadAppointment.enterprise_id == enterprise_id, runs_on(HeadAppointment, day))
        .order_by(HeadAppointment.starts_on.desc())
        .limit(1)
    )


def post_on(uow: UnitOfWork, person_id: UUID, day: date) -> PersonPost | None:
    """Where a person worked and as what on a day."""
    return uow.session.scalar(
        select(PersonPost)
        .where(PersonPost.person_id == person_id, runs_on(PersonPost, day))
        .order_by(PersonPost.starts_on.desc())
        .limit(1)
    )


def roster_on(
    uow: UnitOfWork, enterprise_id: UUID, day: date, department_ids: Collection[UUID] | None = None
) -> list[RosterLine]:
    """The people of an enterprise on a day, by work number, then name.

    department_ids: only those of these departments; None: of all, those of no department included.
    """
    wanted = (
        select(
            Person.id,
            Person.name,
            Person.work_no,
            Department.id,
            Department.name,
            PersonPost.post,
            PersonPost.category,
            PersonPost.shift,
        )
        .join(PersonPost, line_on(day))
        .outerjoin(Department, Department.id == PersonPost.department_id)
        .where(Person.enterprise_id == enterprise_id, on_roster(day))
        .order_by(Person.work_no.is_(None), Person.work_no, Person.name, Person.id)
    )
    if department_ids is not None:
        wanted = wanted.where(PersonPost.department_id.in_(department_ids))
    return [RosterLine(*row) for row in uow.session.execute(wanted)]


def states_of(uow: UnitOfWork, enterprise: Enterprise) -> list[EnterpriseStateChange]:
    """What was decided about the state of an enterprise, the latest day first."""
    wanted = select(EnterpriseStateChange).where(EnterpriseStateChange.enterprise_id == enterprise.id)
    return list(uow.session.scalars(wanted.order_by(EnterpriseStateChange.on.desc(), EnterpriseStateChange.id.desc())))


def names_of(uow: UnitOfWork, person_ids: Collection[UUID]) -> dict[UUID, str]:
    """What people are called where somebody must be told from others: name and work number."""
    rows = uow.session.execute(select(Person.id, Person.name, Person.work_no).where(Person.id.in_(person_ids)))
    return {person_id: called(name, work_no) for person_id, name, work_no in rows}


def names_with(uow: UnitOfWork, enterprise_id: UUID, name: str) -> list[str]:
    """What others of an enterprise are called in whose names this one is a part: not who has the same name."""
    longer = (Person.enterprise_id == enterprise_id, Person.name.contains(name, autoescape=True), Person.name != name)
    return list(uow.session.scalars(select(Person.name).where(*longer).distinct()))


def departments_on(uow: UnitOfWork, enterprise_id: UUID, day: date) -> list[tuple[Department, int]]:
    """The departments of an enterprise that have people on a day, each with their number, by name."""
    headcount = func.count(Person.id)
    rows = uow.session.execute(
        select(Department, headcount)
        .join(PersonPost, PersonPost.department_id == Department.id)
        .join(Person, and_(line_on(day), on_roster(day)))
        .where(Department.enterprise_id == enterprise_id, PersonPost.enterprise_id == enterprise_id)
        .group_by(Department.id)
        .order_by(Department.name)
    )
    return [(department, number) for department, number in rows]


def teams_on(
    uow: UnitOfWork, enterprise_id: UUID, day: date, named: Collection[tuple[UUID, str]] = ()
) -> list[tuple[Department, str, int]]:
    """The teams of an enterprise on a day: the people of a department that work in one shift, each with their number; none
    of a department whose people all work in the same, but for those named, by department and shift.
    """
    people = func.count(Person.id)
    rows = uow.session.execute(
        select(Department, PersonPost.shift, people)
        .join(PersonPost, PersonPost.department_id == Department.id)
        .join(Person, and_(line_on(day), on_roster(day)))
        .where(Department.enterprise_id == enterprise_id, PersonPost.enterprise_id == enterprise_id)
        .group_by(Department.id, PersonPost.shift)
        .order_by(Department.name, PersonPost.shift)
    ).all()
    parts = Counter(department.id for department, _shift, _number in rows)
    return [
        (department, shift, number)
        for department, shift, number in rows
        if shift and (parts[department.id] > 1 or (department.id, shift) in named)
    ]


def parts_on(uow: UnitOfWork, enterprise_id: UUID, day: date) -> dict[UUID, list[tuple[str, str]]]:
    """Each shift and post that people of a department have on a day, by department, "" for people of none."""
    rows = uow.session.execute(
        select(Department.id, PersonPost.shift, PersonPost.post)
        .join(PersonPost, PersonPost.department_id == Department.id)
        .join(Person, and_(line_on(day), on_roster(day)))
        .where(Department.enterprise_id == enterprise_id, PersonPost.enterprise_id == enterprise_id)
        .distinct()
    )
    found: defaultdict[UUID, set[tuple[str, str]]] = defaultdict(set)
    for department_id, shift, post in rows:
        found[department_id].add((shift or "", post or ""))
    return {department_id: sorted(parts) for department_id, parts in found.items()}


def find_by_phone_and_id_tail(uow: UnitOfWork, enterprise_id: UUID, phone: str, tail: str) -> Person | None:
    """The one person on today's roster with this phone whose ID number ends in `tail`; None when none or more than one.

    phone: 11 digits. tail: the last 4 characters, x in either case.
    """
    return _by_phone_and_id_tail(uow, enterprise_id, phone, tail, on_roster(uow.today))


def find_who_left(uow: UnitOfWork, enterprise_id: UUID, phone: str, tail: str) -> Person | None:
    """The same of those who are not on the roster any more, so that they can be told so."""
    return _by_phone_and_id_tail(uow, enterprise_id, phone, tail, ~on_roster(uow.today))


def _by_phone_and_id_tail(
    uow: UnitOfWork, enterprise_id: UUID, phone: str, tail: str, there: ColumnElement[bool]
) -> Person | None:
    with_phone = uow.session.scalars(
        select(Person).where(
            Person.enterprise_id == enterprise_id, Person.phone_hash == keyring().fingerprint(phone.strip()), there
        )
    )
    wanted = tail.strip().upper()
    found = [person for person in with_phone if len(wanted) == 4 and (person.id_number or "").endswith(wanted)]
    return found[0] if len(found) == 1 else None
