"""The demo: a district with its firms, one enterprise with its people and lectures, and accounts to look at it with."""

from __future__ import annotations

import sys

import click
from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.models import User
from lms.compliance.bulletins.jobs import print_bulletins
from lms.core.uow import unit_of_work
from lms.hazards.service import look_at_evidence
from lms.lectures.service import look_at_photos
from lms.seeding import awards, bulletin, bureau, hazards, house, kinds, lectures

ACTOR = Actor.system("demo")


def load_demo() -> None:
    """A lively demo, dated from today; loading again changes nothing. About 20 s on two cores, progress on stderr.

    One transaction: an interrupted loading leaves nothing behind.
    """
    with unit_of_work(ACTOR, "system", write=False) as uow:
        if uow.session.scalar(select(User.id).where(User.is_demo).limit(1)):
            return
    with unit_of_work(ACTOR, "system") as uow:
        _tell("岳阳楼区的企业")
        district = bureau.take_over_firms(uow)
        _tell("湘粮油脂有限公司")
        mill = house.move_in(uow, district)
        kinds.add_own_questions(uow, mill)
        _tell("专项活动")
        first = bureau.earlier_campaign(uow, mill)
        _tell("讲过的课")
        lectures.earlier(uow, mill, first)
        running = bureau.running_campaign(uow, mill)
        lectures.recent(uow, mill, running)
        lectures.library(uow, district)
        _tell("证书")
        awards.give(uow, mill)
        _tell("重大隐患")
        hazards.found_and_signed(uow, mill)
        _tell("第一轮的通报")
        bulletin.of_the_first_round(uow, mill, first)
    look_at_photos()
    look_at_evidence()
    print_bulletins()


def _tell(what: str) -> None:
    click.echo(f"演示数据：{what}", file=sys.stderr)
