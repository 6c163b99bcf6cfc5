"""岳阳楼区: its firms, what the bureau asks of them, and how they stand from day to day.

The firms are taken over by the importer and asked by a real launch. That they lectured is told by their standings alone:
each line follows from invented facts by the rule of the product (compliance.rules.standing_from).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select, update

from lms.access.models import Membership, Role, User
from lms.campaigns import service as campaigns
from lms.campaigns.models import Campaign
from lms.campaigns.rules import MIN_ATTENDANCE, MIN_MINUTES, PASS_MARK, TITLE, Plan
from lms.compliance.models import Standing
from lms.compliance.rules import Facts, Result, Rule, standing_from
from lms.core.db import new_id
from lms.core.tables import read
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, HeadAppointment, Jurisdiction
from lms.registry.rules import read_enterprises
from lms.registry.service import import_enterprises
from lms.registry.service.enterprises import streets_of
from lms.seeding.house import SINCE_DAYS, USCC, Mill
from lms.seeding.stage import acting, before, chance, file, on_wall

DISTRICT = "430602"
AUTHORITIES = {
    "工贸": "应急管理局", "烟花爆竹": "应急管理局", "危险化学品": "应急管理局", "建筑施工": "住房和城乡建设局",
    "交通运输": "交通运输局", "非煤矿山": "应急管理局", "人员密集场所": "消防救援大队",
}  # fmt: skip
RULE = Rule(head_lectures=True, min_minutes=MIN_MINUTES, min_attendance=MIN_ATTENDANCE)
# How readily firms follow, by industry and by street: what makes the matrix uneven. Others are in the middle.
READY = {
    "烟花爆竹": 0.9, "危险化学品": 0.8, "工贸": 0.35, "建筑施工": -0.15, "人员密集": -0.1, "交通运输": 0.05, "其他": -0.4,
    "城陵矶街道": 0.05, "岳阳楼街道": 0.35, "金鹗山街道": 0.2, "奇家岭街道": -0.35, "站前街道": -0.3, "郭镇乡": -0.6,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """How a campaign goes over the firms. given, planned, not_head, too_short: how many of all, in thousandths.

    days: from launch until today. full: share of those given whose people came and passed as asked.
    """

    given: int
    planned: int
    not_head: int
    too_short: int
    days: int
    full: float


def take_over_firms(uow: UnitOfWork) -> Jurisdiction:
    """The firms of the district by the importer, as they were entered long ago; returns the district."""
    district = uow.session.scalars(select(Jurisdiction).where(Jurisdiction.code == DISTRICT)).one()
    with acting(uow, before(uow, SINCE_DAYS + 10, 10)):
        reading = read_enterprises(read(file("enterprises.xlsx"), "enterprises.xlsx"), streets=streets_of(uow, district))
        import_enterprises(uow, district, reading)
        for industry, trade_authority in AUTHORITIES.items():
            ours = update(Enterprise).where(Enterprise.industry == industry)
            uow.session.execute(ours.values(trade_authority=f"{district.name}{trade_authority}"))
        uow.forget(Enterprise)
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
    """A round that is over: nearly all have done it."""
    return _launch(uow, mill, f"{TITLE}（第一轮）", 90, 52, Turn(968, 0, 9, 7, days=45, full=0.93))


def running_campaign(uow: UnitOfWork, mill: Mill) -> Campaign:
    """The round that runs: due in 18 days, 1,109 of 1,284 have lectured."""
    return _launch(uow, mill, TITLE, 24, -18, Turn(864, 46, 11, 8, days=24, full=0.82))


def _launch(uow: UnitOfWork, mill: Mill, title: str, began: int, due: int, turn: Turn) -> Campaign:
    """began, due: days before today."""
    launched_at = before(uow, began, 9, 30)
    with acting(uow, launched_at, mill.district):
        district = uow.session.get_one(Jurisdiction, mill.district_id)
        industries = uow.session.scalars(
            select(Enterprise.industry).distinct().join(Jurisdiction).where(Jurisdiction.path.startswith(district.path))
        )
        plan = Plan(
            title=title, industries=tuple(sorted(industries)), starts_on=uow.today,
            due_on=uow.today + timedelta(days=began - due), head_lectures=RULE.head_lectures,
            min_minutes=RULE.min_minutes, min_attendance=RULE.min_attendance, pass_mark=PASS_MARK,
        )  # fmt: skip
        campaign = campaigns.draft(uow, district, plan)
        campaigns.launch(uow, campaign)
    _play(uow, mill, campaign, turn, chance(title))
    return campaign


def _play(uow: UnitOfWork, mill: Mill, campaign: Campaign, turn: Turn, rng: Random) -> None:
    """Let the days since the launch pass for everybody but the enterprise whose lectures are really held."""
    uow.session.flush()
    first_lines = uow.session.execute(
        select(Standing, Enterprise.declared_headcount)
        .join(Enterprise, Enterprise.id == Standing.enterprise_id)
        .where(Standing.campaign_id == campaign.id, Standing.until_on.is_(None), Standing.enterprise_id != mill.enterprise_id)
        .order_by(Enterprise.uscc)
    ).all()
    ranked = sorted(first_lines, key=lambda row: -_readiness(row[0], rng))
    everybody = len(ranked) + 1
    ended: list[dict[str, Any]] = []
    fresh: list[dict[str, Any]] = []
    for rank, (line, headcount) in enumerate(ranked):
        story = list(_story(rank, everybody, headcount or 10, campaign.starts_on, turn, rng))
        days = [day for day, _facts in story]
        for at, (day, facts) in enumerate(story):
            until = days[at + 1] - timedelta(days=1) if at + 1 < len(days) else None
            fresh.append(_line(line, day, until, standing_from([facts], RULE)))
        if story:
            ended.append({"id": line.id, "until_on": days[0] - timedelta(days=1)})
    uow.session.execute(update(Standing), ended)
    uow.session.execute(insert(Standing), fresh)
    uow.session.expire_all()


def _readiness(line: Standing, rng: Random) -> float:
    return READY.get(line.industry.removesuffix("场所"), 0) + READY.get(line.street_name, 0) + rng.gauss(0, 0.7)


def _story(rank: int, everybody: int, headcount: int, launched_on: date, turn: Turn, rng: Random) -> Iterator[tuple[date, Facts]]:
    """What happened to one firm: days after the launch, in order, each with its facts from then on."""
    given, planned, not_head, too_short = (
        round(everybody * part / 1000) for part in (turn.given, turn.planned, turn.not_head, turn.too_short)
    )
    given -= 1  # the enterprise whose lectures are really held is one of them
    share = min(rank / max(given, 1), 1.0)
    held_day = min(max(round(1 + (turn.days - 1) * share**0.75 + rng.gauss(0, 1.5)), 1), turn.days)
    held_on = launched_on + timedelta(days=held_day)
    lecture_id = new_id()
    expected = max(headcount - round(headcount * rng.uniform(0, 0.06)), 1)
    plan = Facts(lecture_id=lecture_id, held=False, lecturer_is_head=True)
    minutes = rng.choice((60, 62, 65, 70, 75, 90))
    attended = expected - _few(expected, 0.06, rng)
    if rank < given:
        if held_day > 4 and rng.random() < 0.5:
            yield launched_on + timedelta(days=rng.randint(1, held_day - 2)), plan
        first, short_of = attended - _few(attended, 0.3, rng), rng.random() > turn.full
        if short_of and expected > 4:
            attended = min(attended, round(expected * rng.uniform(0.66, 0.88)))
            first = min(first, attended)
        yield held_on, _held(plan, held_on, minutes, expected, attended, first)
        exam_day = held_day + rng.randint(1, 3)
        if exam_day <= turn.days:
            passed = attended - _few(attended, 0.03, rng)
            yield launched_on + timedelta(days=exam_day), _held(plan, held_on, minutes, expected, attended, passed)
    elif rank < given + planned:
        yield launched_on + timedelta(days=rng.randint(2, turn.days)), plan
    elif rank < given + planned + not_head:
        yield held_on, _held(plan, held_on, minutes, expected, attended, attended, by_head=False)
    elif rank < given + planned + not_head + too_short:
        yield held_on, _held(plan, held_on, rng.randint(21, 48), expected, attended, attended)


def _few(of: int, most: float, rng: Random) -> int:
    return int(of * rng.uniform(0, most))


def _held(plan: Facts, on: date, minutes: int, expected: int, attended: int, passed: int, *, by_head: bool = True) -> Facts:
    return Facts(
        lecture_id=plan.lecture_id, held=True, lecturer_is_head=by_head, held_on=on, minutes=minutes, expected=expected,
        attended=attended, examined=attended, passed=passed, completed=passed,
    )  # fmt: skip


def _line(first: Standing, since: date, until: date | None, result: Result) -> dict[str, Any]:
    values = {name: getattr(result, name) for name in Result.__dataclass_fields__}
    kept = ("enterprise_id", "campaign_id", "due_on", "street_code", "street_name", "industry", "trade_authority", "officer_name")
    return (
        values
        | {name: getattr(first, name) for name in kept}
        | {"id": new_id(), "lecture_id": None, "since_on": since, "until_on": until, "updated_at": on_wall(since, 18)}
    )
