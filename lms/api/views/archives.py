"""Archives of an enterprise, a lecture or a person: asked for, and fetched when they are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.access.reach import find
from lms.api.operations import Listed, Wanted, operation, within
from lms.api.shapes import shown, told
from lms.api.views.materials import BYTES
from lms.archives import service
from lms.archives.models import ArchiveOrder, Format
from lms.archives.official.reporting import report
from lms.core.errors import NotFound
from lms.core.exports import as_xlsx
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.registry.models import Enterprise, Person


@dataclass(frozen=True, slots=True)
class OrderIn:
    format: Format


@dataclass(frozen=True, slots=True)
class OrderOut:
    """made_at: None while it is being made."""

    id: UUID
    enterprise_id: UUID
    title: str
    format: Format
    asked_at: datetime
    made_at: datetime | None
    problem: Annotated[str | None, told(_l("为什么没有做成"))]
    size: Annotated[int | None, told(_l("字节"))]
    sha256: str | None


@operation(
    "GET", "/enterprises/<uuid:enterprise_id>/archives", "enterprise.read", _l("档案任务和进度"),
    answer=OrderOut, query=Wanted, many=True,
)  # fmt: skip
def archives(uow: UnitOfWork, enterprise_id: UUID, wanted: Wanted) -> Listed:
    found = find(uow, Enterprise, enterprise_id)
    return within(uow, ArchiveOrder, wanted, lambda row: shown(OrderOut, row), ArchiveOrder.enterprise_id == found.id)


@dataclass(frozen=True, slots=True)
class YearWanted:
    year: Annotated[int | None, told(_l("哪一年，不填为今年"), minimum=2000, maximum=2100)] = None


@operation(
    "GET", "/enterprises/<uuid:enterprise_id>/report", "enterprise.read", _l("上报省级平台的文件：一期一行"),
    answer=bytes, query=YearWanted, media=BYTES,
)  # fmt: skip
def province_report(uow: UnitOfWork, enterprise_id: UUID, wanted: YearWanted) -> bytes:
    return as_xlsx(report(uow, find(uow, Enterprise, enterprise_id), wanted.year or uow.today.year))


@operation(
    "POST", "/enterprises/<uuid:enterprise_id>/archives", "enterprise.read", _l("要一份企业的档案"),
    answer=OrderOut, body=OrderIn, status=201, pages="archives.orders",
)  # fmt: skip
def order_enterprise(uow: UnitOfWork, enterprise_id: UUID, given: Callable[[], OrderIn]) -> OrderOut:
    return _ordered(uow, find(uow, Enterprise, enterprise_id), given)


@operation(
    "POST", "/lectures/<uuid:lecture_id>/archive", "lecture.list", _l("要一份一堂课的档案"),
    answer=OrderOut, body=OrderIn, status=201, pages="archives.order_lecture",
)  # fmt: skip
def order_lecture(uow: UnitOfWork, lecture_id: UUID, given: Callable[[], OrderIn]) -> OrderOut:
    return _ordered(uow, find(uow, Lecture, lecture_id), given)


@operation(
    "POST", "/people/<uuid:person_id>/archive", "enterprise.read", _l("要一份一个人的档案"),
    answer=OrderOut, body=OrderIn, status=201, pages="archives.order_person",
)  # fmt: skip
def order_person(uow: UnitOfWork, person_id: UUID, given: Callable[[], OrderIn]) -> OrderOut:
    return _ordered(uow, find(uow, Person, person_id), given)


@operation("GET", "/archive-orders/<uuid:order_id>/file", "enterprise.read", _l("做好的档案"), answer=bytes, media=BYTES)
def archive_file(uow: UnitOfWork, order_id: UUID) -> bytes:
    found = find(uow, ArchiveOrder, order_id)
    if found.sha256 is None or found.made_at is None:
        raise NotFound
    return storage().get(found.sha256)


def _ordered(uow: UnitOfWork, subject: Enterprise | Lecture | Person, given: Callable[[], OrderIn]) -> OrderOut:
    made = service.order(uow, subject, given().format)
    uow.session.flush()
    return shown(OrderOut, made)
