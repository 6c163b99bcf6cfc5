"""Training from elsewhere and old paper: a scan, a second person, and never shown as seen by the product itself."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from lms.access.actor import Actor, Held
from lms.access.models import Membership, Role
from lms.access.service import load_actor
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.credentials import service
from lms.credentials.models import EnteredTraining, HoursLine, TrainingKind
from lms.credentials.rules import Impossible, WrongDays, by_day, counting_on
from lms.ledger.service import verify
from lms.registry.models import Person
from tests.credentials.scenes import SYSTEM, held
from tests.world import acting

DAY = date(2026, 11, 23)
RULE = counting_on(DAY)
PDF = b"%PDF-1.7 a scan"


@given(st.integers(1, 240), st.integers(1, 10))
@settings(max_examples=30)
def test_the_days_of_a_training_hold_all_its_hours_and_no_day_more_than_it_has(steps, days):
    hours = Decimal(steps) / 2
    try:
        found = by_day(hours, DAY - timedelta(days=days - 1), DAY, DAY, RULE)
    except Impossible:
        assert hours > 24 * days or hours > 24 * days - days * Decimal("0.5")
    else:
        assert sum(found.values()) == hours and max(found.values()) <= 24
        assert max(found.values()) - min(found.values()) <= Decimal("0.5")


@pytest.mark.parametrize(
    ("starts", "ends", "problem"), [(0, 0, Impossible), (0, 1, WrongDays), (1, 0, WrongDays), (-70, 0, WrongDays)]
)
def test_seventy_two_hours_in_a_day_and_days_that_cannot_be_are_refused(starts, ends, problem):
    with pytest.raises(problem):
        by_day(Decimal(72), DAY + timedelta(days=starts), DAY + timedelta(days=ends), DAY, RULE)


def test_the_second_person_is_another_person_and_not_another_account(app, world):
    here = world.here
    with unit_of_work(SYSTEM, "system") as uow:
        trainer, about = load_actor(uow, here.trainer), uow.session.get_one(Person, here.person_ids[4])
        member = uow.session.scalars(select(Membership).where(Membership.user_id == trainer.user_id)).first()
        member.person_id = here.person_ids[3]
        told = service.Entered(TrainingKind.OUTSIDE, "复训班", "安全培训中心", uow.today, uow.today, Decimal(8), "")
        training = service.enter_training(acting(uow, trainer, "home"), about, told, "证书.pdf", io.BytesIO(PDF))
    for person_id in (here.person_ids[3], here.person_ids[4]):
        with unit_of_work(SYSTEM, "system") as uow, pytest.raises(service.SamePerson):
            on_a_phone = Held(Role.TRAINER, enterprise_id=here.enterprise_id, person_id=person_id)
            actor = Actor(f"person:{person_id}", "同一个人", (on_a_phone,))
            service.accept_training(acting(uow, actor, "home"), uow.session.get_one(EnteredTraining, training.id))


def form(**other):
    today = clock.local_date(clock.now())
    return {
        "kind": "backfill", "title": "入厂三级教育", "organizer": "本单位", "starts_on": (today - timedelta(days=2)).isoformat(),
        "ends_on": today.isoformat(), "hours": "24", "level": "厂级", "scan": (io.BytesIO(PDF), "教育卡.pdf"),
    } | other  # fmt: skip


def lines():
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        return uow.session.scalars(select(HoursLine).where(HoursLine.training_id.is_not(None))).all()


@pytest.fixture
def entered(world, client_as):
    """A training that the trainer entered; its address to be checked at."""
    answer = client_as(world.here.trainer).post(f"/people/{world.here.person_ids[2]}/trainings/new", data=form())
    assert answer.status_code == 303
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        return f"/trainings/{uow.session.scalars(select(EnteredTraining.id)).one()}"


def test_it_counts_only_when_a_second_person_has_checked_it_and_never_as_first_hand(world, client_as, entered):
    here = world.here
    held(here, {2: (0, 60)})
    refused = client_as(here.trainer).post(f"{entered}/check", data={"do": "accept"})
    assert refused.status_code == 409 and lines() == []

    assert client_as(here.head).post(f"{entered}/check", data={"do": "accept"}).status_code == 303

    assert [(line.hours, line.trust) for line in lines()] == [(8, "backfill")] * 3
    assert client_as(here.head).post(f"{entered}/check", data={"do": "accept"}).status_code == 409
    for page in (f"/enterprises/{here.enterprise_id}/hours", f"/enterprises/{here.enterprise_id}"):
        text = client_as(here.officer).get(page).text
        row = text[text.index("其他从业人员") :][:700]
        assert ">25<" in row and 'data-label="其中现场" class="end">1<' in row
    assert 'data-label="人均已学" class="end">8.3<' in row, "25 hours of three people"
    own = client_as(here.trainer).get(f"/people/{here.person_ids[2]}/file").text
    assert "入厂三级教育" in own and "补录" in own and "已记 24" in own
    assert client_as(here.employee).get("/me/hours").status_code == 200
    assert client_as(here.officer).get(f"{entered}/scan").data == PDF
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert verify(uow, here.enterprise_id).whole


def test_what_is_refused_counts_nothing_and_what_is_void_is_taken_back(world, client_as, entered):
    head = client_as(world.here.head)
    head.post(f"{entered}/check", data={"do": "accept"})
    head.post(f"{entered}/check", data={"do": "void"})  # without a reason
    assert len(lines()) == 3

    head.post(f"{entered}/check", data={"do": "void", "reason": "教育卡是别人的"})

    assert sum(line.hours for line in lines()) == 0 and len(lines()) == 6
    trainer = client_as(world.here.trainer)
    page = trainer.get(f"/enterprises/{world.here.enterprise_id}/trainings").text
    assert "已作废" in page and "教育卡是别人的" in page
    trainer.post(f"/people/{world.here.person_ids[3]}/trainings/new", data=form(kind="outside"))
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        waiting = uow.session.scalars(select(EnteredTraining.id).where(EnteredTraining.checked_at.is_(None))).one()
    head.post(f"/trainings/{waiting}/check", data={"do": "refuse", "reason": "看不清"})
    assert len(lines()) == 6


def test_what_cannot_have_been_is_said_at_its_field_and_what_was_typed_stays(world, client_as):
    trainer, address = client_as(world.here.trainer), f"/people/{world.here.person_ids[2]}/trainings/new"
    today = clock.local_date(clock.now()).isoformat()

    page = trainer.post(address, data=form(hours="72", starts_on=today))
    assert page.status_code == 422 and "不可能" in page.text and "入厂三级教育" in page.text
    assert trainer.post(address, data=form(scan=(io.BytesIO(b"MZ"), "x.pdf"))).status_code == 422
    trainer.post(address, data=form(hours="20", starts_on=today))
    trainer.post(address, data=form(hours="20", starts_on=today))
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        one, other = uow.session.scalars(select(EnteredTraining.id)).all()
    head = client_as(world.here.head)
    assert head.post(f"/trainings/{one}/check", data={"do": "accept"}).status_code == 303
    full = head.post(f"/trainings/{other}/check", data={"do": "accept"})
    assert full.status_code == 409 and "不可能" in full.text
    assert "一天记了 20 学时" in head.get(f"/enterprises/{world.here.enterprise_id}/hours").text
