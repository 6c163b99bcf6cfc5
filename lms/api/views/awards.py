"""Naming somebody lecturer or reviewer."""

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
from lms.api.shapes import Unfit, told
from lms.core.jobs import enqueue
from lms.core.uow import UnitOfWork
from lms.credentials import service
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


@operation(
    "POST", "/people/<uuid:person_id>/awards", "award.give", _l("认定讲师或评审员，证书随后签发"), answer=AwardOut, body=AwardIn,
    status=201,
)  # fmt: skip
def name_person(uow: UnitOfWork, person_id: UUID, given: Callable[[], AwardIn]) -> AwardOut:
    person, wanted = find(uow, Person, person_id), given()
    if wanted.kind not in NAMED:
        raise Unfit([{"pointer": "/kind", "detail": _("讲课合格证书和学时证书自动签发")}])
    made = service.name(uow, person, wanted.kind, service.bureau_of(uow), wanted.valid_until, wanted.why.strip())
    uow.after_commit(lambda: enqueue("issue_certificates"))
    return AwardOut(made.id, made.person_id, made.kind, made.valid_until, made.certificate_due)
