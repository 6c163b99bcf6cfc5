"""Who works in the firms of the district: a few people each, so that every number of the bureau opens names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from lms.access.actor import Actor
from lms.core.db import new_id
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, HeadAppointment, Person, PersonPost
from lms.registry.principals import person_actor
from lms.registry.rules import EnterprisesReading
from lms.seeding.house import USCC
from lms.seeding.stage import chance

SURNAMES, GIVEN = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗", "伟芳娜敏静丽强磊军洋艳勇杰娟涛明超霞平刚桂华玲辉梅建"
SIZES = ((30, 2), (60, 3), (120, 4), (250, 5))  # who tells of so many people in the list has so many; else the most
MOST = 8
HEAD = ("主要负责人", "主要负责人")
OTHERS = (("安全员", "安全生产管理人员"), ("员工", "其他从业人员"))


@dataclass(frozen=True, slots=True)
class Crew:
    """Who works in a firm, the head first: person and category; posts likewise. head: as the head acts on the own phone."""

    enterprise_id: UUID
    people: tuple[tuple[UUID, str], ...]
    posts: tuple[str, ...]
    head: Actor


def fewer(reading: EnterprisesReading) -> EnterprisesReading:
    """The list of the district with as many people in each firm as the demo has names for; the mill keeps its roster."""

    def size(told: int | None) -> int:
        return next((few for most, few in SIZES if (told or 0) <= most), MOST)

    firms = (one if one.uscc == USCC else replace(one, employees=size(one.employees)) for one in reading.enterprises)
    return replace(reading, enterprises=tuple(firms))


def hire(uow: UnitOfWork) -> None:
    """The rosters of the firms: the head that the list names, somebody for safety, and the others."""
    rng = chance("people of the firms")
    firms = uow.session.execute(
        select(Enterprise.id, Enterprise.declared_headcount, HeadAppointment.id, HeadAppointment.name)
        .join(HeadAppointment, HeadAppointment.enterprise_id == Enterprise.id)
        .where(Enterprise.uscc != USCC)
        .order_by(Enterprise.uscc)
    ).all()
    people: list[dict[str, Any]] = []
    posts: list[dict[str, Any]] = []
    heads: list[dict[str, Any]] = []
    for enterprise_id, headcount, appointment_id, head in firms:
        for at in range(headcount or 1):
            hired_on = uow.today - timedelta(days=rng.randint(400, 3_000))
            person_id, (post, category) = new_id(), HEAD if at == 0 else OTHERS[at > 1]
            own = {"enterprise_id": enterprise_id, "id": person_id, "work_no": f"{at + 1:04}", "hired_on": hired_on}
            people.append(own | {"name": _name(rng) if at else head, "created_at": uow.now})
            line = {"id": new_id(), "enterprise_id": enterprise_id, "person_id": person_id, "starts_on": hired_on}
            posts.append(line | {"post": post, "category": category})
            if at == 0:
                heads.append({"id": appointment_id, "person_id": person_id})
    uow.session.execute(insert(Person), people)
    uow.session.execute(insert(PersonPost), posts)
    uow.session.execute(update(HeadAppointment), heads)
    uow.forget(HeadAppointment)


def _name(rng: Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice((1, 2, 2))))


def crews(uow: UnitOfWork) -> dict[UUID, Crew]:
    """Enterprise → who works there, of all firms that hire() gave people."""
    there = defaultdict(list)
    rows = uow.session.execute(
        select(Person.id, Person.name, Person.enterprise_id, PersonPost.post, PersonPost.category)
        .join(PersonPost, PersonPost.person_id == Person.id)
        .join(Enterprise, Enterprise.id == Person.enterprise_id)
        .where(Enterprise.uscc != USCC, PersonPost.ends_on.is_(None))
        .order_by(Person.enterprise_id, Person.work_no)
    )
    for row in rows:
        there[row.enterprise_id].append(row)
    return {
        enterprise_id: Crew(
            enterprise_id, tuple((row.id, row.category) for row in own), tuple(row.post for row in own), person_actor(own[0])
        )
        for enterprise_id, own in there.items()
    }
