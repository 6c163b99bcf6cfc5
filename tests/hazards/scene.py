"""A hazard, brought as far up the ladder as a test wants it."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from lms.access.models import Membership, Role, User
from lms.access.service import load_actor
from lms.core.uow import UnitOfWork
from lms.hazards import rules, service
from lms.hazards.models import Hazard
from lms.hazards.rules import Act
from lms.registry.models import Enterprise
from lms.registry.queries import own_jurisdiction
from tests.world import LONG_AGO, Side, acting

PDF = b"%PDF-1.4 a test report"
UP = (Act.STOP, Act.PLAN, Act.APPROVE, Act.REPORT, Act.RECHECK, Act.RECHECK, Act.CONFIRM, Act.CLOSE)
EXPLOSION = "GM-FC03"


def report() -> service.Came:
    return service.Came("检测报告.pdf", BytesIO(PDF))


def second_officer(uow: UnitOfWork, side: Side) -> str:
    """Somebody else of the same bureau."""
    user = User(username=f"second-{side.district_id}", name="周凯", password_hash="not a password", created_at=uow.now)
    user.memberships.append(Membership(role=Role.OFFICER, starts_on=LONG_AGO, jurisdiction_id=side.district_id))
    uow.session.add(user)
    uow.session.flush()
    return f"user:{user.id}"


def found(uow: UnitOfWork, side: Side, at: datetime | None = None, **more: Any) -> Hazard:
    """The officer of the district finds one."""
    own = of(uow, side.officer, at)
    clause = rules.clause_of(EXPLOSION)
    assert clause is not None
    values = {
        "place": "2 号压榨线除尘器", "text": "没有泄爆片", "rectify_by": own.today + timedelta(days=30), "sent_id": uuid4(),
        "files": [report()],
    } | more  # fmt: skip
    enterprise = uow.session.get_one(Enterprise, side.enterprise_id)
    return service.register(own, enterprise, own_jurisdiction(own), clause, **values)[0]


def climb(uow: UnitOfWork, side: Side, hazard: Hazard, second: str, until: Act, at: datetime | None = None) -> None:
    """Sign everything that is proposed, until one act is signed."""
    while hazard.where.proposed and hazard.where.proposed is not until:
        sign(uow, side, hazard, second, at)
    if hazard.where.proposed:
        sign(uow, side, hazard, second, at)


def sign(uow: UnitOfWork, side: Side, hazard: Hazard, second: str, at: datetime | None = None) -> None:
    """What is proposed, by whom it takes."""
    act = hazard.where.proposed
    assert act is not None
    by_head = rules.signatory_of(act) is rules.Signatory.HEAD
    key = side.head if by_head else second if hazard.checked_by else side.officer
    files = [report()] if act in rules.NEEDS_FILES else []
    choice = rules.CHOICES.get(act, ("",))[0]
    service.sign(of(uow, key, at), hazard, act, choice=choice, words="写明了", files=files)


def of(uow: UnitOfWork, key: str, at: datetime | None = None) -> UnitOfWork:
    actor = load_actor(uow, key)
    assert actor is not None
    return acting(uow, actor, "hazard.read", at)
