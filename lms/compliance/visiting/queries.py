"""Whom an officer means to go to this week, and what was drawn."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.access.reach import reach
from lms.compliance.models import Chase, ChaseWay
from lms.compliance.visiting.models import FirmDraw, FirmVisit
from lms.core.uow import UnitOfWork
from lms.quizzes.rules import picked
from lms.registry.models import Enterprise

DRAWS = 20


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


def draws(uow: UnitOfWork) -> list[FirmDraw]:
    """The last twenty draws within reach, newest first."""
    wanted = select(FirmDraw).where(reach(uow, FirmDraw)).order_by(FirmDraw.drawn_at.desc()).limit(DRAWS)
    return list(uow.session.scalars(wanted))


def picked_firms(uow: UnitOfWork, draw: FirmDraw) -> list[Enterprise]:
    """The enterprises a draw picked, in the order in which they were picked; those within reach."""
    ids = picked(draw.seed, [UUID(each) for each in draw.pool], draw.number)
    rows = uow.session.scalars(select(Enterprise).where(Enterprise.id.in_(ids), reach(uow, Enterprise)))
    found = {row.id: row for row in rows}
    return [found[each] for each in ids if each in found]
