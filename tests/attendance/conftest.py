"""A clock on the wall that tests set, and a hall in which check-in is open."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.access.actor import Actor
from lms.attendance import rules, service
from lms.attendance.models import AttendanceEvent, Presence
from lms.core import clock
from lms.core.crypto import keyring
from lms.core.uow import unit_of_work
from lms.lectures.models import Attendee
from lms.registry.models import Person
from tests.lectures.builders import make_lecture
from tests.wall import Wall, hang
from tests.world import World

HALF_PAST_TWO = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  # 14:30 on the wall, and the start of a step
PHONES = ("19921463076", "19956977190", "19906030610", "19979136468", "19954996040")
TAILS = ("8375", "0914", "8441", "9275", "8146")


@dataclass
class Hall:
    """A lecture of the enterprise here, with check-in open and begun at 14:30."""

    lecture_id: UUID
    sitting_id: UUID

    def token(self, mark: str = "in", screen: int = 1) -> str:
        """What the projector shows at this moment."""
        secret = service.secret_of(self.sitting_id)
        return rules.token(secret, self.sitting_id, mark, rules.step_of(clock.now()), screen)

    def digits(self, mark: str = "in") -> str:
        return rules.spoken_code(service.secret_of(self.sitting_id), mark, rules.step_of(clock.now()))


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    return hang(monkeypatch, HALF_PAST_TWO)


def open_hall(world: World) -> Hall:
    with unit_of_work(Actor.system("test"), "home") as uow:
        lecture = make_lecture(uow, world.here, state="open")
        return Hall(lecture.id, lecture.sitting.id)


@pytest.fixture
def hall(world: World, wall: Wall, kept: Callable[..., Hall]) -> Hall:
    return kept(open_hall, world)


def events() -> list[AttendanceEvent]:
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        wanted = select(AttendanceEvent).options(joinedload(AttendanceEvent.held))
        return list(uow.session.scalars(wanted.order_by(AttendanceEvent.recorded_at, AttendanceEvent.id)))


def presences() -> dict[UUID, Presence]:
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        return {row.person_id: row for row in uow.session.scalars(select(Presence))}


def scan(client, token: str) -> str:
    """Scan a code; returns the path at which the phone that carries the claim goes on."""
    answer = client.get(f"/s/{token}")
    assert answer.status_code == 200, answer.text
    assert 'name="claim"' in answer.text
    return "/checkin"


def carried(page) -> str:
    """The claim that a page carries in its form."""
    return re.search(r'name="claim" value="([^"]+)"', page.text)[1]


def tap(client, path: str, do: str, **said):
    """Send the form of the page that the phone is on, with its claim."""
    claim = client.get_cookie("anke_claim")
    return client.post(path, data={"claim": claim.value if claim else "", "do": do} | said, follow_redirects=True)


def identify(client, path: str, who: int):
    return tap(client, path, "identify", phone=PHONES[who], tail=TAILS[who])


def share_a_phone(app: Flask, hall: Hall, *places: int) -> FlaskClient:
    """Those who stand at these places in the list check in one after the other, with one phone."""
    phone = app.test_client()
    for at, place in enumerate(places):
        path = scan(phone, hall.token())
        if at:
            phone.get(f"{path}?as=other")
        identify(phone, path, place)
    return phone


def fill(world: World, hall: Hall, many: int) -> list[UUID]:
    """Add people to the list until it has this many; returns the ids of those added."""
    added = []
    with unit_of_work(Actor.system("test"), "home") as uow:
        for n in range(many - len(world.here.person_ids)):
            person = Person(
                enterprise_id=world.here.enterprise_id, name=f"员工{n}", created_at=uow.now,
                id_number_hash=keyring().fingerprint(str(n)),
            )  # fmt: skip
            uow.session.add(person)
            uow.session.flush()
            uow.session.add(
                Attendee(
                    enterprise_id=world.here.enterprise_id, lecture_id=hall.lecture_id, person_id=person.id,
                    department_name="灌装车间", category="其他从业人员",
                )
            )  # fmt: skip
            added.append(person.id)
    return added
