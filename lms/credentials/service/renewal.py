"""The same training again, near the end of a certificate or after it: the new number takes the place of the old one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from lms.core.uow import UnitOfWork
from lms.credentials import queries, rules
from lms.credentials.models import Certificate
from lms.credentials.rules import CertificateKind
from lms.credentials.service.awards import replace_named
from lms.credentials.service.chain import enter_ended
from lms.lectures.models import Lecture
from lms.ledger.rules import PRODUCT
from lms.notices.service import tell

ANEW = {
    CertificateKind.LECTURE: "再参加一次同样的培训，合格后自动换发新证。",
    CertificateKind.HOURS: "修满新一周期的学时，自动发新证。",
    CertificateKind.TRAINER: "要续发，请找发证单位。",
    CertificateKind.REVIEWER: "要续发，请找发证单位。",
}


def take_over(uow: UnitOfWork, certificate: Certificate) -> None:
    """A certificate was just issued: those of the same training that it renews (复训) are superseded by it, and one that somebody
    was named by before.
    """
    replace_named(uow, certificate)
    if certificate.lecture_id is None:
        return
    for old in queries.renewed_by(uow, certificate, rules.renewed_until(uow.today)):
        old.superseded_at, old.superseded_by_id = uow.now, certificate.id
        old.superseded_reason, old.superseded_by = f"复训合格，换发 {certificate.serial}", PRODUCT
        enter_ended(uow, old)


def give_back(uow: UnitOfWork, lecture: Lecture, person_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """These people do not complete this lecture, or have no hours of it: what a certificate of it renewed waits for another
    one of its own training.

    Returns of which lectures whom to settle anew: lecture → people.
    """
    waiting: dict[UUID, list[UUID]] = defaultdict(list)
    for old in queries.renewed_in_vain(uow, lecture, person_ids) if person_ids else ():
        old.superseded_by_id = None
        if old.lecture_id is not None:
            waiting[old.lecture_id].append(old.person_id)
    return waiting


def remind(uow: UnitOfWork, limit: int) -> int:
    """Remind the holders of certificates that end soon, once for each of rules.REMINDERS; returns how many were reminded."""
    told = 0
    by_step: dict[int, list[Certificate]] = defaultdict(list)
    for certificate in queries.expiring(uow, rules.renewed_until(uow.today)):
        step = rules.reminder_on(uow.today, certificate.valid_until) if certificate.valid_until else None
        if step is not None:
            by_step[step].append(certificate)
    for step, ending in by_step.items():
        kind = f"certificate.expiring.{step}"
        known = queries.told_of(uow, kind, uow.now - timedelta(days=rules.WINDOW_DAYS + 1))
        for certificate in ending:
            if certificate.id in known or told == limit:
                continue
            left = (certificate.valid_until - uow.today).days if certificate.valid_until else 0
            tell(
                uow, certificate.enterprise_id, [certificate.person_id],
                title=f"{rules.KIND_NAMES[certificate.kind]}还有 {left} 天到期：{certificate.data['lecture_title']}"[:120],
                body=f"编号 {certificate.serial}，有效期至 {certificate.valid_until}。{ANEW[certificate.kind]}",
                link="/me/certificates", kind=kind, about_id=certificate.id,
            )  # fmt: skip
            told += 1
    return told
