"""What stands before the first enterprise: where they lie, who supervises them, what they are asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from lms.access import demo
from lms.access.models import Role, User
from lms.access.service import add_user
from lms.campaigns import service as campaigns
from lms.campaigns.models import Campaign, CampaignState, CampaignVersion
from lms.campaigns.rules import MIN_ATTENDANCE, MIN_MINUTES, PASS_MARK, TITLE, Plan
from lms.core.uow import UnitOfWork
from lms.registry.models import Jurisdiction
from lms.registry.rules.places import STREET
from lms.seeding.stage import acting, before

CITY, DISTRICT = "430600", "430602"
OFFICERS = {"city-officer": CITY, "city-district": DISTRICT}
INDUSTRIES = {
    "人员密集场所": 40,
    "工贸": 26,
    "建筑施工": 12,
    "交通运输": 9,
    "危险化学品": 5,
    "其他": 5,
    "烟花爆竹": 2,
    "非煤矿山": 1,
}
# Days before today: launched, due; share of the enterprises that lectured.
ROUNDS = {f"{TITLE}（全市上一年度）": (385, 345, 0.97), f"{TITLE}（全市）": (30, -15, 0.86)}


@dataclass(frozen=True, slots=True)
class Street:
    id: UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Round:
    """One campaign. given: share of the enterprises that lectured."""

    id: UUID
    starts_on: date
    due_on: date
    given: float


@dataclass(frozen=True, slots=True)
class Stage:
    streets: tuple[Street, ...]
    rounds: tuple[Round, ...]


def build(uow: UnitOfWork) -> Stage:
    """Make it, or find it as it was made; safe to run again."""
    city = uow.session.scalars(select(Jurisdiction).where(Jurisdiction.code == CITY)).one()
    rows = uow.session.execute(
        select(Jurisdiction.id, Jurisdiction.code, Jurisdiction.name)
        .where(Jurisdiction.path.startswith(city.path), Jurisdiction.level == STREET, Jurisdiction.ended_on.is_(None))
        .order_by(Jurisdiction.code)
    )
    for username, code in OFFICERS.items():
        if uow.session.scalar(select(User.id).where(User.username == username)) is None:
            place = uow.session.scalars(select(Jurisdiction).where(Jurisdiction.code == code)).one()
            add_user(
                uow, username=username, name=f"{place.name}（测算）", password=demo.PASSWORD, role=Role.OFFICER,
                jurisdiction_id=place.id, is_demo=True,
            )  # fmt: skip
    rounds = tuple(_round(uow, city, title, *values) for title, values in ROUNDS.items())
    return Stage(tuple(Street(*row) for row in rows), rounds)


def _round(uow: UnitOfWork, city: Jurisdiction, title: str, began: int, due: int, given: float) -> Round:
    """As a launch leaves it, but for the duties: these come with their enterprises."""
    there = uow.session.scalar(select(Campaign).where(Campaign.title == title, Campaign.jurisdiction_id == city.id))
    if there is None:
        with acting(uow, before(uow, began, 9, 30)):
            plan = Plan(
                title=title, industries=tuple(INDUSTRIES), starts_on=uow.today, due_on=uow.today + timedelta(days=began - due),
                head_lectures=True, min_minutes=MIN_MINUTES, min_attendance=MIN_ATTENDANCE, pass_mark=PASS_MARK,
            )  # fmt: skip
            there = campaigns.draft(uow, city, plan)
            there.state, there.launched_at = CampaignState.LAUNCHED, uow.now
            terms = {name: getattr(there, name) for name in ("title", "industries", "starts_on", "due_on")}
            terms |= {name: getattr(there, name) for name in ("min_minutes", "min_attendance", "pass_mark")}
            uow.session.add(CampaignVersion(**terms, campaign_id=there.id, version=1, set_by=uow.actor.name, set_at=uow.now))
            uow.session.flush()
    return Round(there.id, there.starts_on, there.due_on, given)
