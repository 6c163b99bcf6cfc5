"""What happened in an enterprise, as the firm and the bureau read it."""

import io
from datetime import date, timedelta
from uuid import UUID

import openpyxl
from flask_babel import force_locale
from sqlalchemy import select

from lms.access.models import User
from lms.access.service import load_actor
from lms.archives.queries.trail import TrailFilter, trail_page
from lms.archives.trail_words import KINDS, VALUES, said
from lms.attendance.models import Mark, Method, Trust
from lms.core.uow import unit_of_work
from lms.credentials import service
from lms.credentials.models import HoursKind
from lms.ledger import service as ledger
from lms.ledger.service import append, named, verify
from lms.registry.models import Enterprise, PersonPost
from lms.registry.rules import RosterPerson, RosterReading
from lms.registry.service import import_people
from lms.registry.service.moved import line_in_words
from tests.credentials.scenes import SYSTEM, certificates, held
from tests.world import acting


def test_firm_and_bureau_read_who_did_what_narrowed_and_written_out(app, world, client_as):
    here, trainer = world.here, client_as(world.here.trainer)
    lecture_id = held(here, {2: (0, 60), 3: (0, 60)})
    with unit_of_work(SYSTEM, "system") as uow:
        service.revoke(uow, uow.session.merge(certificates(lecture_id)[0]), "查实为他人代签")
    trainer.post(f"/people/{here.person_ids[2]}/reveal", data={"field": "phone"})
    path = f"/enterprises/{here.enterprise_id}/trail"

    everything = trainer.get(path).text
    for words in ("签发证书", "讲课结束", "签到记录", "查看完整号码", "赵倩"):
        assert words in everything
    narrowed = client_as(here.officer).get(f"{path}?group=certificate").text
    assert "签发证书" in narrowed and "讲课结束</b>" not in narrowed
    assert "查实为他人代签" in trainer.get(f"{path}?q=代签").text
    assert "没有符合条件的记录" in trainer.get(f"{path}?q=刘洋&until=2020-01-01").text
    assert "没有符合条件的记录" in trainer.get(f"{path}?q=%25&from=0001-01-01&until=9999-12-31").text

    book = openpyxl.load_workbook(io.BytesIO(client_as(here.head).get(f"{path}?q=刘洋&as=xlsx").data))
    rows = list(book.active.iter_rows(values_only=True))
    assert any("筛选：姓名、经手人或原因：刘洋" in str(row[0]) for row in rows[:5])
    rows = rows[next(at for at, row in enumerate(rows) if row[0] == "链上序号") + 1 :]
    assert rows and {row[3] for row in rows} == {"刘洋"}
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), reverse=True), "in the order of the page"


def test_every_kind_of_entry_and_every_stored_word_of_marks_and_hours_has_words():
    assert set(ledger._witnesses) <= set(KINDS)
    for name, stored in (("method", Method), ("trust", Trust), ("mark", Mark), ("kind", HoursKind)):
        assert set(stored) <= set(VALUES[name]), name


def test_who_looked_at_a_number_is_an_entry_of_the_chain(app, world, client_as):
    client_as(world.here.trainer).post(f"/people/{world.here.person_ids[2]}/reveal", data={"field": "id_number"})

    page = client_as(world.here.officer).get(f"/enterprises/{world.here.enterprise_id}/trail?group=privacy").text

    assert "查看完整号码" in page and "刘洋" in page and "看了什么 身份证号" in page


def test_whoever_ended_a_line_of_the_roster_is_in_the_trail_with_when_and_by_what(app, world, client_as):
    here, trainer = world.here, client_as(world.here.trainer)
    who, path = here.person_ids[2], f"/enterprises/{here.enterprise_id}/trail?group=roster"
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        today, yesterday = uow.today.isoformat(), (uow.today - timedelta(days=1)).isoformat()
        was = line_in_words(uow.session.scalars(select(PersonPost).where(PersonPost.person_id == who)).one())
    line = {"category": "其他从业人员", "relation": "本单位"}
    trainer.post(f"/people/{who}/post", data=line | {"department": "灌装车间", "post": "灌装工", "shift": "早班"})
    with unit_of_work(SYSTEM, "home") as uow:
        told = RosterPerson(2, "刘洋", phone="19906030610", department="仓储部")
        alone = RosterReading(None, 0, (), (told,), (), (), (), (), {})
        mine = acting(uow, load_actor(uow, here.trainer), "home")
        import_people(mine, uow.session.get_one(Enterprise, here.enterprise_id), alone)
    trainer.post(f"/people/{who}/leave", data={"on": today})
    trainer.post(f"/people/{who}/return")

    seen = lines(here, kinds=("person.moved", "person.left", "person.returned"))[::-1]
    filled, stored = "灌装车间 · 灌装工 · 早班 · 其他从业人员 · 本单位", "仓储部 · 灌装工 · 早班 · 其他从业人员 · 本单位"
    assert [(one.kind, one.about, one.by, said(one.facts, one.kind)) for one in seen] == [
        ("person.moved", "刘洋", "赵倩", f"原来 {was}，现在 {filled}，最后一天 {yesterday}，怎么登记的 逐人登记"),
        ("person.moved", "刘洋", "赵倩", f"原来 {filled}，现在 {stored}，怎么登记的 导入花名册"),
        ("person.left", "刘洋", "赵倩", f"原来 {stored}，最后一天 {today}，怎么登记的 逐人登记"),
        ("person.returned", "刘洋", "赵倩", f"现在 {stored}，怎么登记的 逐人登记"),
    ]
    shown = client_as(here.officer).get(path).text
    assert all(words in shown for words in ("部门、岗位变动", "离开本单位", "恢复在册", filled))


def test_whoever_put_somebody_on_the_roster_is_in_the_trail_with_when_by_what_and_since_when_it_holds(app, world, client_as):
    here, trainer = world.here, client_as(world.here.trainer)
    post = {"department": "压榨车间", "post": "操作工", "category": "其他从业人员", "relation": "本单位"}
    assert trainer.post("/people/new", data=post | {"name": "马涛"}).status_code == 303
    with unit_of_work(SYSTEM, "home") as uow:
        told = tuple(RosterPerson(row, name, hired_on=date(2024, 3, 1)) for row, name in ((2, "周敏"), (3, "刘洋")))
        several = RosterReading(None, 0, (), told, (), (), (), (), {})
        mine, today = acting(uow, load_actor(uow, here.head), "home"), uow.today.isoformat()
        import_people(mine, uow.session.get_one(Enterprise, here.enterprise_id), several)

    seen = lines(here, kinds=("person.joined",))[::-1]
    work = "压榨车间 · 操作工 · 其他从业人员 · 本单位"
    assert [(one.about, one.by, said(one.facts, one.kind)) for one in seen] == [
        ("马涛", "赵倩", f"现在 {work}，从哪天算起 {today}，怎么登记的 逐人登记"),
        ("周敏", "陈建国", "现在 其他从业人员 · 本单位，从哪天算起 2024-03-01，怎么登记的 导入花名册"),
    ], "and not who was there"
    shown = client_as(here.officer).get(f"/enterprises/{here.enterprise_id}/trail?group=roster&q=马涛").text
    assert "登记入册" in shown and work in shown
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert verify(uow, here.enterprise_id).whole


def test_a_revocation_shows_who_proposed_it_and_who_agreed(app, world):
    here = world.here
    [certificate] = certificates(held(here, {2: (0, 60)}))
    with unit_of_work(SYSTEM, "home") as uow:
        mine = uow.session.merge(certificate)
        service.propose_revocation(acting(uow, load_actor(uow, here.trainer), "home"), mine, "查实为他人代签")
    with unit_of_work(SYSTEM, "home") as uow:
        mine = uow.session.get_one(type(certificate), certificate.id)
        service.confirm_revocation(acting(uow, load_actor(uow, here.head), "home"), mine)

    [ended] = lines(here, kinds=("certificate.ended",))
    assert ended.by == "赵倩、陈建国" and ended.facts["proposed_key"] == here.trainer
    assert lines(here, kinds=("certificate.ended",), q="赵倩") == [ended] == lines(here, kinds=("certificate.ended",), q="陈建国")
    with unit_of_work(SYSTEM, "home") as uow:
        assert verify(uow, here.enterprise_id).whole
        uow.session.get_one(User, UUID(here.head.removeprefix("user:"))).name = "赵倩"
    assert lines(here, kinds=("certificate.ended",))[0].by == "赵倩、赵倩", "two people who bear one name stay two"


def test_a_certificate_that_was_replaced_says_by_whom(app, world):
    here = world.here
    lecture_id = held(here, {2: (0, 60)})
    with unit_of_work(SYSTEM, "home") as uow:
        mine = uow.session.merge(certificates(lecture_id)[0])
        service.supersede(acting(uow, load_actor(uow, here.trainer), "home"), mine, "姓名更正")

    [ended] = lines(here, kinds=("certificate.ended",))
    assert (ended.by, ended.facts["superseded_reason"]) == ("赵倩", "姓名更正")
    with unit_of_work(SYSTEM, "home") as uow:
        assert verify(uow, here.enterprise_id).whole
        uow.session.get_one(type(mine), mine.id).superseded_by = "王敏"
        uow.session.flush()
        assert verify(uow, here.enterprise_id).unlike
        uow.session.rollback()


def test_a_rule_is_named_for_what_it_is_in_an_entry_of_each_kind(app):
    with app.test_request_context():
        assert said({"rule": "own"}, "sign-in.changed") == "认人办法 本人绑定"
        told = said({"rule": "JS1", "hours": "1", "level": "厂级"}, "hours.recorded")
        assert told == "学时 1，依据规则 JS1，三级教育、四新 厂级"
        assert said({"rule": "TH21"}, "permit.entered") == "依据规则 TH21"
        signed = {"act": "stop", "choice": "none", "words": "单独停", "due_on": "2026-12-04", "on_paper": False}
        assert said(signed, "hazard.signed") == "哪一步 停产决定，说明 单独停，哪一种 不停产（能保证安全），期限 2026-12-04"
        assert said({"act": "plan", "on_paper": True}, "hazard.signed") == "哪一步 报整改方案，签名 签在纸上，由监管人员代录"
        assert said({"score": 0}, "quiz.graded") == "成绩 0"
    with app.test_request_context(), force_locale("en"):
        assert said({"rule": "TH21"}, "permit.entered") == "by rule TH21"


def test_an_officer_is_found_by_part_of_their_name_and_the_leader_of_a_device_by_all_of_it(app, world):
    here = world.here
    with unit_of_work(SYSTEM, "home") as uow:
        officer = acting(uow, load_actor(uow, here.officer), "home")
        append(officer, here.enterprise_id, "observation.submitted", here.person_ids[2], {"officer": named("王敏")})
    with unit_of_work(SYSTEM, "home") as uow:
        append(uow, here.enterprise_id, "attendance.recorded", here.person_ids[3], {"entered_by": named("周班长")})

    assert [one.kind for one in lines(here, q="王")] == ["observation.submitted"]
    assert [one.kind for one in lines(here, q="周班长")] == ["attendance.recorded"]
    assert lines(here, q="周班") == lines(world.there, q="周班长") == []


def lines(side, **wanted):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return list(trail_page(uow, side.enterprise_id, TrailFilter(**wanted), 1).rows)
