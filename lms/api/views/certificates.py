"""Certificates, and what anybody can check of one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.access.reach import find
from lms.api import queries
from lms.api.operations import Listed, Wanted, bp, listed, operation
from lms.api.shapes import told
from lms.core.errors import NotFound
from lms.core.settings import settings
from lms.core.uow import UnitOfWork
from lms.credentials import badges, baking
from lms.credentials.models import Certificate
from lms.credentials.queries import by_public_code, frozen
from lms.credentials.rules import CertificateKind, CertificateState
from lms.registry.words import masked_name


@dataclass(frozen=True, slots=True)
class CertificateLinks:
    """Where the same certificate is to be had otherwise."""

    verify: Annotated[str, told(_l("公开的查验页，证书上二维码里的网址"))]
    pdf: str
    credential: Annotated[str, told(_l("Open Badges 3.0 数字凭证"))]
    picture: Annotated[str, told(_l("图片，数字凭证就在图里"))]


@dataclass(frozen=True, slots=True)
class CertificateOut:
    id: UUID
    enterprise_id: UUID
    kind: CertificateKind
    lecture_id: UUID | None
    person_id: UUID
    name: str
    serial: str
    public_code: Annotated[str, told(_l("查验用的编码"))]
    state: CertificateState
    issued_at: datetime
    valid_until: date | None
    revoked_at: datetime | None
    revoked_reason: str | None
    superseded_at: datetime | None
    fingerprint: Annotated[str, told(_l("证书内容的 SHA-256"))]
    links: CertificateLinks


@dataclass(frozen=True, slots=True)
class CertificatesWanted(Wanted):
    lecture_id: UUID | None = None
    person_id: UUID | None = None
    state: CertificateState | None = None
    kind: CertificateKind | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """What anybody may know of a certificate: the same as on the public page."""

    serial: str
    kind: CertificateKind
    state: CertificateState
    holder: Annotated[str, told(_l("只有姓"))]
    lecture: Annotated[str, told(_l("课程，或证书证明的资格、学时"))]
    issuer: str
    issued_at: datetime
    valid_until: date | None
    revoked_at: datetime | None
    revoked_reason: str | None
    fingerprint: str


@operation("GET", "/certificates", "certificate.read", _l("培训证明"), answer=CertificateOut, query=CertificatesWanted, many=True)
def certificates(uow: UnitOfWork, wanted: CertificatesWanted) -> Listed:
    rows = queries.certificates(uow, wanted.lecture_id, wanted.person_id, wanted.state, wanted.kind)
    return listed(uow, rows, Certificate.id, wanted, lambda row, name: _certificate(uow, row, name))


@operation("GET", "/certificates/<uuid:certificate_id>", "certificate.read", _l("一份培训证明"), answer=CertificateOut)
def certificate(uow: UnitOfWork, certificate_id: UUID) -> CertificateOut:
    return certificate_shown(uow, find(uow, Certificate, certificate_id))


@operation(
    "GET", "/certificates/<uuid:certificate_id>/pdf", "certificate.read", _l("一份培训证明的 PDF，和签发时一字不差"),
    answer=bytes, media="application/pdf",
)  # fmt: skip
def certificate_pdf(uow: UnitOfWork, certificate_id: UUID) -> bytes:
    return frozen(find(uow, Certificate, certificate_id))


@operation(
    "GET", "/certificates/<uuid:certificate_id>/credential", "certificate.read",
    _l("一份培训证明的数字凭证（Open Badges 3.0），别的系统可以核对签名和是否撤销"), answer=bytes, media="application/vc",
)  # fmt: skip
def certificate_credential(uow: UnitOfWork, certificate_id: UUID) -> bytes:
    return json.dumps(badges.enveloped(_token(find(uow, Certificate, certificate_id)))).encode()


@operation(
    "GET", "/certificates/<uuid:certificate_id>/picture", "certificate.read", _l("一份培训证明的图片，数字凭证就在图里"),
    answer=bytes, media="image/png",
)  # fmt: skip
def certificate_picture(uow: UnitOfWork, certificate_id: UUID) -> bytes:
    found = find(uow, Certificate, certificate_id)
    return baking.picture_of(found, _token(found))


@operation("GET", "/verify/<code>", None, _l("查验一份培训证明，不用令牌"), answer=Verified, pages="credentials.verify")
def verify(uow: UnitOfWork, code: str) -> Verified:
    found = by_public_code(uow, code)
    if found is None:
        raise NotFound(_l("没有这个编码的培训证明。请核对证书上二维码里的编码。"))
    holder = found.data["holder_name"]
    return Verified(
        serial=found.serial, kind=found.kind, state=found.state_on(uow.today),
        holder=holder if found.erased_at else masked_name(holder),
        lecture=found.data["lecture_title"], issuer=found.data["issuer_name"], issued_at=found.issued_at,
        valid_until=found.valid_until, revoked_at=found.revoked_at, revoked_reason=found.revoked_reason,
        fingerprint=found.fingerprint,
    )  # fmt: skip


def certificate_shown(uow: UnitOfWork, found: Certificate) -> CertificateOut:
    """A certificate that is known to be within reach."""
    return _certificate(uow, *uow.session.execute(queries.certificate_rows().where(Certificate.id == found.id)).one())


def _certificate(uow: UnitOfWork, row: Certificate, name: str) -> CertificateOut:
    return CertificateOut(
        row.id, row.enterprise_id, row.kind, row.lecture_id, row.person_id, name, row.serial, row.public_code,
        row.state_on(uow.today),
        row.issued_at, row.valid_until, row.revoked_at, row.revoked_reason, row.superseded_at, row.fingerprint,
        _links(row),
    )  # fmt: skip


def _links(row: Certificate) -> CertificateLinks:
    here = settings().base_url
    own = f"{here}{bp.url_prefix}/certificates/{row.id}"
    return CertificateLinks(f"{here}/verify/{row.public_code}", f"{own}/pdf", f"{own}/credential", f"{own}/picture")


def _token(found: Certificate) -> str:
    return baking.token_of(found, settings().base_url)
