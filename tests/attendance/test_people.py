import re
from datetime import timedelta

import pytest
from flask_babel import refresh
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.access.actor import Actor
from lms.attendance import queries
from lms.attendance.models import FlagResolution, Presence, Visitor
from lms.core.tables import read
from lms.core.uow import unit_of_work
from lms.lectures import service as lectures
from lms.lectures.models import Lecture
from lms.lectures.rules.leave import KINDS, by_kind, kind_of
from lms.ledger.models import ChainEntry
from lms.ledger.service import append, verify
from lms.registry.models import Enterprise, PersonPost
from lms.registry.rules import read_roster
from lms.registry.rules.relations import RELATIONS, by_relation
from lms.registry.service import import_people
from tests.attendance.conftest import HALF_PAST_TWO, PHONES, TAILS, events, identify, scan, share_a_phone, tap

SYSTEM = Actor.system("test")


@given(st.lists(st.none() | st.sampled_from([*RELATIONS, "别的"])))
def test_the_four_groups_always_sum_up_to_everybody(relations):
    counted = by_relation(relations)

    assert tuple(counted) == RELATIONS
    assert sum(counted.values()) == len(relations)


@given(st.lists(st.text(max_size=6) | st.sampled_from(sorted(KINDS))))
def test_the_kinds_of_leave_always_sum_up_to_those_on_leave(reasons):
    assert sum(by_kind(reasons).values()) == len(reasons)


@pytest.mark.parametrize(("reason", "kind"), [
    ("病假", "病假"), ("看病", "病假"), ("出差", "公假"), ("外出培训", "公假"), ("轮休", "轮休"), ("年休假", "年休假"),
    ("产假", "产假"), ("事假：孩子家长会", "事假"), ("回老家", "其他"),
])  # fmt: skip
def test_a_reason_is_of_one_kind(reason, kind):
    assert kind_of(reason) == kind


def people(hall):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return queries.people_of(uow, uow.session.get_one(Lecture, hall.lecture_id))


def visitors():
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return uow.session.scalars(select(Visitor).order_by(Visitor.came_at)).all()


def relate(world, **who):
    with unit_of_work(SYSTEM, "home") as uow:
        for index, relation in who.items():
            post = select(PersonPost).where(PersonPost.person_id == world.here.person_ids[int(index[1:])])
            uow.session.scalars(post).one().relation = relation


def test_dispatched_workers_contractors_and_interns_are_counted_apart_and_sum_up(app, world, wall, hall, client_as):
    relate(world, p2="劳务派遣", p3="相关方", p4="实习生")
    for who in (2, 3):
        phone = app.test_client()
        identify(phone, scan(phone, hall.token()), who)

    counted = people(hall)

    assert counted.expected == {"本单位": 2, "劳务派遣": 1, "相关方": 1, "实习生": 1}
    assert counted.here == {"本单位": 0, "劳务派遣": 1, "相关方": 1, "实习生": 0}
    page = client_as(world.here.trainer).get(f"/lectures/{hall.lecture_id}").text
    assert "到课 2 / 应到 5 人" in page
    listed = client_as(world.here.trainer).get("/people").text
    assert [int(n) for n in re.findall(r'<span class="n">(\d+)</span>', listed)][:5] == [5, 2, 1, 1, 1]
    apart = client_as(world.here.trainer).get("/people?relation=劳务派遣").text
    assert "刘洋" in apart and "孙丽" not in apart


def test_a_roster_tells_the_relation_and_a_change_of_it_is_a_dated_line(app, world, wall):
    def take(rows):
        content = "姓名,工号,部门,用工形式\n" + "\n".join(rows)
        with unit_of_work(SYSTEM, "home") as uow:
            enterprise = uow.session.get_one(Enterprise, world.here.enterprise_id)
            import_people(uow, enterprise, read_roster(read(content.encode(), "花名册.csv")))

    take(["王强,0101,压榨车间,派遣工", "李静,0102,压榨车间,正式工", "周敏,0103,压榨车间,外包", "吴涛,0104,压榨车间,"])
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        posts = uow.session.scalars(select(PersonPost).order_by(PersonPost.id.desc()).limit(4)).all()
    assert sorted(post.relation for post in posts) == sorted(["劳务派遣", "本单位", "相关方", "本单位"])

    wall.forward(days=30)
    take(["王强,0101,压榨车间,合同工", "李静,0102,压榨车间,正式工", "周敏,0103,压榨车间,外包", "吴涛,0104,压榨车间,"])

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        dispatched = uow.session.scalars(select(PersonPost).where(PersonPost.relation == "劳务派遣")).one()
        lines = uow.session.scalars(select(PersonPost).where(PersonPost.person_id == dispatched.person_id)).all()
    assert dispatched.ends_on is not None
    assert [line.relation for line in lines if line.ends_on is None] == ["本单位"]


def test_an_unknown_relation_is_named_and_keeps_nobody_out():
    reading = read_roster(read("姓名,工号,用工形式\n王强,0101,临时帮忙\n".encode(), "花名册.csv"))

    assert [person.relation for person in reading.people] == [None], (
        "what is known of them stays; whoever is new is the firm's own"
    )
    assert [(warning.code, warning.row) for warning in reading.warnings] == [("RELATION_UNKNOWN", 2)]


def test_leave_is_counted_by_kind_and_apart_from_absence(app, world, wall, hall, client_as):
    trainer = client_as(world.here.trainer)
    excuse = f"/lectures/{hall.lecture_id}/excuse"
    assert trainer.post(f"{excuse}/{world.here.person_ids[3]}", data={"kind": "其他", "reason": ""}).status_code == 422
    trainer.post(f"{excuse}/{world.here.person_ids[3]}", data={"kind": "病假", "reason": "门诊复查"})
    trainer.post(f"{excuse}/{world.here.person_ids[4]}", data={"kind": "公假", "reason": "出差"})
    client_as(world.here.head).post(f"/lectures/{hall.lecture_id}/leave/{world.here.person_ids[4]}", data={"do": "confirm"})

    assert people(hall).leave == {"病假": 1, "公假": 1}
    page = trainer.get(f"/lectures/{hall.lecture_id}").text
    assert "病假：门诊复查" in page and "不算未到" in page
    trainer.set_cookie("anke_locale", "en")
    refresh()
    assert "Sick leave 1" in trainer.get(f"/lectures/{hall.lecture_id}").text
    trainer.delete_cookie("anke_locale")
    refresh()
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        counts = queries.board(uow, uow.session.get_one(Lecture, hall.lecture_id)).counts
    assert (counts.excused, counts.absent) == (2, 3)


def test_who_was_excused_and_came_is_no_leave(app, world, wall, hall, client_as):
    client_as(world.here.trainer).post(
        f"/lectures/{hall.lecture_id}/excuse/{world.here.person_ids[2]}", data={"kind": "事假", "reason": ""}
    )
    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 2)

    assert people(hall).leave == {}


def test_a_visitor_comes_and_goes_by_name_and_company_and_is_in_no_rate(app, world, wall, hall, client_as):
    phone = app.test_client()
    path = scan(phone, hall.token())
    assert f"{path}/visitor" in phone.get(path).text
    wall.forward(seconds=50)
    for _ in range(2):
        tap(phone, f"{path}/visitor", "visit", name="周师傅", company="岳阳检维修公司")

    assert "已登记来访" in phone.get(f"{path}/visitor").text
    employee = tap(phone, path, "identify", phone=PHONES[2], tail=TAILS[2])
    assert "已经算给另一个人了" in employee.text and events() == []
    [visitor] = visitors()
    assert (visitor.came_at, visitor.name, visitor.company) == (HALF_PAST_TWO, "周师傅", "岳阳检维修公司")
    wall.forward(minutes=50)
    out = scan(phone, hall.token("out"))
    tap(phone, f"{out}/visitor", "leave")
    assert "已登记离开" in phone.get(f"{out}/visitor").text
    assert visitors()[0].left_at == wall.at

    assert events() == []
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert queries.board(uow, uow.session.get_one(Lecture, hall.lecture_id)).counts.expected == 5
        assert uow.session.scalars(select(Presence)).all() == []
    page = client_as(world.here.trainer).get(f"/lectures/{hall.lecture_id}").text
    assert "周师傅" in page and "不计入应到和到课率" in page


def test_the_trainer_enters_a_visitor_and_nobody_else_does(app, world, wall, hall, client_as):
    path = f"/sittings/{hall.sitting_id}/visitors"
    told = {"name": "周师傅", "company": "岳阳检维修公司"}
    for key in (world.here.head, world.here.officer, world.there.trainer):
        assert client_as(key).post(path, data=told).status_code == 404

    trainer = client_as(world.here.trainer)
    assert "要写姓名和单位" in trainer.post(path, data={"name": "周师傅"}, follow_redirects=True).text
    trainer.post(path, data=told)

    wall.forward(minutes=60)
    with unit_of_work(Actor.system("test"), "home") as uow:
        lectures.close(uow, uow.session.get_one(Lecture, hall.lecture_id), HALF_PAST_TWO, wall.at)
    after = client_as(world.here.trainer).post(path, data={"name": "吴师傅", "company": "叉车租赁"}, follow_redirects=True)
    assert "这一场是「已结束」" in after.text
    assert [(visitor.name, visitor.entered_by) for visitor in visitors()] == [("周师傅", "赵倩")]


def test_a_visitors_page_is_for_the_phone_that_scanned_and_for_ten_minutes(app, world, wall, hall):
    phone = app.test_client()
    path = f"{scan(phone, hall.token())}/visitor"
    told = {"name": "周师傅", "company": "岳阳检维修公司"}

    assert app.test_client().post(path, data=told).status_code == 404
    assert tap(phone, path, "visit", name=" ", company="x").status_code == 422
    wall.forward(minutes=10, seconds=1)
    late = tap(phone, path, "visit", **told)

    assert late.status_code == 410 and "10 分钟" in late.text
    assert visitors() == []


def test_a_phone_without_a_visitor_says_so_when_it_leaves(app, wall, hall):
    phone = app.test_client()

    page = phone.get(f"{scan(phone, hall.token('out'))}/visitor")

    assert "没有来访登记" in page.text


def test_a_flag_line_or_a_visitor_rewritten_in_its_table_is_found(app, world, wall, hall, client_as):
    share_a_phone(app, hall, 2, 3)
    trainer = client_as(world.here.trainer)
    trainer.post(f"/lectures/{hall.lecture_id}/identity/{world.here.person_ids[3]}")
    trainer.post(f"/sittings/{hall.sitting_id}/visitors", data={"name": "钱学民", "company": "某检测公司"})
    changes = {
        "attendance.flag-resolved": [{"resolved_by": "别人"}, {"resolved_at": wall.at + timedelta(days=1)}, {"kind": "burst"}],
        "attendance.visited": [
            {"name": "别人"},
            {"company": "别家"},
            {"came_at": wall.at - timedelta(hours=3)},
            {"left_at": wall.at},
        ],
    }
    with unit_of_work(SYSTEM, "home") as uow:
        assert verify(uow, world.here.enterprise_id).whole
        assert "钱学民" not in "".join(uow.session.scalars(select(ChainEntry.fact)))
        for (kind, many), table in zip(changes.items(), (FlagResolution, Visitor), strict=True):
            row = uow.session.scalars(select(table).limit(1)).one()
            for change in many:
                before = {name: getattr(row, name) for name in change}
                for values, unlike in ((change, [kind]), (before, [])):
                    for name, value in values.items():
                        setattr(row, name, value)
                    uow.session.flush()
                    assert [one.kind for one in verify(uow, world.here.enterprise_id).unlike] == unlike, change


def test_lines_from_before_their_facts_told_names_are_held_against_what_they_do_tell(app, world, wall, hall):
    with unit_of_work(SYSTEM, "home") as uow:
        made = Visitor(
            enterprise_id=world.here.enterprise_id, lecture_id=hall.lecture_id, sitting_id=hall.sitting_id, name="钱学民",
            company="某检测公司", came_at=uow.now, recorded_at=uow.now, entered_by="赵倩",
        )  # fmt: skip
        uow.session.add(made)
        uow.session.flush()
        old = {"sitting": hall.sitting_id, "mark": "in", "at": made.came_at, "claim": None, "actor": "user:1"}
        append(uow, made.enterprise_id, "attendance.visited", made.id, old)

    with unit_of_work(SYSTEM, "home") as uow:
        assert verify(uow, world.here.enterprise_id).whole
        uow.session.scalars(select(Visitor)).one().came_at -= timedelta(hours=3)
        uow.session.flush()
        assert [one.what for one in verify(uow, world.here.enterprise_id).unlike] == ["changed"]
