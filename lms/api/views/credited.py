"""Certificates that end or are replaced, hours, and training from elsewhere: what one person does, another one checks."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.access.reach import find, reach
from lms.api.operations import Listed, Wanted, listed, operation, within
from lms.api.reasons import ReasonIn, said
from lms.api.shapes import Unfit, shown, told
from lms.api.views.certificates import CertificateOut, certificate_shown
from lms.api.views.lectures import Level
from lms.api.views.materials import BYTES
from lms.api.views.steps import DecidedIn
from lms.core.jobs import enqueue
from lms.core.uow import UnitOfWork
from lms.credentials import service
from lms.credentials.models import Certificate, EnteredTraining, HoursKind, HoursLine, TrainingKind
from lms.registry.models import Enterprise, Person


@dataclass(frozen=True, slots=True)
class HoursLineOut:
    """A line of the hours ledger: a correction is another line. hours: as a decimal; negative when taken back."""

    id: UUID
    person_id: UUID
    lecture_id: UUID | None
    training_id: UUID | None
    kind: HoursKind
    hours: str
    category: str
    trust: str
    earned_on: date
    rule: str
    level: Annotated[str | None, told(_l("三级教育的级别或四新，都不是时没有"))]
    reason: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class HoursWanted(Wanted):
    year: Annotated[int | None, told(minimum=1990, maximum=2100)] = None


@dataclass(frozen=True, slots=True)
class TrainingWanted:
    """What the scan that is sent proves."""

    name: Annotated[str, told(_l("扫描件的文件名"), minLength=1, maxLength=120)]
    title: Annotated[str, told(_l("培训内容"), minLength=1, maxLength=120)]
    organizer: Annotated[str, told(_l("培训单位"), minLength=1, maxLength=120)]
    starts_on: date
    ends_on: date
    hours: Annotated[str, told(_l("学时，0.5 到 500"), minLength=1, maxLength=6)]
    kind: TrainingKind = TrainingKind.OUTSIDE
    level: Annotated[Level, told(_l("三级教育、四新"))] = Level.NONE


@dataclass(frozen=True, slots=True)
class TrainingOut:
    """accepted: None until a second person has checked it."""

    id: UUID
    person_id: UUID
    kind: TrainingKind
    title: str
    organizer: str
    starts_on: date
    ends_on: date
    hours: str
    level: str | None
    sha256: Annotated[str, told(_l("扫描件"))]
    entered_by: str
    entered_at: datetime
    checked_by: str | None
    accepted: bool | None
    reason: str | None
    voided_at: datetime | None


class Check(StrEnum):
    ACCEPT = "accept"
    REFUSE = "refuse"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class CheckIn:
    do: Check
    reason: Annotated[str, told(_l("退回、作废要写原因"), maxLength=200)] = ""


@operation(
    "POST", "/certificates/<uuid:certificate_id>/revoke", "certificate.change", _l("提出撤销一份培训证明，等第二个人确认"),
    answer=CertificateOut, body=ReasonIn, pages="credentials.change",
)  # fmt: skip
def revoke_certificate(uow: UnitOfWork, certificate_id: UUID, given: Callable[[], ReasonIn]) -> CertificateOut:
    found = find(uow, Certificate, certificate_id)
    service.propose_revocation(uow, found, said(given().reason)[:100])
    return _certificate(uow, found)


@operation(
    "POST", "/certificates/<uuid:certificate_id>/revocation", "certificate.confirm", _l("第二个人同意撤销，或者不同意"),
    answer=CertificateOut, body=DecidedIn, pages="credentials.revocation",
)  # fmt: skip
def decide_revocation(uow: UnitOfWork, certificate_id: UUID, given: Callable[[], DecidedIn]) -> CertificateOut:
    found = find(uow, Certificate, certificate_id)
    (service.confirm_revocation if given().agree else service.drop_revocation)(uow, found)
    return _certificate(uow, found)


@operation(
    "POST", "/certificates/<uuid:certificate_id>/supersede", "certificate.change", _l("换发：旧证作废，新证马上签发"),
    answer=CertificateOut, body=ReasonIn, pages="credentials.change",
)  # fmt: skip
def supersede_certificate(uow: UnitOfWork, certificate_id: UUID, given: Callable[[], ReasonIn]) -> CertificateOut:
    found = find(uow, Certificate, certificate_id)
    service.supersede(uow, found, said(given().reason)[:100])
    uow.after_commit(lambda: enqueue("issue_certificates", lecture_id=str(found.lecture_id) if found.lecture_id else None))
    return _certificate(uow, found)


@operation(
    "GET",
    "/people/<uuid:person_id>/hours",
    "person.read",
    _l("一个人的学时明细"),
    answer=HoursLineOut,
    query=HoursWanted,
    many=True,
)
def hours(uow: UnitOfWork, person_id: UUID, wanted: HoursWanted) -> Listed:
    found, year = find(uow, Person, person_id), wanted.year
    of = [HoursLine.earned_on.between(date(year, 1, 1), date(year, 12, 31))] if year else []
    own = HoursLine.person_id == found.id
    rows = select(HoursLine).where(reach(uow, HoursLine), own, *of).options(joinedload(HoursLine.training))
    return listed(uow, rows, HoursLine.id, wanted, _line)


@operation(
    "GET", "/enterprises/<uuid:enterprise_id>/trainings", "training.read", _l("登记的外部培训和旧记录"),
    answer=TrainingOut, query=Wanted, many=True,
)  # fmt: skip
def trainings(uow: UnitOfWork, enterprise_id: UUID, wanted: Wanted) -> Listed:
    found = find(uow, Enterprise, enterprise_id)
    return within(uow, EnteredTraining, wanted, _training, EnteredTraining.enterprise_id == found.id)


@operation(
    "POST", "/people/<uuid:person_id>/trainings", "training.enter", _l("登记外部培训：扫描件原样发来，另一人审核后才计学时"),
    answer=TrainingOut, query=TrainingWanted, sends=BYTES, status=201, pages="trainings.enter",
)  # fmt: skip
def enter_training(
    uow: UnitOfWork, person_id: UUID, wanted: Callable[[], TrainingWanted], given: Callable[[], bytes]
) -> TrainingOut:
    person = find(uow, Person, person_id)
    asked = wanted()
    entered = service.Entered(
        asked.kind, asked.title, asked.organizer, asked.starts_on, asked.ends_on, _hours(asked.hours), asked.level.value
    )
    made = service.enter_training(uow, person, entered, asked.name, io.BytesIO(given()))
    uow.session.flush()
    return _training(made)


@operation(
    "POST", "/trainings/<uuid:training_id>/check", "training.check", _l("审核登记的培训，或者作废"),
    answer=TrainingOut, body=CheckIn, pages="trainings.check",
)  # fmt: skip
def check_training(uow: UnitOfWork, training_id: UUID, given: Callable[[], CheckIn]) -> TrainingOut:
    found, typed = find(uow, EnteredTraining, training_id), given()
    if typed.do is Check.ACCEPT:
        service.accept_training(uow, found)
    else:
        end = service.void_training if typed.do is Check.VOID else service.refuse_training
        end(uow, found, said(typed.reason))
    uow.session.flush()
    return _training(found)


def _line(row: HoursLine) -> HoursLineOut:
    return shown(HoursLineOut, row, hours=str(row.hours), level=row.level_given)


def _certificate(uow: UnitOfWork, found: Certificate) -> CertificateOut:
    uow.session.flush()
    return certificate_shown(uow, found)


def _training(row: EnteredTraining) -> TrainingOut:
    return shown(TrainingOut, row, hours=str(row.hours))


def _hours(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not Decimal("0.5") <= value <= 500:
        raise Unfit([{"pointer": "/hours", "detail": _("学时在 0.5 到 500 之间")}])
    return value
