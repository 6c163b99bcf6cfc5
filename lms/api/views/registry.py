"""Enterprises and their people; numbers of people only ever masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.access.reach import find
from lms.api import queries
from lms.api.operations import Listed, Wanted, WantedOn, listed, operation
from lms.api.shapes import told
from lms.core.given import asked_day
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, EnterpriseState, Person, PersonPost
from lms.registry.words import hide


@dataclass(frozen=True, slots=True)
class EnterpriseOut:
    id: UUID
    name: str
    uscc: Annotated[str, told(_l("统一社会信用代码"))]
    uscc_confirmed: bool
    industry: str
    state: EnterpriseState
    jurisdiction_id: UUID
    jurisdiction: str
    declared_headcount: int | None
    officer_name: Annotated[str | None, told(_l("监管责任人"))]
    trade_authority: Annotated[str | None, told(_l("行业主管部门"))]


@dataclass(frozen=True, slots=True)
class EnterprisesWanted(WantedOn):
    q: Annotated[str, told(_l("名称或信用代码的一部分"), maxLength=120)] = ""
    industry: Annotated[str, told(maxLength=30)] = ""
    state: EnterpriseState | None = None


@dataclass(frozen=True, slots=True)
class PersonOut:
    id: UUID
    enterprise_id: UUID
    name: str
    work_no: str | None
    department_id: UUID | None
    department: str | None
    post: str | None
    category: str | None
    relation: Annotated[str | None, told(_l("用工形式"))]
    phone: Annotated[str | None, told(_l("中间几位隐去"))]
    id_number: Annotated[str | None, told(_l("中间几位隐去"))]
    hired_on: date | None
    left_on: Annotated[date | None, told(_l("在册的最后一天"))]


@dataclass(frozen=True, slots=True)
class PeopleWanted(Wanted):
    q: Annotated[str, told(_l("姓名或工号的一部分"), maxLength=50)] = ""
    department_id: UUID | None = None
    with_leavers: Annotated[bool, told(_l("连已离职的一起"))] = False


@operation("GET", "/enterprises", "enterprise.read", _l("企业"), answer=EnterpriseOut, query=EnterprisesWanted, many=True)
def enterprises(uow: UnitOfWork, wanted: EnterprisesWanted) -> Listed:
    rows, key = queries.enterprises(uow, wanted.q, wanted.industry, wanted.state, asked_day(uow, wanted.as_of))
    return listed(uow, rows, key, wanted, EnterpriseOut)


@operation("GET", "/enterprises/<uuid:enterprise_id>", "enterprise.read", _l("一家企业"), answer=EnterpriseOut)
def enterprise(uow: UnitOfWork, enterprise_id: UUID) -> EnterpriseOut:
    return enterprise_shown(uow, find(uow, Enterprise, enterprise_id))


def enterprise_shown(uow: UnitOfWork, found: Enterprise) -> EnterpriseOut:
    """An enterprise that is known to be within reach."""
    rows = queries.enterprise_rows(Enterprise, uow.today).where(Enterprise.id == found.id)
    return EnterpriseOut(*uow.session.execute(rows).one())


@operation("GET", "/people", "person.read", _l("人员"), answer=PersonOut, query=PeopleWanted, many=True)
def people(uow: UnitOfWork, wanted: PeopleWanted) -> Listed:
    rows = queries.people(uow, wanted.q, wanted.department_id, with_leavers=wanted.with_leavers)
    return listed(uow, rows, Person.id, wanted, _person)


@operation("GET", "/people/<uuid:person_id>", "person.read", _l("一个人"), answer=PersonOut)
def person(uow: UnitOfWork, person_id: UUID) -> PersonOut:
    return person_shown(uow, find(uow, Person, person_id))


def person_shown(uow: UnitOfWork, found: Person) -> PersonOut:
    """Somebody who is known to be within reach."""
    return _person(*uow.session.execute(queries.person_rows(uow.today).where(Person.id == found.id)).one())


def _person(row: Person, post: PersonPost | None, department: str | None) -> PersonOut:
    return PersonOut(
        id=row.id, enterprise_id=row.enterprise_id, name=row.name, work_no=row.work_no, department=department,
        department_id=post.department_id if post else None,
        post=post.post if post else None, category=post.category if post else None,
        relation=post.relation if post else None, phone=hide(row.phone, 3, 4) if row.phone else None,
        id_number=hide(row.id_number, 3, 4) if row.id_number else None, hired_on=row.hired_on, left_on=row.left_on,
    )  # fmt: skip
