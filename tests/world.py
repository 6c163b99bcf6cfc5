"""A small world for tests: one city, two districts that have nothing to do with each other."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.models import Membership, Role, User
from lms.access.service import load_actor
from lms.core.clock import local_date
from lms.core.crypto import keyring
from lms.core.uow import UnitOfWork, unit_of_work
from lms.registry.models import Department, Enterprise, EnterprisePast, HeadAppointment, Jurisdiction, Person, PersonPost
from lms.registry.service import transfers

LONG_AGO = date(2020, 1, 1)
# Synthetic ID numbers: the unassigned region 430699, right check characters (shared with the data in tests/data).
ID_NUMBERS = (
    "430699197206168375", "430699199505110914", "430699198612078441", "430699200303029275", "430699199812068146",
)  # fmt: skip
PEOPLE = (
    ("陈建国", "主要负责人"),
    ("赵倩", "安全生产管理人员"),
    ("刘洋", "其他从业人员"),
    ("孙丽", "其他从业人员"),
    ("何军", "其他从业人员"),
)
PHONES = ("19921463076", "19956977190", "19906030610", "19979136468", "19954996040")


def acting(uow: UnitOfWork, actor: Actor, verb: str, now: datetime | None = None) -> UnitOfWork:
    """The same transaction, of somebody else, and at another moment if told."""
    begun = uow.session
    made = copy.copy(uow)
    assert made.session is begun
    made.actor, made.verb, made.now = actor, verb, now or uow.now
    return made


@dataclass
class Side:
    """One district: its codes, rows by id, and the session keys of its users (`trainer`, `head`, `employee`, `officer`)."""

    district_id: UUID
    street_id: UUID
    enterprise_id: UUID
    department_id: UUID
    head_id: UUID
    person_ids: list[UUID]
    trainer: str
    head: str
    employee: str
    officer: str
    street_officer: str
    ids: dict[str, UUID] = field(default_factory=dict)  # more rows by the name of the route parameter that takes them


@dataclass
class World:
    city_id: UUID
    city_officer: str
    here: Side
    there: Side


def move(uow: UnitOfWork, world: World, at: datetime) -> None:
    """The city has handed the enterprise of one district over to the other."""
    actor = load_actor(uow, world.city_officer)
    assert actor is not None
    firm, to = uow.session.get_one(Enterprise, world.here.enterprise_id), uow.session.get_one(Jurisdiction, world.there.street_id)
    transfers.ask(acting(uow, actor, "enterprise.transfer"), firm, to, "搬到云溪").decided_at = at
    uow.session.scalars(select(EnterprisePast)).one().until_on = local_date(at) - timedelta(days=1)
    uow.session.flush()


def committed_world() -> World:
    with unit_of_work(Actor.system("test"), "home") as uow:
        return build_world(uow)


def build_world(uow: UnitOfWork) -> World:
    city = _jurisdiction(uow, "430600", "岳阳市", "市", None)
    here = _side(uow, city, "430602", "岳阳楼区", "城陵矶街道", "91430699MA7UUP5Y9R", "湘粮油脂有限公司", 0)
    there = _side(uow, city, "430603", "云溪区", "松杨湖街道", "91430699MACHHLH61E", "鸿和平机械有限责任公司", 1)
    officer = _user(uow, "city", "市安委办", Role.OFFICER, jurisdiction_id=city.id)
    return World(city.id, officer, here, there)


def _jurisdiction(uow: UnitOfWork, code: str, name: str, level: str, parent: Jurisdiction | None) -> Jurisdiction:
    there = uow.session.scalar(select(Jurisdiction).where(Jurisdiction.code == code))
    if there is not None:
        return there  # an installation has its divisions from the first day
    row = Jurisdiction(
        code=code, name=name, level=level, parent_id=parent.id if parent else None,
        path=f"{parent.path if parent else ''}{code}/",
    )  # fmt: skip
    uow.session.add(row)
    uow.session.flush()
    return row


def _user(uow: UnitOfWork, username: str, name: str, role: Role, **scope: UUID) -> str:
    user = User(username=username, name=name, password_hash="not a password", created_at=uow.now)
    user.memberships.append(Membership(role=role, starts_on=LONG_AGO, **scope))
    if role in (Role.TRAINER, Role.HEAD) and "person_id" in scope:
        user.memberships.append(Membership(role=Role.EMPLOYEE, starts_on=LONG_AGO, **scope))
    uow.session.add(user)
    uow.session.flush()
    return f"user:{user.id}"


def _side(uow: UnitOfWork, city: Jurisdiction, code: str, name: str, street_name: str, uscc: str, firm: str, offset: int) -> Side:
    district = _jurisdiction(uow, code, name, "县级", city)
    street = _jurisdiction(uow, f"{code}008", street_name, "乡级", district)
    enterprise = Enterprise(
        name=firm, uscc=uscc, jurisdiction_id=street.id, industry="工贸", declared_headcount=5, created_at=uow.now
    )
    uow.session.add(enterprise)
    uow.session.flush()
    workshop = Department(enterprise_id=enterprise.id, name="压榨车间")
    uow.session.add(workshop)
    uow.session.flush()
    people = []
    for at, (person_name, category) in enumerate(PEOPLE):
        person = Person(
            enterprise_id=enterprise.id, name=person_name, work_no=f"{at + 1:04}",
            phone=str(int(PHONES[at]) + offset), phone_hash=keyring().fingerprint(str(int(PHONES[at]) + offset)),
            id_number=ID_NUMBERS[at], id_number_hash=keyring().fingerprint(ID_NUMBERS[at]),
            hired_on=LONG_AGO, created_at=uow.now,
        )  # fmt: skip
        person.posts.append(
            PersonPost(
                enterprise_id=enterprise.id, department_id=workshop.id, post="操作工", category=category, starts_on=LONG_AGO
            )
        )
        people.append(person)
    uow.session.add_all(people)
    uow.session.flush()
    uow.session.add(HeadAppointment(enterprise_id=enterprise.id, person_id=people[0].id, name="陈建国", starts_on=LONG_AGO))
    own = {"enterprise_id": enterprise.id}
    side = Side(
        district_id=district.id,
        street_id=street.id,
        enterprise_id=enterprise.id,
        department_id=workshop.id,
        head_id=people[0].id,
        person_ids=[person.id for person in people],
        trainer=_user(uow, f"trainer-{code}", "赵倩", Role.TRAINER, person_id=people[1].id, **own),
        head=_user(uow, f"head-{code}", "陈建国", Role.HEAD, person_id=people[0].id, **own),
        employee=_user(uow, f"employee-{code}", "刘洋", Role.EMPLOYEE, person_id=people[2].id, **own),
        officer=_user(uow, f"officer-{code}", "王敏", Role.OFFICER, jurisdiction_id=district.id),
        street_officer=_user(uow, f"street-{code}", "李强", Role.OFFICER, jurisdiction_id=street.id),
    )
    side.ids |= {"enterprise_id": enterprise.id, "person_id": people[2].id, "jurisdiction_id": district.id}
    return side


def change(person_id: UUID, **values: Any) -> None:
    """Write these into the row of a person, past every rule of the roster."""
    with unit_of_work(Actor.system("test"), "home") as uow:
        person = uow.session.get_one(Person, person_id)
        for name, value in values.items():
            setattr(person, name, value)
