"""At the door of the lecture that is given now: visitors, a tablet, a leader's phone, and a re-check in the middle."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from lms.attendance import service
from lms.attendance.models import StationKind
from lms.attendance.service import stations
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.seeding.house import Mill
from lms.seeding.stage import acting

VISITORS = (("王师傅", "设备检修相关方"), ("李师傅", "设备检修相关方"), ("周师傅", "叉车租赁相关方"))
TEAM = "仓储部"


def receive(uow: UnitOfWork, mill: Mill, lecture: Lecture) -> None:
    """Who has no phone of the firm, or none at all, is received too."""
    sitting, now = lecture.sitting, uow.now
    for number, (name, company) in enumerate(VISITORS):
        with acting(uow, now - timedelta(minutes=9 - number), mill.trainer):
            service.visit(uow, sitting, name, company)
    with acting(uow, now - timedelta(minutes=15), mill.trainer):
        stations.add_station(uow, sitting, StationKind.KIOSK)
        leader = next(line for line in mill.roster(uow) if line.department_name == TEAM)
        stations.add_station(uow, sitting, StationKind.LEADER, team=TEAM, leader=leader.name)


def recheck(uow: UnitOfWork, mill: Mill, lecture: Lecture, rng: Random) -> None:
    """A tenth of those in the room was asked some minutes ago; one did not look at the phone."""
    now, people = uow.now, {person.id: person for person in mill.people.values()}
    asked_at = max(lecture.sitting.started_at or now, now - timedelta(minutes=6))
    with acting(uow, asked_at, mill.trainer):
        asked = service.ask_now(uow, lecture.sitting, 10)
    answering = sorted(ask.person_id for ask in asked.asked)[1:]
    for person_id in answering:
        at = asked_at + timedelta(seconds=rng.randint(15, 100))
        with acting(uow, min(at, now), mill.phone_of(people[person_id].work_no or "")):
            service.answer(uow, asked, person_id)
