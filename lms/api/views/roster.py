"""People taken in from another system, and what a plan is made of: departments, and topics of the bank."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.access.reach import own_enterprise
from lms.api import queries
from lms.api.operations import Listed, Wanted, listed, operation
from lms.api.shapes import Unfit, told
from lms.core.uow import UnitOfWork
from lms.lectures.events import TopicsAsked
from lms.registry import service
from lms.registry.models import Department, ImportKind
from lms.registry.rules import RosterReading

MOST = 2000
HEADER_ROW = 1


@dataclass(frozen=True, slots=True)
class DepartmentOut:
    id: UUID
    enterprise_id: UUID
    name: str
    people: Annotated[int, told(_l("在册几人"))]


@dataclass(frozen=True, slots=True)
class TopicOut:
    name: str
    questions: Annotated[int, told(_l("能抽几题"))]


@dataclass(frozen=True, slots=True)
class RosterPersonIn:
    """Somebody as the roster has them. Who is known is found by ID number, else by name with work number, else by phone;
    what is left out stays as it is.
    """

    name: Annotated[str, told(minLength=1, maxLength=50)]
    work_no: Annotated[str, told(maxLength=30)] = ""
    department: Annotated[str, told(_l("没有的部门会新建"), maxLength=60)] = ""
    post: Annotated[str, told(maxLength=60)] = ""
    category: Annotated[str, told(_l("主要负责人、安全生产管理人员、特种作业人员、其他从业人员"), maxLength=30)] = ""
    phone: Annotated[str, told(maxLength=30)] = ""
    id_number: Annotated[str, told(maxLength=30)] = ""
    hired_on: date | None = None


@dataclass(frozen=True, slots=True)
class RosterIn:
    people: Annotated[tuple[RosterPersonIn, ...], told(minItems=1, maxItems=MOST)]


@dataclass(frozen=True, slots=True)
class RosterTaken:
    """Nobody leaves because they are not among those sent."""

    new: int
    changed: int
    unchanged: int


@operation("GET", "/departments", "person.read", _l("部门"), answer=DepartmentOut, query=Wanted, many=True)
def departments(uow: UnitOfWork, wanted: Wanted) -> Listed:
    return listed(uow, queries.departments(uow), Department.id, wanted, _department)


@operation("GET", "/topics", "lecture.create", _l("题库里能出题的知识点"), answer=TopicOut, many=True)
def topics(uow: UnitOfWork) -> Listed:
    found = uow.ask(TopicsAsked(own_enterprise(uow))) or []
    return Listed([TopicOut(one.name, one.questions) for one in found], None)


@operation(
    "POST",
    "/people/import",
    "person.import",
    _l("导入人员：要么全部写入，要么一个不写"),
    answer=RosterTaken,
    body=RosterIn,
    pages="imports.people registry.join",
)
def import_people(uow: UnitOfWork, given: Callable[[], RosterIn]) -> RosterTaken:
    return take_in(uow, own_enterprise(uow), given().people)


def take_in(
    uow: UnitOfWork, enterprise_id: UUID, sent: tuple[RosterPersonIn, ...], way: service.Way = service.Way.IMPORT
) -> RosterTaken:
    """As a roster on which these people stand; nobody else leaves. All or nothing: raises Unfit."""
    batch = service.open_batch(uow, ImportKind.PEOPLE, _table(sent), "people.csv", enterprise_id=enterprise_id)
    looked = service.look(uow, batch)
    if wrong := _wrong(looked):
        raise Unfit(wrong)
    counts = service.apply(uow, batch, way=way)
    return RosterTaken(counts["new"], counts["changed"], counts["unchanged"])


def _department(row: Department, people: int) -> DepartmentOut:
    return DepartmentOut(row.id, row.enterprise_id, row.name, people)


def _table(people: tuple[RosterPersonIn, ...]) -> bytes:
    """The people as a file that the importer reads, a line each; a column that nobody fills is not there, as it tells nothing."""
    names = [one.name for one in fields(RosterPersonIn) if any(getattr(person, one.name) for person in people)]
    text = io.StringIO()
    lines = csv.writer(text, quoting=csv.QUOTE_ALL)
    lines.writerow(service.NAMES[ImportKind.PEOPLE][name][0] for name in names)
    lines.writerows([getattr(person, name) or "" for name in names] for person in people)
    return text.getvalue().encode()


def _wrong(looked: service.Look) -> list[dict[str, str]]:
    """What the importer would keep out or pass over, by where it stands in what was sent."""
    if looked.no_header:
        raise looked.no_header
    found = [
        {"pointer": f"/people/{row.row - HEADER_ROW - 1}/{field}", "detail": fault.reason}
        for row in looked.kept_out
        for field, fault in row.faults.items()
    ]
    if isinstance(looked.reading, RosterReading):
        detail = _("这不像一个人：没有姓名，或者是表头、合计、说明")
        found += [{"pointer": f"/people/{one.row - HEADER_ROW - 1}", "detail": detail} for one in looked.reading.ignored_rows]
    return found
