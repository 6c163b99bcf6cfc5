"""One person who is new, and one who works elsewhere from a day on, without a file."""

from datetime import timedelta

from sqlalchemy import select

from lms.core.uow import unit_of_work
from lms.registry.models import Department, Person, PersonPost
from lms.registry.queries import head_on
from tests.registry.test_leaving import SYSTEM, today

NEW = {
    "name": "程 东春",
    "phone": "199 0603 0777",
    "work_no": "0777",
    "department": "仓储部",
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
    wrong = trainer.post("/people/new", data=NEW | {"phone": "1990603"})
    assert wrong.status_code == 422 and "0777" in wrong.text and people(world, "程东春") == []

    done = trainer.post("/people/new", data=NEW, follow_redirects=True).text

    (new,) = people(world, "程东春")
    assert "程东春已加到花名册上" in done and new.work_no == "0777" and new.phone == "19906030777"
    assert lines(new.id) == [("仓储部", None, today(), None)]
    again = trainer.post("/people/new", data=NEW | {"post": "装卸"})
    assert again.status_code == 422 and f"/people/{new.id}" in again.text and "花名册上已经有程东春" in again.text
    other = trainer.post("/people/new", data=NEW | {"name": "程西春", "phone": "19906030778"})
    assert "这个工号是程东春的" in other.text
    assert len(people(world, "程东春")) == 1 and people(world, "程西春") == [] and lines(new.id)[0][1] is None
    assert client_as(world.here.head).get("/people/new").status_code == 404


def test_who_works_elsewhere_from_a_day_on_keeps_the_line_before(world, client_as):
    who, trainer, day = world.here.person_ids[2], client_as(world.here.trainer), today()
    [(department, post, since, _running)] = lines(who)
    typed = {"department": "新车间", "post": "叉车司机", "category": "特种作业人员", "relation": "本单位"}

    late = trainer.post(f"/people/{who}/post", data=typed | {"on": (day + timedelta(days=1)).isoformat()})
    assert late.status_code == 422 and "日期不能晚于今天" in late.text and "叉车司机" in late.text
    trainer.post(f"/people/{who}/post", data=typed | {"on": day.isoformat()})

    before = (department, post, since, day - timedelta(days=1))
    assert lines(who) == [before, ("新车间", "叉车司机", day, None)]
    trainer.post(f"/people/{who}/post", data=typed | {"on": day.isoformat(), "post": "装载机司机"})
    assert lines(who) == [before, ("新车间", "装载机司机", day, None)], "the second word of a day mends the first"
    assert client_as(world.there.trainer).get(f"/people/{who}/post").status_code == 404

    trainer.post(f"/people/{who}/post", data=typed | {"on": day.isoformat(), "category": "主要负责人"})
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert head_on(uow, world.here.enterprise_id, day).person_id == who
