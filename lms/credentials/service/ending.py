"""What ends a certificate. None of it deletes anything: the number still resolves, with the date and the reason."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.credentials.models import Award, Certificate, Completion
from lms.credentials.rules import CertificateState
from lms.credentials.service.awards import may_end
from lms.credentials.service.chain import enter_ended
from lms.ledger.proposals import Proposal


class NotInForce(Conflict):
    code = "certificate-not-in-force"
    sentence = _l("这张证书已经撤销或换发，不能再改。")


class ExpiredAlready(Conflict):
    code = "certificate-expired"
    sentence = _l("这张证书已经过期，不能换发。参加复训并合格后发新证。")


class AlreadyProposed(Conflict):
    code = "revocation-already-proposed"
    sentence = _l("已经有人提出撤销这张证书，等另一位确认。")


class NotProposed(Conflict):
    code = "revocation-not-proposed"
    sentence = _l("没有人提出撤销这张证书，或者已经退回。")


class SameProposer(Conflict):
    code = "revocation-same-person"
    sentence = _l("提出撤销的人不能自己确认，请另一位培训管理员或主要负责人来确认。")


class NotYours(Conflict):
    code = "certificate-not-yours-to-end"
    sentence = _l("这张证书由监管部门发，只能由发证的部门或它的上级撤销、换发。")


class NobodyToHoldIt(Conflict):
    code = "certificate-of-somebody-forgotten"
    sentence = _l("持证人的个人信息已按规定删除，不能换发。证书有问题可以撤销。")


TWO = Proposal("", AlreadyProposed, NotProposed, SameProposer, "certificate.not-revoked")


def propose_revocation(uow: UnitOfWork, certificate: Certificate, reason: str) -> None:
    """Somebody wants a certificate revoked; nothing changes before a second person agrees.

    Raises NotInForce, NotYours, AlreadyProposed.
    """
    _locked(uow, certificate)
    TWO.propose(uow, certificate, reason)


def confirm_revocation(uow: UnitOfWork, certificate: Certificate) -> None:
    """A second person agrees. Raises NotInForce, NotProposed, SameProposer."""
    _locked(uow, certificate)
    both, reason = TWO.agree(uow, certificate)
    revoke(uow, certificate, reason, both)


def drop_revocation(uow: UnitOfWork, certificate: Certificate) -> None:
    """Whoever proposed it thinks better of it, or the second person does not agree: it stays in force, and that it was proposed
    stays on record. Raises NotInForce, NotProposed.
    """
    _locked(uow, certificate)
    wanted = {"person": certificate.person_id, "serial": certificate.serial}
    TWO.drop(uow, certificate, of=certificate.id, lecture_id=certificate.lecture_id, about=wanted)


def revoke(uow: UnitOfWork, certificate: Certificate, reason: str, by: str = "") -> None:
    """Revoke (撤销) a certificate for good: what it rests on gives the person no other one. by: who agreed. Raises NotInForce."""
    rests_on = _locked(uow, certificate)
    certificate.revoked_at, certificate.revoked_reason = uow.now, reason
    certificate.revoked_by = (by or uow.actor.name)[:80]
    rests_on.certificate_due, rests_on.problem = False, None
    enter_ended(uow, certificate)


def supersede(uow: UnitOfWork, certificate: Certificate, reason: str) -> None:
    """Replace (换发) a certificate by a new one with today's name and data and the same last day; the worker issues it.

    Raises NotInForce, ExpiredAlready, NotYours, NobodyToHoldIt.
    """
    rests_on = _locked(uow, certificate)
    if certificate.state_on(uow.today) is CertificateState.EXPIRED:
        raise ExpiredAlready
    if certificate.erased_at is not None:
        raise NobodyToHoldIt
    certificate.superseded_at, certificate.superseded_reason = uow.now, reason
    certificate.superseded_by = uow.actor.name[:80]
    rests_on.certificate_due = True
    enter_ended(uow, certificate)


def _locked(uow: UnitOfWork, certificate: Certificate) -> Completion | Award:
    """What it rests on. Raises NotInForce, NotYours."""
    uow.session.flush()
    rests_on: Completion | Award  # held before the certificate, as whoever follows hours or records does
    if certificate.award_id is not None:
        rests_on = uow.session.get_one(Award, certificate.award_id, with_for_update=True, populate_existing=True)
    else:
        rests_on = uow.session.get_one(Completion, certificate.completion_id, with_for_update=True, populate_existing=True)
    uow.session.refresh(certificate, with_for_update=True)
    if not certificate.in_force:
        raise NotInForce
    if not may_end(uow, certificate):
        raise NotYours
    return rests_on
