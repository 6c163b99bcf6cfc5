"""Whom an officer means to go to this week, and what was drawn."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.access.reach import reach
from lms.compliance.models import Chase, ChaseWay
from lms.compliance.visiting.models import FirmVisit
from lms.core.uow import UnitOfWork


def monday(uow: UnitOfWork) -> date:
    """The Monday of this week."""
    return uow.today - timedelta(days=uow.today.weekday())


def to_go(uow: UnitOfWork) -> list[FirmVisit]:
    """Enterprises within reach that somebody means to go to this week and where nobody has noted to have been since."""
    been = select(Chase.id).where(
        Chase.enterprise_id == FirmVisit.enterprise_id, Chase.campaign_id == FirmVisit.campaign_id,
        Chase.way == ChaseWay.VISIT, Chase.chased_at >= FirmVisit.planned_at,
    )  # fmt: skip
    wanted = select(FirmVisit).where(FirmVisit.week_on == monday(uow), ~been.exists(), reach(uow, FirmVisit))
    return list(
        uow.session.scalars(wanted.options(joinedload(FirmVisit.enterprise)).order_by(FirmVisit.planned_at, FirmVisit.id))
    )
