"""What the pages of people and enterprises show; each a fixed number of queries, however long the list."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, null, or_, select

from lms.access.models import PersonalDataView
from lms.access.reach import reach
from lms.core.crypto import keyring
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.registry.models import Department, Enterprise, EnterpriseState, HeadAppointment, Jurisdiction, Person, PersonPost
from lms.registry.queries.days import line_on, on_roster, runs_on
from lms.registry.queries.past import register_on, register_within
from lms.registry.queries.places import codes_within, tree_on
from lms.registry.rules.places import DISTRICTS, STREET
from lms.registry.rules.relations import by_relation

VIEWS_SHOWN = 20
ROSTER_PERCENT = 90  # of the declared headcount: a roster with no more people has a gap
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """q: part of a name or work number, or a whole phone number."""

    q: str = ""
    department_id: UUID | None = None
    category: str = ""
    relation: str = ""

    @property
    def active(self) -> bool:
        return bool(self.q or self.department_id or self.category or self.relation)


@dataclass(frozen=True, slots=True)
class PersonRow:
    id: UUID
    name: str
    work_no: str | None
    phone: str | None
    id_number: str | None
    department: str | None
    post: str | None
    category: str | None
    relation: str | None


@dataclass(frozen=True, slots=True)
class EnterpriseFilter:
    """q: part of a name or of a credit code. unconfirmed: only those whose code is still to be checked.

    place: only those in business that it answers for. short: only those whose roster has nine tenths or fewer of the people they
    declared.
    """

    q: str = ""
    street_id: UUID | None = None
    industry: str = ""
    unconfirmed: bool = False
    short: bool = False
    place: Jurisdiction | None = None

    @property
    def active(self) -> bool:
        return bool(self.q or self.street_id or self.industry or self.unconfirmed or self.short or self.place)


@dataclass(frozen=True, slots=True)
class EnterpriseRow:
    id: UUID
    name: str
    uscc: str
    uscc_confirmed: bool
    industry: str
    state: EnterpriseState
    declared_headcount: int | None
    officer: str | None
    trade_authority: str | None
    street: str
    head: str | None
    headcount: int | None  # people on the roster; told where the list is about it


def people_page(uow: UnitOfWork, wanted: PeopleFilter, page: int | None, day: date) -> Page[PersonRow]:
    """The people within reach as of a day, by work number. page None: all of them. Raises TooLong."""
    rows = (
        select(
            Person.id, Person.name, Person.work_no, Person.phone, Person.id_number, Department.name, PersonPost.post,
            PersonPost.category, PersonPost.relation,
        )
        .outerjoin(PersonPost, line_on(day))
        .outerjoin(Department, Department.id == PersonPost.department_id)
        .where(reach(uow, Person), on_roster(day))
    )  # fmt: skip
    if wanted.q:
        rows = rows.where(
            or_(
                Person.name.contains(wanted.q, autoescape=True),
                func.lower(Person.work_no).contains(wanted.q.lower(), autoescape=True),
                Person.phone_hash == keyring().fingerprint(wanted.q),
                Person.id_number_hash == keyring().fingerprint(wanted.q.upper()),
            )
        )
    if wanted.department_id:
        rows = rows.where(PersonPost.department_id == wanted.department_id)
    if wanted.category:
        rows = rows.where(PersonPost.category == wanted.category)
    if wanted.relation:
        rows = rows.where(PersonPost.relation == wanted.relation)
    return _page(uow, rows, page, (Person.work_no.is_(None), Person.work_no, Person.name, Person.id), PersonRow)


def relation_counts(uow: UnitOfWork, day: date) -> dict[str, int]:
    """How many people within reach there are of each relation (用工形式) on a day; all four, together everybody."""
    rows = uow.session.scalars(
        select(PersonPost.relation)
        .select_from(Person)
        .outerjoin(PersonPost, line_on(day))
        .where(reach(uow, Person), on_roster(day))
    )
    return by_relation(rows)


def enterprise_matches(text: str, firm: Any = Enterprise) -> ColumnElement[bool]:
    """Whether this is part of the name or the credit code of an enterprise. firm: as `register_on` has it."""
    return or_(firm.name.contains(text, autoescape=True), firm.uscc.contains(text.upper(), autoescape=True))


def enterprises_page(uow: UnitOfWork, wanted: EnterpriseFilter, page: int | None, day: date | None = None) -> Page[EnterpriseRow]:
    """The enterprises within reach as the register had them at the end of a day, by name. page None: all of them. day None:
    today. Codes, and whether they are confirmed, are those of today. Raises TooLong.
    """
    day = day or uow.today
    firm, place = register_on(uow, day), tree_on(day)
    roster = (
        select(Person.enterprise_id, func.count(Person.id).label("people"))
        .join(PersonPost, line_on(day))
        .where(on_roster(day))
        .group_by(Person.enterprise_id)
        .subquery()
    )
    in_office = HeadAppointment.ends_on.is_(None) if day >= uow.today else runs_on(HeadAppointment, day)
    rows = (
        select(
            firm.id, firm.name, firm.uscc, firm.uscc_confirmed, firm.industry, firm.state, firm.declared_headcount,
            firm.officer_name, firm.trade_authority, place.c.name.label("street"), HeadAppointment.name.label("head"),
            roster.c.people if wanted.short else null(),
        )
        .join(place, place.c.id == firm.jurisdiction_id)
        .outerjoin(HeadAppointment, and_(HeadAppointment.enterprise_id == firm.id, in_office))
        .where(register_within(uow, firm, day))
    )  # fmt: skip
    if wanted.q:
        rows = rows.where(enterprise_matches(wanted.q, firm))
    if wanted.street_id:
        rows = rows.where(firm.jurisdiction_id == wanted.street_id)
    if wanted.industry:
        rows = rows.where(firm.industry == wanted.industry)
    if wanted.unconfirmed:
        rows = rows.where(firm.uscc_confirmed.is_(False))
    if wanted.place:
        rows = rows.where(firm.state == EnterpriseState.ACTIVE, place.c.code.in_(codes_within(wanted.place.code, day)))
    if wanted.short:
        begun = roster.c.enterprise_id == firm.id  # who has no roster yet has no gap in it
        rows = rows.join(roster, begun).where(roster.c.people * 100 <= firm.declared_headcount * ROSTER_PERCENT)
    return _page(uow, rows, page, (firm.name, firm.id), EnterpriseRow)


def streets_with_enterprises(uow: UnitOfWork, day: date | None = None) -> list[tuple[UUID, str]]:
    """(id, name) of the places that had enterprises within reach at the end of a day; None: today."""
    day = day or uow.today
    firm, place = register_on(uow, day), tree_on(day).c
    filed = select(firm.jurisdiction_id).where(register_within(uow, firm, day))
    rows = uow.session.execute(select(place.id, place.name).where(place.id.in_(filed)).order_by(place.code))
    return [(row_id, name) for row_id, name in rows]


def enterprise_choices(uow: UnitOfWork, day: date) -> tuple[list[tuple[UUID, str]], list[str], int]:
    """What an officer can filter by: streets that have enterprises, industries, and how many codes are unconfirmed."""
    firm = register_on(uow, day)
    within = register_within(uow, firm, day)
    industries = uow.session.execute(
        select(firm.industry, func.count()).where(within).group_by(firm.industry).order_by(func.count().desc(), firm.industry)
    )
    unconfirmed = uow.session.scalar(select(func.count(firm.id)).where(within, firm.uscc_confirmed.is_(False)))
    return streets_with_enterprises(uow, day), [name for name, _number in industries], unconfirmed or 0


def districts_within(uow: UnitOfWork) -> list[Jurisdiction]:
    """Where this officer can import a list: their own street, or the districts of their jurisdiction."""
    own = uow.session.get(Jurisdiction, uow.actor.jurisdiction_id) if uow.actor.jurisdiction_id else None
    if own is None:
        return []
    if own.level in (*DISTRICTS, STREET):
        return [own]
    return list(
        uow.session.scalars(
            select(Jurisdiction)
            .where(reach(uow, Jurisdiction), Jurisdiction.level.in_(DISTRICTS), Jurisdiction.ended_on.is_(None))
            .order_by(Jurisdiction.code)
        )
    )


def departments_within(uow: UnitOfWork) -> list[Department]:
    """The departments within reach, by name."""
    return list(uow.session.scalars(select(Department).where(reach(uow, Department)).order_by(Department.name)))


def named_within(uow: UnitOfWork, model: type[Person] | type[Enterprise], ids: Collection[UUID]) -> dict[UUID, str]:
    """Id → name of these within reach."""
    wanted = select(model.id, model.name).where(reach(uow, model), model.id.in_(ids))
    found: dict[UUID, str] = dict(uow.session.execute(wanted).all())
    return found


def posts_of_person(uow: UnitOfWork, person: Person) -> list[tuple[PersonPost, str | None]]:
    """The dated lines of a person with the name of the department, the newest first."""
    rows = uow.session.execute(
        select(PersonPost, Department.name)
        .outerjoin(Department, Department.id == PersonPost.department_id)
        .where(PersonPost.person_id == person.id)
        .order_by(PersonPost.starts_on.desc(), PersonPost.id.desc())
    )
    return [(post, department) for post, department in rows]


def line_now(uow: UnitOfWork, person: Person) -> dict[str, str]:
    """What the form of a move begins with: the last line, by the names of a roster's columns; "" where it says nothing."""
    line, department = next(iter(posts_of_person(uow, person)), (None, None))
    names = ("post", "category", "relation", "shift")
    return {"department": department or ""} | ({name: getattr(line, name) or "" for name in names} if line else {})


def heads_of_person(uow: UnitOfWork, person: Person) -> list[HeadAppointment]:
    """The appointments of a person as head, the newest first."""
    return list(
        uow.session.scalars(
            select(HeadAppointment)
            .where(HeadAppointment.enterprise_id == person.enterprise_id, HeadAppointment.person_id == person.id)
            .order_by(HeadAppointment.starts_on.desc())
        )
    )


def views_of_person(uow: UnitOfWork, person: Person) -> list[PersonalDataView]:
    """Who looked at a full number of this person, the newest first."""
    return list(
        uow.session.scalars(
            select(PersonalDataView)
            .where(PersonalDataView.enterprise_id == person.enterprise_id, PersonalDataView.person_id == person.id)
            .order_by(PersonalDataView.viewed_at.desc(), PersonalDataView.id.desc())
            .limit(VIEWS_SHOWN)
        )
    )


def _page(uow: UnitOfWork, rows: Any, page: int | None, order: tuple[Any, ...], kind: Callable[..., R]) -> Page[R]:
    total = uow.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    ordered = rows.order_by(*order)
    return paged(
        total, page, lambda limit, offset: (kind(*row) for row in uow.session.execute(ordered.limit(limit).offset(offset)))
    )
