"""What waits, and how a claim and the record of the firm differ."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import joinedload

from lms.access.models import Membership, Role, User
from lms.access.reach import reach
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.registry.claims.models import ClaimPost, ClaimState, EnterpriseClaim
from lms.registry.models import Enterprise, HeadAppointment, Jurisdiction
from lms.registry.queries import runs_on
from lms.registry.rules.places import STREET


class Beside(NamedTuple):
    """One thing as the claim and as the record tell it. same: None where one of them says nothing, or it is not compared."""

    what: str
    claim: str | None
    record: str | None
    same: bool | None


def has_account(uow: UnitOfWork) -> ColumnElement[bool]:
    """Whether somebody signs in for an enterprise today: such a one is not taken over by a claim."""
    return exists().where(
        Membership.enterprise_id == Enterprise.id, Membership.role.in_((Role.TRAINER, Role.HEAD)), Membership.runs_on(uow.today)
    )


def record_without_account(uow: UnitOfWork, uscc: str) -> Enterprise | None:
    """The record a code can claim."""
    return uow.session.scalar(select(Enterprise).where(Enterprise.uscc == uscc, ~has_account(uow)))


def head_of(uow: UnitOfWork, enterprise_id: UUID) -> HeadAppointment | None:
    """Whom the record names as head, with the number to call."""
    return uow.session.scalar(
        select(HeadAppointment).where(HeadAppointment.enterprise_id == enterprise_id, runs_on(HeadAppointment, uow.today))
    )


def by_number(uow: UnitOfWork, number: str, *, hold: bool = False) -> EnterpriseClaim | None:
    """The claim of a receipt. hold: until the end of the transaction."""
    wanted = select(EnterpriseClaim).where(EnterpriseClaim.number == number)
    return uow.session.scalar(wanted.with_for_update() if hold else wanted)


def waiting(uow: UnitOfWork) -> int:
    """How many wait for the officer."""
    wanted = select(func.count(EnterpriseClaim.id)).where(EnterpriseClaim.state == ClaimState.WAITING)
    return uow.session.scalar(wanted.where(reach(uow, EnterpriseClaim))) or 0


def claims_page(uow: UnitOfWork, state: ClaimState, number: int | None) -> Page[EnterpriseClaim]:
    """The claims in a state: first those of firms that whoever asks is responsible for, then the oldest. number None: all."""
    wanted = select(EnterpriseClaim).where(EnterpriseClaim.state == state, reach(uow, EnterpriseClaim))
    total = uow.session.scalar(wanted.with_only_columns(func.count(EnterpriseClaim.id))) or 0
    mine = case((Enterprise.officer_name == uow.actor.name, 0), else_=1)
    ordered = (
        wanted.outerjoin(Enterprise, Enterprise.id == EnterpriseClaim.enterprise_id)
        .options(joinedload(EnterpriseClaim.enterprise), joinedload(EnterpriseClaim.jurisdiction))
        .order_by(mine, EnterpriseClaim.filed_at, EnterpriseClaim.id)
    )
    return paged(total, number, lambda limit, offset: uow.session.scalars(ordered.limit(limit).offset(offset)))


def streets(uow: UnitOfWork) -> list[tuple[UUID, str]]:
    """Every street a firm can lie in, named with its district: what a public page may tell, for it is the map."""
    over = Jurisdiction.__table__.alias("over")
    rows = uow.session.execute(
        select(Jurisdiction.id, over.c.name, Jurisdiction.name)
        .join(over, over.c.id == Jurisdiction.parent_id)
        .where(Jurisdiction.level == STREET, Jurisdiction.ended_on.is_(None))
        .order_by(Jurisdiction.path)
    )
    return [(ident, f"{district} / {street}") for ident, district, street in rows]


def beside(claim: EnterpriseClaim, record: Enterprise, head: HeadAppointment | None) -> list[Beside]:
    """What both tell; the words for it are the page's: name, street, head and phone."""
    named = claim.person_name if claim.post is ClaimPost.HEAD else None
    phone = head.phone if head else None
    return [
        Beside("name", claim.name, record.name, claim.name == record.name),
        Beside("street", claim.jurisdiction.name, record.jurisdiction.name, claim.jurisdiction_id == record.jurisdiction_id),
        Beside("head", named, head.name if head else None, None if not named or not head else named == head.name),
        Beside("phone", claim.phone, phone, None if not claim.phone or not phone else claim.phone == phone),
    ]


def name_of_account(uow: UnitOfWork, uscc: str) -> str:
    """What the account of a firm is called: its code, and a number behind it where that is taken."""
    taken = set(uow.session.scalars(select(User.username).where(User.username.startswith(uscc, autoescape=True))))
    return next(name for name in (uscc, *(f"{uscc}-{n}" for n in range(2, len(taken) + 3))) if name not in taken)
