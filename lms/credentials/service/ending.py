"""What ends a certificate. None of it deletes anything: the number still resolves, with the date and the reason."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.credentials.models import Certificate, Completion
from lms.credentials.service.chain import enter_ended


class NotInForce(Conflict):
    code = "certificate-not-in-force"
    sentence = _l("这张证书已经撤销或换发，不能再改。")


def revoke(uow: UnitOfWork, certificate: Certificate, reason: str) -> None:
    """Revoke (撤销) a certificate for good: this lecture gives the person no other one. Raises NotInForce."""
    completion = _locked(uow, certificate)
    certificate.revoked_at, certificate.revoked_by, certificate.revoked_reason = uow.now, uow.actor.name, reason
    completion.certificate_due, completion.problem = False, None
    enter_ended(uow, certificate)


def supersede(uow: UnitOfWork, certificate: Certificate, reason: str) -> None:
    """Replace (换发) a certificate by a new one with today's name and data; the worker issues it. Raises NotInForce."""
    completion = _locked(uow, certificate)
    certificate.superseded_at, certificate.superseded_reason = uow.now, reason
    completion.certificate_due = True
    enter_ended(uow, certificate)


def _locked(uow: UnitOfWork, certificate: Certificate) -> Completion:
    uow.session.flush()
    uow.session.refresh(certificate, with_for_update=True)
    if not certificate.in_force:
        raise NotInForce
    return uow.session.scalars(select(Completion).where(Completion.id == certificate.completion_id).with_for_update()).one()
