"""What becomes of the certificates of a lecture by what was found: issued, superseded or withdrawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from lms.core.uow import UnitOfWork
from lms.credentials import rules
from lms.credentials.models import Certificate, Completion
from lms.credentials.service.chain import enter_ended
from lms.credentials.service.settled import WITHDRAWN, Settled
from lms.lectures.models import Lecture
from lms.ledger.rules import PRODUCT

NO_HOURS = "学时已更正，算下来是 0 学时"
PRINTED = {"presence": "到课情况", "score": "考核成绩", "hours": "学时"}


def judge_certificates(
    uow: UnitOfWork, lecture: Lecture, settled: dict[UUID, Settled], completions: dict[UUID, Completion], why: str
) -> bool:
    """Say of each person whether a certificate is to be issued, and take back one that is not true any more."""
    held = certificates_held(uow, lecture, list(settled))
    due = False
    for person_id, found in settled.items():
        completion, own = completions[person_id], held[person_id]
        fate = fate_of(found, own)
        for certificate in own:
            if not certificate.in_force:
                continue
            if fate is rules.Fate.WITHDRAWN:
                said = "，".join([*filter(None, [why]), *found.decision.reasons])
                certificate.revoked_at, certificate.withdrawn, certificate.revoked_by = uow.now, True, PRODUCT
                certificate.revoked_reason = f"{_cause(found, certificate)}：{said}"[:200]
                enter_ended(uow, certificate)
            elif fate is rules.Fate.SUPERSEDED:
                said = _corrected(_unlike(found, certificate))
                certificate.superseded_at, certificate.superseded_by = uow.now, PRODUCT
                certificate.superseded_reason = f"{said}：{why}"[:200] if why else said
                enter_ended(uow, certificate)
        by_hand = _by_hand(own)
        worth_one = found.decision.completed and not found.too_short
        completion.certificate_due = worth_one and not by_hand and not any(row.in_force for row in own)
        if completion.certificate_due:
            _replace_after_all(uow, found, own, why)
        else:
            completion.problem = None
        due = due or completion.certificate_due
    return due


def _cause(found: Settled, certificate: Certificate) -> str:
    """Why it is withdrawn, which is said first: a reason may be too long to be kept to its end."""
    if not found.too_short:
        return WITHDRAWN
    unlike = _unlike(found, certificate)
    return NO_HOURS if "hours" in unlike else f"{_corrected(unlike)}，学时本来就是 0，不换发"


def _corrected(unlike: Collection[str]) -> str:
    return "、".join(PRINTED[name] for name in unlike) + "更正"


def _replace_after_all(uow: UnitOfWork, found: Settled, own: Collection[Certificate], why: str) -> None:
    """There are hours again: whoever corrects a record in two steps may pass through none. What was withdrawn for that is
    superseded, since it ended; the chain keeps both.
    """
    for certificate in own:
        if certificate.withdrawn and certificate.revoked_at and (certificate.revoked_reason or "").startswith(NO_HOURS):
            said = _corrected(_unlike(found, certificate) or ["hours"])
            certificate.superseded_at, certificate.superseded_by = certificate.revoked_at, PRODUCT
            certificate.superseded_reason = f"{said}：{why}"[:200] if why else said
            certificate.revoked_at = certificate.revoked_by = certificate.revoked_reason = None
            enter_ended(uow, certificate)


def certificates_held(uow: UnitOfWork, lecture: Lecture, person_ids: Collection[UUID]) -> dict[UUID, list[Certificate]]:
    """The certificates of these people in a lecture, whatever became of them."""
    held: dict[UUID, list[Certificate]] = defaultdict(list)
    wanted = select(Certificate).where(Certificate.lecture_id == lecture.id, Certificate.person_id.in_(person_ids))
    for certificate in uow.session.scalars(wanted):
        held[certificate.person_id].append(certificate)
    return held


def fate_of(found: Settled, own: Collection[Certificate]) -> rules.Fate | None:
    """What becomes of the one in force, or whether there is to be one; None when all stays. own: all of a person in a lecture."""
    current = next((one for one in own if one.in_force), None)
    unlike = current is not None and bool(_unlike(found, current))
    return rules.fate_of(
        completed=found.hours is not None, too_short=found.too_short, in_force=current is not None, unlike=unlike,
        ended_by_hand=_by_hand(own),
    )  # fmt: skip


def _unlike(found: Settled, certificate: Certificate) -> list[str]:
    """What a certificate says otherwise than it is now."""
    return [name for name, value in found.printed.items() if certificate.data.get(name) != value]


def _by_hand(own: Collection[Certificate]) -> bool:
    """Whether there is to be no other one: somebody revoked one of them for good, or a later training renewed it."""
    known = {None, *(row.id for row in own)}
    return any((row.revoked_at is not None and not row.withdrawn) or row.superseded_by_id not in known for row in own)
