"""Naming somebody lecturer or reviewer, and ending what a bureau gave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.access.reach import find
from lms.api.operations import operation
from lms.api.reasons import said
from lms.api.shapes import Unfit, told
from lms.api.views.certificates import CertificateOut, certificate_shown
from lms.core.errors import NotFound
from lms.core.jobs import enqueue
from lms.core.uow import UnitOfWork
from lms.credentials import service
from lms.credentials.models import Certificate
from lms.credentials.rules import NAMED, CertificateKind
from lms.registry.models import Person


@dataclass(frozen=True, slots=True)
class AwardIn:
    kind: Annotated[CertificateKind, told(_l("trainer 讲师，reviewer 评审员（只有监管部门能发）"))]
    why: Annotated[str, told(_l("认定依据，印在证书上"), minLength=4, maxLength=40)]
    valid_until: Annotated[date, told(_l("最后一天，最长五年"))]


@dataclass(frozen=True, slots=True)
class AwardOut:
    id: UUID
    person_id: UUID
    kind: CertificateKind
    valid_until: date | None
    certificate_due: Annotated[bool, told(_l("证书还在签发，稍后在 /certificates 里"))]


@dataclass(frozen=True, slots=True)
class EndIn:
    """replace: a new one is issued at once."""

    reason: Annotated[str, told(_l("别人会看到的原因"), minLength=1, maxLength=100)]
    replace: bool = False


@operation(
    "POST", "/people/<uuid:person_id>/awards", "award.give", _l("认定讲师或评审员，证书随后签发"), answer=AwardOut, body=AwardIn,
    status=201, pages="awards.give",
)  # fmt: skip
def name_person(uow: UnitOfWork, person_id: UUID, given: Callable[[], AwardIn]) -> AwardOut:
    person, wanted = find(uow, Person, person_id), given()
    if wanted.kind not in NAMED:
        raise Unfit([{"pointer": "/kind", "detail": _("讲课合格证书和学时证书自动签发")}])
    made = service.name(uow, person, wanted.kind, service.bureau_of(uow, person), wanted.valid_until, wanted.why.strip())
    uow.after_commit(lambda: enqueue("issue_certificates"))
    return AwardOut(made.id, made.person_id, made.kind, made.valid_until, made.certificate_due)


@operation(
    "POST", "/certificates/<uuid:certificate_id>/end", "award.end", _l("监管部门撤销或换发自己或下级发的证书"),
    answer=CertificateOut, body=EndIn, pages="awards.end",
)  # fmt: skip
def end_award(uow: UnitOfWork, certificate_id: UUID, given: Callable[[], EndIn]) -> CertificateOut:
    found = find(uow, Certificate, certificate_id)
    if found.award is None or found.award.jurisdiction_id is None:
        raise NotFound
    typed = given()
    (service.supersede if typed.replace else service.revoke)(uow, found, said(typed.reason))
    if typed.replace:
        uow.after_commit(lambda: enqueue("issue_certificates"))
    uow.session.flush()
    return certificate_shown(uow, found)
