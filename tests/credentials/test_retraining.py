"""Who changed their post, came back, or gets something new to work with is asked to be taught anew; permits and their reviews."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import current_app
from sqlalchemy import select

from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.credentials import listeners
from lms.credentials.listeners import ask_retraining, remind_of_reviews
from lms.credentials.models import EnteredTraining, TrainingDemand, TrainingKind, WorkPermit
from lms.credentials.rules import retraining as rules
from lms.credentials.rules.hours import table
from lms.credentials.rules.retraining import Place, Taught
from lms.credentials.service import Entered, accept_training, enter_training, void_training
from lms.notices.models import Notice
from lms.registry.models import Department, Enterprise, Person, PersonPost
from tests.credentials.scenes import SYSTEM

DAY = date(2026, 3, 1)
WAS, NOW = Place("包装车间", "包装工", date(2024, 1, 1), date(2026, 2, 28)), Place("机修车间", "叉车工", DAY, None)


@pytest.mark.parametrize(("before", "after", "kind"), [
    (WAS, NOW, "transfer"),
    (WAS, Place("包装车间", "叉车工", DAY, None), "transfer"),
    (WAS, Place("包装车间", "包装工", DAY, None), None),
    (Place("包装车间", "包装工", date(2020, 1, 1), date(2025, 2, 28)), Place("包装车间", "包装工", DAY, None), "return"),
    (Place("包装车间", "包装工", date(2020, 1, 1), date(2025, 3, 1)), Place("包装车间", "包装工", DAY, None), None),
])  # fmt: skip
def test_a_move_or_a_year_away_is_an_occasion_and_nothing_else(before, after, kind):
    assert rules.occasion(before, after) == kind


def test_what_is_asked_on_each_occasion_is_what_the_table_of_rules_says():
    asked = rules.asked_anew("transfer", "工贸", DAY)
    assert (asked.levels, asked.hours, asked.rule_id) == (("车间级", "班组级"), None, "TH16")
    assert "第十七条" in asked.article and "http" not in asked.article
    builders = rules.asked_anew("transfer", "建筑施工", DAY)
    assert (builders.levels, builders.hours, builders.rule_id) == (("车间级", "班组级"), 20, "TH33")
    novelty = rules.asked_anew("novelty", "工贸", DAY)
    assert (novelty.levels, novelty.rule_id) == (("四新",), "TH17")
    assert rules.asked_anew("transfer", "工贸", date(2005, 1, 1)) is None, "before there was a rule"


def test_a_new_version_of_a_rule_changes_results_only_from_its_first_day_on():
    stricter = next(row for row in table() if row["rule_id"] == "TH16") | {"min_hours": "8", "effective_from": "2026-07-01"}
    rows = (*table(), stricter)
    assert rules.asked_anew("return", "工贸", date(2026, 6, 30), rows).hours is None
    assert rules.asked_anew("return", "工贸", date(2026, 7, 1), rows).hours == 8
    reviewed = next(row for row in table() if row["rule_id"] == "TH21") | {"period": "2y", "effective_from": "2026-07-01"}
    rows = (*table(), reviewed)
    today, last, first = date(2026, 12, 1), date(2026, 6, 30), date(2026, 7, 1)
    assert rules.permit_dates("emergency", last, None, None, today, rows)[0] == date(2029, 6, 30)
    assert rules.permit_dates("emergency", first, None, None, today, rows)[0] == date(2028, 7, 1)


def test_each_level_of_the_three_has_the_hours_that_a_rule_names_for_it():
    assert rules.level_hours_asked("建筑施工", DAY) == {"厂级": 15, "车间级": 15, "班组级": 20}
    assert rules.level_hours_asked("工贸", DAY) == {"厂级": None, "车间级": None, "班组级": None}


def test_it_is_met_by_every_level_and_all_hours_since_that_day():
    def taught(*lines):
        return [Taught(level, Decimal(hours), day) for level, hours, day in lines]

    early = taught(("车间级", 8, DAY - timedelta(days=1)), ("班组级", 8, DAY))
    found = rules.progress(("车间级", "班组级"), None, DAY, early)
    assert (found.missing, found.met_on) == (("车间级",), None)
    later = DAY + timedelta(days=3)
    found = rules.progress(
        ("车间级", "班组级"), Decimal(20), DAY, taught(("车间级", 12, DAY), ("班组级", 6, DAY), ("厂级", 9, DAY))
    )
    assert (found.missing, found.short, found.met_on) == ((), 2, None)
    found = rules.progress(("车间级", "班组级"), Decimal(20), DAY, taught(("车间级", 12, DAY), ("班组级", 8, later)))
    assert (found.short, found.met_on) == (0, later)


def test_a_permit_is_due_by_the_rule_or_as_its_card_says():
    today = date(2026, 11, 1)
    assert rules.permit_dates("emergency", DAY, None, None, today)[:2] == (date(2029, 3, 1), date(2032, 3, 1))
    assert rules.permit_dates("market", DAY, None, None, today)[:2] == (date(2030, 3, 1), None)
    assert rules.permit_dates("emergency", DAY, date(2027, 1, 1), None, today)[0] == date(2027, 1, 1)
    for wrong in ((today + timedelta(days=1), None, None), (DAY, DAY, None), (DAY, None, date(2028, 1, 1))):
        with pytest.raises(rules.WrongDates):
            rules.permit_dates("emergency", *wrong, today)


def move(here, place, on):
    """Somebody of the one department goes to another on a day."""
    with unit_of_work(SYSTEM, "system") as uow:
        person = uow.session.get_one(Person, here.person_ids[place])
        old, other = person.posts[-1], Department(enterprise_id=here.enterprise_id, name=f"机修车间{place}")
        old.ends_on = on - timedelta(days=1)
        person.posts.append(
            PersonPost(enterprise_id=here.enterprise_id, department=other, post="叉车工", category="其他从业人员", starts_on=on)
        )


def teach(here, place, level, hours=8, day=None):
    with unit_of_work(SYSTEM, "system") as uow:
        person, day = uow.session.get_one(Person, here.person_ids[place]), day or uow.today
        told = Entered(TrainingKind.BACKFILL, f"{level}安全教育", "机修车间", day, day, hours, level)
        training = enter_training(uow, person, told, "卡.pdf", io.BytesIO(b"%PDF-1.7"))
        accept_training(uow, training)
        return training.id


def test_who_moves_is_listed_until_both_levels_are_taught_and_listed_again_when_one_is_void(world, client_as):
    here, today = world.here, clock.local_date(clock.now())
    move(here, 2, today)
    ask_retraining()
    next_time()
    ask_retraining()
    trainer, path = client_as(here.trainer), f"/enterprises/{here.enterprise_id}/retraining"
    page = trainer.get(path).text
    assert page.count("由压榨车间·操作工转为机修车间2·叉车工") == 1 and "车间级、班组级" in page and "第十七条" in page
    assert f"/people/{here.person_ids[2]}/trainings/new" in page
    assert [row.title for row in notices("training.demanded")] == ["1 人转岗或重新上岗，要重新培训"]
    teach(here, 2, "车间级")
    assert "班组级" in trainer.get(path).text
    last = teach(here, 2, "班组级")
    assert "由压榨车间" not in trainer.get(path).text
    assert "已完成" in client_as(here.head).get(f"/people/{here.person_ids[2]}/file").text
    with unit_of_work(SYSTEM, "system") as uow:
        void_training(uow, uow.session.get_one(EnteredTraining, last), "签名不是本人")
    assert "由压榨车间" in trainer.get(path).text
    assert client_as(world.there.trainer).get(path).status_code == 404


def test_who_moved_is_asked_also_when_more_lines_than_fit_ask_nothing(world, monkeypatch):
    here, today = world.here, clock.local_date(clock.now())
    *others, mover = sorted(here.person_ids[2:])
    with unit_of_work(SYSTEM, "system") as uow:
        for person_id in others:  # a line that says the same again
            person = uow.session.get_one(Person, person_id)
            old = person.posts[-1]
            old.ends_on = today - timedelta(days=1)
            same = {name: getattr(old, name) for name in ("enterprise_id", "department_id", "post", "category")}
            person.posts.append(PersonPost(**same, starts_on=today))
    move(here, here.person_ids.index(mover), today)
    monkeypatch.setattr(listeners, "MOVES_AT_ONCE", 1)
    ask_retraining()
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert list(uow.session.scalars(select(TrainingDemand.person_id))) == [mover]


def test_who_was_taught_before_anybody_asked_has_met_it(world, client_as):
    here, today = world.here, clock.local_date(clock.now())
    move(here, 2, today)
    teach(here, 2, "车间级")
    teach(here, 2, "班组级")
    teach(here, 3, "四新", 2)
    ask_retraining()
    trainer, path = client_as(here.trainer), f"/enterprises/{here.enterprise_id}/retraining"
    trainer.post(f"{path}/new", data={"what": "新型螺旋压榨机", "on": today.isoformat(), "department": str(here.department_id)})
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        rows = uow.session.scalars(select(TrainingDemand).where(TrainingDemand.met_on == today)).all()
        assert {(row.person_id, row.occasion.value) for row in rows} == {
            (here.person_ids[2], "transfer"), (here.person_ids[3], "novelty"),
        }  # fmt: skip
    assert "由压榨车间" not in trainer.get(path).text


def next_time():
    """The workers looked once already; let them look again."""
    current_app.extensions.pop("swept:ask_retraining", None)
    current_app.extensions.pop("swept:remind_of_reviews", None)


def notices(kind):
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        return uow.session.scalars(select(Notice).where(Notice.kind.startswith(kind))).all()


def test_something_new_is_asked_of_those_who_use_it_and_can_be_waived_with_a_reason(world, client_as):
    here, trainer = world.here, client_as(world.here.trainer)
    path = f"/enterprises/{here.enterprise_id}/retraining"
    data = {"what": "新型螺旋压榨机", "on": clock.local_date(clock.now()).isoformat(), "department": str(here.department_id)}
    assert trainer.post(f"{path}/new", data=data | {"what": ""}).status_code == 422
    for _twice in range(2):
        assert trainer.post(f"{path}/new", data=data).status_code == 303
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        rows = uow.session.scalars(select(TrainingDemand)).all()
    assert (len(rows), {row.rule_id for row in rows}) == (5, {"TH17"})
    assert trainer.get(path).text.count("新型螺旋压榨机") == 5
    own = next(row for row in rows if row.person_id == here.person_ids[2])
    trainer.post(f"/training-demands/{own.id}", data={"reason": ""})
    assert trainer.get(path).text.count("新型螺旋压榨机") == 5
    trainer.post(f"/training-demands/{own.id}", data={"reason": "不操作这台机器"})
    assert trainer.get(path).text.count("新型螺旋压榨机") == 4
    assert "不操作这台机器" in trainer.get(f"/people/{here.person_ids[2]}/file").text
    teach(here, 3, "四新", 2)
    assert trainer.get(path).text.count("新型螺旋压榨机") == 3
    assert client_as(here.officer).post(f"{path}/new", data=data).status_code in (403, 404)
    assert trainer.post(f"{path}/new", data=data | {"department": str(world.there.department_id)}).status_code == 422


def test_what_is_new_is_in_use_from_the_day_it_is_where_the_enterprises_are(world, client_as, monkeypatch):
    night = (clock.local(clock.now()) + timedelta(days=3)).replace(hour=1)
    monkeypatch.setattr(clock, "now", lambda: night)
    page = client_as(world.here.trainer).get(f"/enterprises/{world.here.enterprise_id}/retraining").text
    assert f'value="{night.date()}"' in page


def test_a_permit_is_kept_encrypted_reviewed_as_a_new_line_and_its_holder_is_reminded(world, client_as, monkeypatch):
    ten = clock.local(clock.now()).replace(hour=10, minute=0)  # nobody is reminded at night
    monkeypatch.setattr(clock, "now", lambda: ten)
    here, trainer, today = world.here, client_as(world.here.trainer), clock.local_date(clock.now())
    path, number = f"/people/{here.person_ids[2]}/permits/new", "T430699198612078441"
    issued = (today - timedelta(days=3 * 365 - 20)).isoformat()
    data = {"authority": "emergency", "work": "低压电工作业", "card_no": number, "issued_on": issued}
    wrong = trainer.post(path, data=data | {"issued_on": (today + timedelta(days=1)).isoformat()})
    assert wrong.status_code == 422 and "日期不对" in wrong.text and number in wrong.text
    assert trainer.post(path, data=data).status_code == 303
    page = trainer.get(f"/enterprises/{here.enterprise_id}/retraining").text
    assert "低压电工作业" in page and number not in page and "T430" in page and "总局令30号" in page and "天" in page
    with db.engine.connect() as connection:
        assert number.encode() not in bytes(connection.exec_driver_sql("SELECT card_no FROM work_permit").scalar())

    next_time()
    remind_of_reviews()
    next_time()
    remind_of_reviews()
    told = notices("permit.review.30")
    assert {row.person_id for row in told} >= {here.person_ids[2]} and all("低压电工作业" in row.title for row in told)
    assert len(told) == len({row.person_id or row.user_id for row in told}), "once each"

    trainer.post(path, data=data | {"issued_on": today.isoformat()})
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        rows = uow.session.scalars(select(WorkPermit).order_by(WorkPermit.entered_at)).all()
    assert [row.ended_at is None for row in rows] == [False, True]
    trainer.post(f"/permits/{rows[1].id}", data={"reason": "离开电工岗位"})
    assert "还没有登记作业证件" in trainer.get(f"/enterprises/{here.enterprise_id}/retraining").text
    assert client_as(here.head).post(path, data=data).status_code in (403, 404)


def test_the_file_of_a_builder_shows_asked_and_earned_hours_of_each_level(world, client_as):
    here = world.here
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.get_one(Enterprise, here.enterprise_id).industry = "建筑施工"
        uow.session.get_one(Person, here.person_ids[2]).hired_on = uow.today - timedelta(days=10)
    teach(here, 2, "厂级", 16)
    page = "".join(client_as(here.trainer).get(f"/people/{here.person_ids[2]}/file").text.split())
    for told in ("厂级</td>", "要求15", "已记16", "要求20"):
        assert told in page.replace("<b>", "").replace("</b>", "")
