"""Whether somebody answers for an enterprise: it names an officer, and that officer still has an account."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from lms.access.models import Membership, Role, User
from lms.access.reach import reach
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, Jurisdiction


def names_nobody() -> ColumnElement[bool]:
    """Which enterprises name no officer."""
    return or_(Enterprise.officer_name.is_(None), Enterprise.officer_name == "")


def names_who_left(uow: UnitOfWork) -> ColumnElement[bool]:
    """Whose officer had an account over one's patch or part of it, and nobody of that name has one any more.

    A name that never had an account is none: who has one is known, who works is not. Asked once, not for each enterprise.
    """
    below = Membership.jurisdiction_id.in_(select(Jurisdiction.id).where(reach(uow, Jurisdiction)))
    own, above = aliased(Jurisdiction), aliased(Jurisdiction)
    over = (  # who supervises the whole may be in charge of one as well
        select(above.id)
        .join(own, own.path.startswith(above.path))
        .where(own.id.in_([held.jurisdiction_id for held in uow.actor.held if held.jurisdiction_id]))
    )
    officers = select(User.name).join(Membership).where(Membership.role == Role.OFFICER)
    runs = officers.where(or_(below, Membership.jurisdiction_id.in_(over)), Membership.runs_on(uow.today))
    return and_(
        Enterprise.officer_name.in_(officers.where(below, Membership.ends_on < uow.today)), Enterprise.officer_name.not_in(runs)
    )


def nobody_answers(uow: UnitOfWork) -> ColumnElement[bool]:
    """Either of them: nobody is there for the enterprise."""
    return or_(names_nobody(), names_who_left(uow))
