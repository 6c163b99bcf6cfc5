"""岳阳楼区: its firms, what the bureau asks of them, and how they stand from day to day.

The firms are taken over by the importer and asked by a real launch. What happened since is invented, and written down as it would
have been (firms.records): each line of a standing follows from those facts by the rule of the product.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from lms.access.models import Membership, Role, User
from lms.campaigns import service as campaigns
from lms.campaigns.models import Campaign
from lms.campaigns.rules import PASS_MARK, TITLE, Plan
from lms.core.db import new_id
from lms.core.tables import read
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, HeadAppointment, Jurisdiction
from lms.registry.rules import read_enterprises
from lms.registry.service import import_enterprises
from lms.registry.service.enterprises import streets_of
from lms.seeding.firms.staff import fewer, hire
from lms.seeding.firms.story import RULE, Turn, play
from lms.seeding.house import SINCE_DAYS, USCC, Mill
from lms.seeding.stage import acting, before, chance, file

DISTRICT = "430602"
AUTHORITIES = {
    "工贸": "应急管理局", "烟花爆竹": "应急管理局", "危险化学品": "应急管理局", "建筑施工": "住房和城乡建设局",
    "交通运输": "交通运输局", "非煤矿山": "应急管理局", "人员密集场所": "消防救援大队",
}  # fmt: skip
FIRST = ("危险化学品", "工贸", "烟花爆竹", "非煤矿山")  # industries of the first round


def take_over_firms(uow: UnitOfWork) -> Jurisdiction:
    """The firms of the district by the importer, as they were entered long ago; returns the district."""
    district = uow.session.scalars(select(Jurisdiction).where(Jurisdiction.code == DISTRICT)).one()
    with acting(uow, before(uow, SINCE_DAYS + 10, 10)):
        reading = read_enterprises(read(file("enterprises.xlsx"), "enterprises.xlsx"), streets=streets_of(uow, district))
        import_enterprises(uow, district, fewer(reading))
        for industry, trade_authority in AUTHORITIES.items():
            ours = update(Enterprise).where(Enterprise.industry == industry)
            uow.session.execute(ours.values(trade_authority=f"{district.name}{trade_authority}"))
        uow.forget(Enterprise)
        hire(uow)
        _open_accounts(uow)
    return district


def _open_accounts(uow: UnitOfWork) -> None:
    """Heads of two firms in three can be told of something; nobody knows a password of theirs. The others are to be called."""
    rng, now = chance("accounts of the firms"), uow.now
    heads = uow.session.execute(
        select(Enterprise.id, Enterprise.uscc, HeadAppointment.name)
        .join(HeadAppointment, HeadAppointment.enterprise_id == Enterprise.id)
        .where(Enterprise.uscc != USCC)
        .order_by(Enterprise.uscc)
    ).all()
    users: list[dict[str, Any]] = []
    roles: list[dict[str, Any]] = []
    for enterprise_id, uscc, name in heads:
        if rng.random() < 2 / 3:
            user_id = new_id()
            account = {"username": f"head-{uscc}", "name": name, "password_hash": "", "is_demo": True, "created_at": now}
            users.append(account | {"id": user_id})
            held = {"role": Role.HEAD, "enterprise_id": enterprise_id, "starts_on": uow.today}
            roles.append(held | {"id": new_id(), "user_id": user_id})
    uow.session.execute(insert(User), users)
    uow.session.execute(insert(Membership), roles)


def earlier_campaign(uow: UnitOfWork, mill: Mill) -> Campaign:
    """A round that is over, of the industries with the greatest dangers: nearly all have done it."""
    return _launch(uow, mill, f"{TITLE}（第一轮）", 90, 52, Turn(968, 0, 9, 7, days=45, full=0.93), FIRST)


def running_campaign(uow: UnitOfWork, mill: Mill) -> Campaign:
    """The round that runs: due in 18 days, 1,109 of 1,284 have lectured."""
    return _launch(uow, mill, TITLE, 24, -18, Turn(864, 46, 11, 8, days=24, full=0.82))


def _launch(
    uow: UnitOfWork, mill: Mill, title: str, began: int, due: int, turn: Turn, industries: tuple[str, ...] = ()
) -> Campaign:
    """began, due: days before today. industries: none named are all there are."""
    launched_at = before(uow, began, 9, 30)
    with acting(uow, launched_at, mill.district):
        district = uow.session.get_one(Jurisdiction, mill.district_id)
        there = uow.session.scalars(
            select(Enterprise.industry).distinct().join(Jurisdiction).where(Jurisdiction.path.startswith(district.path))
        )
        plan = Plan(
            title=title, industries=industries or tuple(sorted(there)), starts_on=uow.today,
            due_on=uow.today + timedelta(days=began - due), head_lectures=RULE.head_lectures,
            min_minutes=RULE.min_minutes, min_attendance=RULE.min_attendance, pass_mark=PASS_MARK,
        )  # fmt: skip
        campaign = campaigns.draft(uow, district, plan)
        campaigns.launch(uow, campaign)
    play(uow, mill, campaign, turn, chance(title))
    return campaign
