"""A lecture gives a level of 三级教育: its hours count for that level, and what is missing of each is shown."""

import io
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
from flask_babel import refresh
from sqlalchemy import select

from lms.archives.queries import hours_of_enterprise
from lms.archives.queries.levels import own_level_hours
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.credentials.listeners import open_cycles
from lms.credentials.models import HoursCycle, HoursLine, Occasion, TrainingDemand
from lms.credentials.rules import INITIAL
from lms.credentials.service.retraining import introduce
from lms.lectures.models import Lecture
from lms.lectures.rules.levels import FACTORY, SPECIAL, TEAM, WORKSHOP
from lms.lectures.service.holding import void
from lms.ledger.service import verify
from lms.registry.models import Enterprise, Person
from lms.web.locale import COOKIE
from tests.api.tokens import bearing, token_of
from tests.credentials.scenes import SYSTEM, held
from tests.credentials.test_retraining import teach


def new_builder(here, place):
    """In construction each level has hours of its own."""
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.get_one(Enterprise, here.enterprise_id).industry = "建筑施工"
        uow.session.get_one(Person, here.person_ids[place]).hired_on = uow.today - timedelta(days=10)
    open_cycles()


def since_hired(uow, person_id):
    return own_level_hours(uow, uow.session.get_one(Person, person_id))


def of_levels(here, year):
    """Level → hours of the third person, as the ledger of a year tells them."""
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        told = hours_of_enterprise(uow, uow.session.get_one(Enterprise, here.enterprise_id), year)
        (own,) = [one for one in told.people if one.line.person_id == here.person_ids[2]]
        return {one.level: one.earned for one in own.levels}


def plain(page):
    return "".join(page.text.split()).replace("<b>", "").replace("</b>", "").replace('<bclass="t-bad">', "")


def test_hours_of_a_lecture_count_for_its_level_and_each_page_says_what_is_missing_of_each(world, client_as):
    here = world.here
    new_builder(here, 2)
    held(here, {2: (0, 120), 3: (0, 120)}, minutes=120, level=FACTORY, title="公司级安全教育")
    teach(here, 2, WORKSHOP, 16)

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert since_hired(uow, here.person_ids[2]) == {FACTORY: Decimal(2), WORKSHOP: Decimal(16)}
        assert verify(uow, here.enterprise_id).whole
    own = plain(client_as(here.trainer).get(f"/people/{here.person_ids[2]}/file"))
    assert "厂级</td>" in own and "要求15" in own and "已记2" in own and "还差13" in own and "已记16" in own and "缺</td>" in own
    firm = plain(client_as(here.head).get(f"/enterprises/{here.enterprise_id}/hours"))
    levels = firm.partition('id="levels"')[2].partition("</section>")[0]
    told = [row.split("</td>")[0] for row in levels.split("<tr")[2:]]
    assert len(told) == 3 and "13学时" in levels and "20学时" in levels  # 车间级 is there
    assert levels.count("1人") == 2 and "已达到" in levels
    people = firm.partition('id="people"')[2]
    assert "厂级还差13" in people and "车间级已记16" in people and "班组级缺" in people

    card = openpyxl.load_workbook(io.BytesIO(client_as(here.trainer).get(f"/people/{here.person_ids[2]}/forms/7.xlsx").data))
    cells = {str(cell.value) for row in card.active.iter_rows() for cell in row}
    assert any("公司级安全教育；2 学时；" in one and "教育人：陈建国" in one for one in cells)
    assert any("车间级安全教育；16 学时" in one for one in cells)


def test_levels_are_called_by_their_names_in_english(world, client_as):
    here = world.here
    new_builder(here, 2)
    lecture_id = held(here, {2: (0, 60)}, level=FACTORY)
    teach(here, 2, WORKSHOP)
    trainer, firm = client_as(here.trainer), f"/enterprises/{here.enterprise_id}"
    trainer.set_cookie(COOKIE, "en")
    refresh()  # what was recorded above was in Chinese
    pages = {"hours": f"{firm}/hours", "file": f"/people/{here.person_ids[2]}/file", "trainings": f"{firm}/trainings"}
    told = {name: trainer.get(path).text for name, path in pages.items()}
    told["lecture"] = trainer.get(f"/lectures/{lecture_id}").text
    told["list"] = trainer.get(f"{firm}/trainings?as=csv").data.decode("utf-8-sig")
    told["levels"] = trainer.get(f"{firm}/hours?as=csv&table=levels").data.decode("utf-8-sig")
    for name, words in {
        "hours": ("Plant", "Workshop"), "file": (">Plant<", ">Workshop<"), "trainings": ("three-level training (Workshop)",),
        "lecture": ("three-level training (Plant)",), "list": (",Workshop,",),
        "levels": ("Plant", "Workshop"),
    }.items():  # fmt: skip
        assert [each for each in words if each not in told[name]] == [], name
        assert "级" not in told[name].replace("车间级安全教育", "").replace("三级教育", ""), "what is stored is not what is shown"


def test_a_level_of_an_earlier_time_here_is_missing_again_for_who_is_hired_anew(world, client_as):
    here, today = world.here, clock.local_date(clock.now())
    new_builder(here, 2)
    teach(here, 2, FACTORY, 16, day=today - timedelta(days=3 * 365))
    assert of_levels(here, today.year) == {FACTORY: None, WORKSHOP: None, TEAM: None}
    trainer, own = client_as(here.trainer), f"/people/{here.person_ids[2]}"
    levels = plain(trainer.get(f"{own}/file")).partition('id="levels"')[2].partition("</section>")[0]
    assert "缺</td>" in levels and "已记16" not in levels
    contents = openpyxl.load_workbook(io.BytesIO(trainer.get(f"{own}/forms/6.xlsx").data))
    cells = [str(cell.value) for row in contents.active.iter_rows() for cell in row]
    assert cells[cells.index("入职/三级安全教育卡") + 1] == "缺"
    teach(here, 2, FACTORY, 16)
    assert of_levels(here, today.year)[FACTORY] == 16


def test_the_ledger_of_a_past_year_tells_no_level_of_the_next_one(world):
    here, today = world.here, clock.local_date(clock.now())
    with unit_of_work(SYSTEM, "system") as uow:
        first, last = date(today.year - 1, 12, 1), date(today.year, 11, 30)
        asked = {"kind": INITIAL, "category": "其他从业人员", "required": Decimal(24), "rule_id": "TH1", "article": ""}
        row = HoursCycle(person_id=here.person_ids[2], starts_on=first, ends_on=last, opened_at=uow.now, **asked)
        row.enterprise_id = here.enterprise_id
        uow.session.add(row)
    teach(here, 2, FACTORY, 4, day=date(today.year, 1, 1))
    assert of_levels(here, today.year - 1)[FACTORY] is None
    assert of_levels(here, today.year)[FACTORY] == 4


def test_a_level_taken_back_is_missing_again_and_a_line_said_otherwise_is_found(world, client_as):
    here = world.here
    lecture_id = held(here, {2: (0, 60)}, level=FACTORY)
    with unit_of_work(SYSTEM, "system") as uow:
        void(uow, uow.session.get_one(Lecture, lecture_id), "没有讲")
    with unit_of_work(SYSTEM, "system") as uow:
        assert since_hired(uow, here.person_ids[2]) == {}
        assert {line.level for line in uow.session.scalars(select(HoursLine))} == {FACTORY}
        assert verify(uow, here.enterprise_id).whole
        for trigger in ("stays", "is_kept"):
            uow.session.connection().exec_driver_sql(f"DROP TRIGGER hours_line_{trigger}")
        uow.session.connection().exec_driver_sql("UPDATE hours_line SET level = '班组级'")
        assert verify(uow, here.enterprise_id).unlike
        uow.session.rollback()


def test_what_is_asked_of_new_equipment_is_met_by_a_lecture_about_it(world, client_as):
    here = world.here
    with unit_of_work(SYSTEM, "system") as uow:
        enterprise = uow.session.get_one(Enterprise, here.enterprise_id)
        introduce(uow, enterprise, "新的码垛机器人", uow.today, [here.department_id])
    held(here, {2: (0, 60)}, level=SPECIAL)
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        asked = {row.person_id: row.met_on for row in uow.session.scalars(select(TrainingDemand))}
        assert {row.occasion for row in uow.session.scalars(select(TrainingDemand))} == {Occasion.NOVELTY}
        assert asked[here.person_ids[2]] == uow.today and asked[here.person_ids[3]] is None


def test_a_lecture_says_which_level_it_gives_by_program_and_lends_it_to_no_other_one(app, world, client_as):
    here, program = world.here, bearing(app, token_of(world.here.trainer)[1])
    held(here, {2: (0, 60)}, level=FACTORY)
    told = program.get("/api/v1/lectures").json["items"][0]
    assert told["level"] == FACTORY
    line = program.get(f"/api/v1/people/{here.person_ids[2]}/hours").json["items"][0]
    assert line["level"] == FACTORY
    teach(here, 2, WORKSHOP)
    lines = program.get(f"/api/v1/people/{here.person_ids[2]}/hours").json["items"]
    assert {one["level"] for one in lines if one["training_id"]} == {WORKSHOP}, "the level of a training is told as well"
    trainer = client_as(here.trainer)
    for path in ("/lectures/new", f"/lectures/new?after={told['id']}"):
        assert f'selected value="{FACTORY}"' not in trainer.get(path).text
    assert "三级教育（厂级）" in trainer.get(f"/lectures/{told['id']}").text
    slot = {"starts_at": "2030-01-07T01:00:00Z", "ends_at": "2030-01-07T02:00:00Z", "place": "会议室"}
    plan = {"title": "车间级安全教育", "lecturer_id": str(here.head_id), "sittings": [slot], "people": [], "level": "车间级"}
    made = program.post("/api/v1/lectures", json=plan | {"departments": [str(here.department_id)]})
    assert (made.status_code, made.json["level"]) == (201, "车间级")
    assert 'selected value="车间级"' in trainer.get(f"/lectures/{made.json['id']}/edit").text
    wrong = program.post("/api/v1/lectures", json=plan | {"level": "省级"})
    assert wrong.status_code == 422
