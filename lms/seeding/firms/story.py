"""What happened to each firm since a campaign was launched, by chance and by how readily firms of its kind follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select, update

from lms.campaigns.models import Campaign
from lms.campaigns.rules import MIN_ATTENDANCE, MIN_MINUTES
from lms.compliance.models import Standing
from lms.compliance.rules import Facts, Result, Rule, standing_from
from lms.core.db import new_id
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise
from lms.seeding.firms.records import Records, Session
from lms.seeding.firms.staff import Crew, crews
from lms.seeding.house import Mill
from lms.seeding.stage import on_wall

RULE = Rule(head_lectures=True, min_minutes=MIN_MINUTES, min_attendance=MIN_ATTENDANCE)
# How readily firms follow, by industry and by street: what makes the matrix uneven. Others are in the middle.
READY = {
    "烟花爆竹": 0.9, "危险化学品": 0.8, "工贸": 0.35, "建筑施工": -0.15, "人员密集": -0.1, "交通运输": 0.05, "其他": -0.4,
    "城陵矶街道": 0.05, "岳阳楼街道": 0.35, "金鹗山街道": 0.2, "奇家岭街道": -0.35, "站前街道": -0.3, "郭镇乡": -0.6,
}  # fmt: skip
TITLES = {
    "烟花爆竹": "药物安全与静电防护", "危险化学品": "动火作业与泄漏处置", "工贸": "机械伤害与检修断电",
    "建筑施工": "高处作业与临时用电", "交通运输": "疲劳驾驶与车辆例检", "非煤矿山": "顶板管理与通风",
    "人员密集场所": "用火用电与疏散引导", "其他": "岗位风险与应急处置",
}  # fmt: skip
WITH_QUIZ = 0.25  # share of the lectures that end with a quiz; the campaign asks for none
FAILING = 0.06  # of those who take one


@dataclass(frozen=True, slots=True)
class Turn:
    """How a campaign goes over the firms. given, planned, not_head, too_short: how many of all, in thousandths.

    days: from launch until today. full: share of those given whose people came as asked.
    """

    given: int
    planned: int
    not_head: int
    too_short: int
    days: int
    full: float


def play(uow: UnitOfWork, mill: Mill, campaign: Campaign, turn: Turn, rng: Random) -> None:
    """Let the days since the launch pass for everybody but the enterprise whose lectures are really held."""
    uow.session.flush()
    first_lines = uow.session.scalars(
        select(Standing)
        .join(Enterprise, Enterprise.id == Standing.enterprise_id)
        .where(Standing.campaign_id == campaign.id, Standing.until_on.is_(None), Standing.enterprise_id != mill.enterprise_id)
        .order_by(Enterprise.uscc)
    ).all()
    there, records = crews(uow), Records(uow, campaign, rng)
    ranked = sorted(first_lines, key=lambda line: -_readiness(line, rng))
    everybody = len(ranked) + 1
    ended: list[dict[str, Any]] = []
    fresh: list[dict[str, Any]] = []
    for rank, line in enumerate(ranked):
        chapter = _Chapter(there[line.enterprise_id], TITLES[line.industry], campaign.starts_on, turn, rng)
        story = list(chapter.told(records, rank, everybody))
        days = [day for day, _facts in story]
        for at, (day, facts) in enumerate(story):
            until = days[at + 1] - timedelta(days=1) if at + 1 < len(days) else None
            fresh.append(_line(line, day, until, standing_from([facts], RULE)))
        if story:
            ended.append({"id": line.id, "until_on": days[0] - timedelta(days=1)})
    records.write()
    uow.session.execute(update(Standing), ended)
    uow.session.execute(insert(Standing), fresh)
    uow.session.expire_all()


def _readiness(line: Standing, rng: Random) -> float:
    return READY.get(line.industry.removesuffix("场所"), 0) + READY.get(line.street_name, 0) + rng.gauss(0, 0.7)


@dataclass(frozen=True, slots=True)
class _Chapter:
    """One firm in one campaign."""

    crew: Crew
    title: str
    launched_on: date
    turn: Turn
    rng: Random

    def told(self, records: Records, rank: int, everybody: int) -> Iterator[tuple[date, Facts]]:
        """What happened: days after the launch, in order, each with the facts from then on. Its lecture is put on record.

        rank: how ready the firm is, of everybody.
        """
        turn, rng = self.turn, self.rng
        given, planned, not_head, too_short = (
            round(everybody * part / 1000) for part in (turn.given, turn.planned, turn.not_head, turn.too_short)
        )
        given -= 1  # the enterprise whose lectures are really held is one of them
        if rank >= given + planned + not_head + too_short:
            return
        lecture_id = new_id()
        if given <= rank < given + planned:
            told = self._at(rng.randint(2, turn.days - 1), rng.randint(9, 16))
            starts = self._at(turn.days + rng.randint(2, 12), rng.randint(8, 16))
            yield told.date(), records.plan(self.crew, lecture_id, self.title, told, starts, MIN_MINUTES)
            return
        share = min(rank / max(given, 1), 1.0)
        held_day = min(max(round(1 + (turn.days - 1) * share**0.75 + rng.gauss(0, 1.5)), 1), turn.days - 1)
        told_day = held_day - rng.randint(1, min(held_day - 1, 6)) if held_day > 1 else held_day
        told = self._at(told_day, rng.randint(9, 16)) if told_day < held_day else self._at(held_day, 7, 40)
        if told_day < held_day:
            yield told.date(), Facts(lecture_id=lecture_id, held=False, lecturer_is_head=True)
        session = self._session(self._at(held_day, rng.randint(8, 15), rng.choice((0, 30))), rank, given + planned, not_head)
        facts = records.hold(self.crew, lecture_id, told, session)
        yield session.starts.date(), facts

    def _at(self, day: int, hour: int, minute: int = 0) -> datetime:
        return on_wall(self.launched_on + timedelta(days=day), hour, minute)

    def _session(self, starts: datetime, rank: int, counting: int, not_head: int) -> Session:
        """counting: firms before this rank lecture as asked; after them come those whose head did not speak, then short ones."""
        rng, people = self.rng, len(self.crew.people)
        counts, by_head = rank < counting, not counting <= rank < counting + not_head
        minutes = rng.choice((60, 62, 65, 70, 75, 90)) if counts or not by_head else rng.randint(21, 48)
        others = range(1, people) if by_head else (0, *range(2, people))
        short_of = counts and rng.random() > self.turn.full
        away = 1 if short_of or (people > 4 and rng.random() < 0.5) else 0
        absent = frozenset(rng.sample(others, min(away + (short_of and people > 4), len(others))))
        wrong = None
        if counts and rng.random() < WITH_QUIZ:
            wrong = {at: 2 if rng.random() < FAILING else rng.choice((0, 0, 1)) for at in range(people)}
        return Session(self.title, starts, minutes, 0 if by_head else 1, absent, wrong)


def _line(first: Standing, since: date, until: date | None, result: Result) -> dict[str, Any]:
    values = {name: getattr(result, name) for name in Result.__dataclass_fields__}
    kept = ("enterprise_id", "campaign_id", "due_on", "street_code", "street_name", "industry", "trade_authority", "officer_name")
    return (
        values
        | {name: getattr(first, name) for name in kept}
        | {"id": new_id(), "since_on": since, "until_on": until, "updated_at": on_wall(since, 18)}
    )
