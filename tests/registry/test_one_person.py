"""One person who is new or back, and one who works elsewhere from today, without a file."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core.uow import unit_of_work
from lms.registry import service
from lms.registry.models import Department, Enterprise, Person, PersonPost
from lms.registry.queries import head_on
from lms.registry.rules import RosterPerson
from tests.registry.test_leaving import SYSTEM, actor, on_roster, today
from tests.waiting import until_it_waits

NEW = {
    "name": "程 东春",
    "phone": "199 0603 0777",
    "work_no": "０７ 77",
    "department": "仓储 部",
    "hired_on": "1986-07-01",
    "category": "其他从业人员",
    "relation": "本单位",
}


def people(world, name):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        wanted = select(Person).where(Person.enterprise_id == world.here.enterprise_id, Person.name == name)
        return list(uow.session.scalars(wanted))


def lines(person_id):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        wanted = select(Department.name, PersonPost.post, PersonPost.starts_on, PersonPost.ends_on)
        rows = wanted.outerjoin(Department).where(PersonPost.person_id == person_id).order_by(PersonPost.starts_on)
        return [tuple(row) for row in uow.session.execute(rows.select_from(PersonPost))]


def test_somebody_new_is_put_on_the_roster_once_and_nobody_known_is_changed_by_it(world, client_as):
    trainer = client_as(world.here.trainer)
    late = trainer.post("/people/new", data=NEW | {"hired_on": (today() + timedelta(days=1)).isoformat()})
    wrong = trainer.post("/people/new", data=NEW | {"phone": "1990603"})
    assert late.status_code == 422 and "日期不对" in late.text
    assert wrong.status_code == 422 and "0777" in wrong.text and people(world, "程东春") == []

    done = trainer.post("/people/new", data=NEW, follow_redirects=True).text

    (new,) = people(world, "程东春")
    assert "程东春已加到花名册上" in done and new.work_no == "0777" and new.phone == "19906030777"
    assert lines(new.id) == [("仓储部", None, new.hired_on, None)] and new.hired_on.year == 1986
    again = trainer.post("/people/new", data=NEW | {"post": "装卸"})
    assert again.status_code == 422 and f"/people/{new.id}" in again.text and "花名册上已经有程东春" in again.text
    other = trainer.post("/people/new", data=NEW | {"name": "程西春", "phone": "19906030778"})
    assert "这个工号是程东春的" in other.text
    assert len(people(world, "程东春")) == 1 and people(world, "程西春") == [] and lines(new.id)[0][1] is None
    assert client_as(world.here.head).get("/people/new").status_code == 404


def test_two_of_one_name_are_told_apart_by_their_numbers(world, client_as):
    trainer = client_as(world.here.trainer)
    bare = NEW | {"phone": "", "work_no": "", "department": "", "hired_on": ""}
    trainer.post("/people/new", data=bare)
    [first] = people(world, "程东春")

    other = trainer.post("/people/new", data=NEW)
    assert other.status_code == 422 and "先在他的页面上填手机号" in other.text and f"/people/{first.id}" in other.text
    trainer.post(f"/people/{first.id}/phone", data={"phone": "19906030779"})
    assert trainer.post("/people/new", data=NEW).status_code == 303
    assert sorted(one.phone for one in people(world, "程东春")) == ["19906030777", "19906030779"]


def test_who_comes_back_is_on_the_roster_from_today_and_not_for_the_time_between(world, client_as):
    who, trainer, day = world.here.person_ids[2], client_as(world.here.trainer), today()
    gone, told = day - timedelta(days=30), NEW | {"name": "刘洋", "work_no": "", "phone": "", "hired_on": ""}
    [(department, post, since, _running)] = lines(who)
    trainer.post(f"/people/{who}/leave", data={"on": gone.isoformat()})

    unknown = trainer.post("/people/new", data=told)
    assert unknown.status_code == 422 and "以前在花名册上" in unknown.text
    assert trainer.post("/people/new", data=told | {"phone": "19906030610"}).headers["Location"].endswith(str(who))

    assert lines(who) == [(department, post, since, gone), ("仓储部", None, day, None)]
    assert [who in on_roster(world, gone + timedelta(days=n)) for n in (0, 1, 29, 30)] == [True, False, False, True]
    assert actor(f"person:{who}") is not None and actor(world.here.employee).held == (), "an account does not come back by itself"


def test_who_works_elsewhere_from_today_keeps_the_line_before(world, client_as):
    who, trainer, day = world.here.person_ids[2], client_as(world.here.trainer), today()
    [(department, post, since, _running)] = lines(who)
    typed = {"department": "新车间", "post": "叉车司机", "category": "特种作业人员", "relation": "本单位"}

    trainer.post(f"/people/{who}/post", data=typed | {"on": since.isoformat()})

    before = (department, post, since, day - timedelta(days=1))
    assert lines(who) == [before, ("新车间", "叉车司机", day, None)], "what is past is not written again"
    trainer.post(f"/people/{who}/post", data=typed | {"post": "装载机司机"})
    assert lines(who) == [before, ("新车间", "装载机司机", day, None)], "the second word of a day mends the first"
    assert client_as(world.there.trainer).get(f"/people/{who}/post").status_code == 404


def test_the_head_and_who_was_head_change_on_the_same_day(world, client_as):
    before, who = world.here.person_ids[0], world.here.person_ids[2]
    trainer, day = client_as(world.here.trainer), today()
    typed = {"department": "", "post": "", "relation": "本单位", "category": "其他从业人员"}

    early = trainer.post(f"/people/{before}/post", data=typed)
    assert early.status_code == 422 and "先把接任的人" in early.text
    trainer.post(f"/people/{who}/post", data=typed | {"category": "主要负责人"})

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        heads = [head_on(uow, world.here.enterprise_id, on).person_id for on in (day - timedelta(days=1), day)]
        wanted = select(PersonPost.category).where(PersonPost.ends_on.is_(None))
        now = [uow.session.scalar(wanted.where(PersonPost.person_id == one)) for one in (before, who)]
    assert heads == [before, who] and now == ["其他从业人员", "主要负责人"]
    assert len(lines(before)) == 2, "until yesterday they were"


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_of_two_taps_at_once_the_second_finds_what_the_first_did(app, world):
    faults, who = [], world.here.person_ids[2]
    new = RosterPerson(1, "程东春", phone="19906030777")
    typed = {"department": "新车间", "category": "其他从业人员", "relation": "本单位"}

    def tap():
        with app.app_context():
            try:
                with unit_of_work(SYSTEM, "home") as uow:
                    faults.append(service.move(uow, uow.session.get_one(Person, who), typed))
                    service.join(uow, uow.session.get_one(Enterprise, world.here.enterprise_id), new)
            except Exception as fault:
                faults.append(type(fault))

    other = threading.Thread(target=tap)
    with unit_of_work(SYSTEM, "home") as uow:
        service.move(uow, uow.session.get_one(Person, who), typed)
        service.join(uow, uow.session.get_one(Enterprise, world.here.enterprise_id), new)
        other.start()
        until_it_waits(other)
    other.join()

    assert faults == [False, service.AlreadyThere] and len(people(world, "程东春")) == 1 and len(lines(who)) == 2
