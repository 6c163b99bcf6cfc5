from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.models import Membership, User
from lms.access.service import load_actor
from lms.core.uow import UnitOfWork, unit_of_work
from lms.registry.models import HeadAppointment, Person
from lms.registry.queries import find_by_phone_and_id_tail, roster_on

SYSTEM = Actor.system("test")
PHONE, TAIL = "19906030610", "8441"  # of 刘洋


def today():
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return uow.today


def on_roster(world, day):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return {line.person_id for line in roster_on(uow, world.here.enterprise_id, day)}


def actor(key):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return load_actor(uow, key)


def test_who_left_is_off_the_roster_from_the_next_day_and_keeps_nothing(app, world, client_as):
    who, trainer, day = world.here.person_ids[2], client_as(world.here.trainer), today()
    assert actor(world.here.employee).held and actor(f"person:{who}")

    done = trainer.post(f"/people/{who}/leave", data={"on": (day - timedelta(days=1)).isoformat()}, follow_redirects=True)

    assert "已离开" in done.text
    assert who in on_roster(world, day - timedelta(days=1))
    assert who not in on_roster(world, day)
    assert actor(world.here.employee).held == ()
    assert actor(f"person:{who}") is None
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert find_by_phone_and_id_tail(uow, world.here.enterprise_id, PHONE, TAIL) is None
    told = client_as(world.here.employee).get("/me")
    assert told.status_code == 403 and "这个账号已经没有权限" in told.text, "what is so, not that nothing was found"


def test_on_the_last_day_one_is_still_there(app, world, client_as):
    who = world.here.person_ids[2]

    client_as(world.here.trainer).post(f"/people/{who}/leave", data={"on": today().isoformat()})

    assert who in on_roster(world, today())
    assert actor(f"person:{who}") is not None
    assert client_as(world.here.employee).get("/me").status_code == 200


def test_a_trainer_who_left_signs_in_to_nothing(app, world, client_as):
    who, day = world.here.person_ids[1], today() - timedelta(days=1)

    client_as(world.here.trainer).post(f"/people/{who}/leave", data={"on": day.isoformat()})

    assert client_as(world.here.trainer).get("/lectures").status_code == 403
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        user = uow.session.get_one(User, actor(world.here.trainer).user_id)
        ends = uow.session.scalars(select(Membership.ends_on).where(Membership.user_id == user.id)).all()
    assert set(ends) == {day}


def test_a_mistaken_leaving_is_undone_with_everything_that_ended(app, world, client_as):
    head, trainer, day = world.here.head_id, client_as(world.here.trainer), today() - timedelta(days=2)
    before = actor(world.here.head).held
    trainer.post(f"/people/{head}/leave", data={"on": day.isoformat()})
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalar(select(HeadAppointment.ends_on).where(HeadAppointment.person_id == head)) == day
    assert actor(world.here.head).held == ()

    trainer.post(f"/people/{head}/return")

    assert head in on_roster(world, today())
    assert actor(world.here.head).held == before
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalar(select(HeadAppointment.ends_on).where(HeadAppointment.person_id == head)) is None
        assert uow.session.get_one(Person, head).left_on is None


@pytest.mark.parametrize("day", ["2019-12-31", "2999-01-01", ""])
def test_a_day_that_cannot_be_is_refused_and_nothing_typed_is_lost(app, world, client_as, day):
    who = world.here.person_ids[2]

    answer = client_as(world.here.trainer).post(f"/people/{who}/leave", data={"on": day})

    assert answer.status_code == 422
    assert f'value="{day}"' in answer.text
    assert who in on_roster(world, today())


def test_a_new_phone_number_is_known_at_once_and_the_old_one_no_more(app, world, client_as):
    who, trainer = world.here.person_ids[2], client_as(world.here.trainer)
    assert trainer.post(f"/people/{who}/phone", data={"phone": "1990603"}).status_code == 422

    done = trainer.post(f"/people/{who}/phone", data={"phone": "199 0603 0699"}, follow_redirects=True)

    assert "手机号已改" in done.text
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert find_by_phone_and_id_tail(uow, world.here.enterprise_id, "19906030699", TAIL).id == who
        assert find_by_phone_and_id_tail(uow, world.here.enterprise_id, PHONE, TAIL) is None


def test_what_could_not_be_kept_is_not_said_to_be_done_on_the_page_that_says_so_nor_on_the_next(
    app, world, client_as, monkeypatch
):
    who, trainer = world.here.person_ids[2], client_as(world.here.trainer)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    kept = UnitOfWork._finish
    monkeypatch.setattr(UnitOfWork, "_finish", lambda uow: 1 / 0 if uow._write else kept(uow))

    refused = trainer.post(f"/people/{who}/phone", data={"phone": "199 0603 0699"})

    assert refused.status_code == 500 and "手机号已改" not in refused.text
    monkeypatch.setattr(UnitOfWork, "_finish", kept)
    assert "手机号已改" not in trainer.get(f"/people/{who}").text


@pytest.mark.parametrize("role", ["head", "officer", "employee"])
def test_only_the_trainer_changes_people(app, world, client_as, role):
    for what in ("leave", "return", "phone", "post"):
        assert client_as(getattr(world.here, role)).post(f"/people/{world.here.person_ids[2]}/{what}").status_code == 404
    assert client_as(world.there.trainer).post(f"/people/{world.here.person_ids[2]}/leave").status_code == 404
