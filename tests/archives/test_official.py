"""The forms that inspections ask for: the columns are those of the table, in its order, and what is recorded is filled in."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import openpyxl
import pypdfium2
import pytest
from sqlalchemy import select, update

import lms
from lms.access.models import Membership
from lms.access.service import load_actor
from lms.archives.lecture_book import lecture_book
from lms.archives.official.forms import OF_CAMPAIGN, OF_FIRM, OF_LECTURE, OF_PERSON, Filled, forms
from lms.archives.official.lectures import lecture_form
from lms.archives.official.printing import form_pdf
from lms.archives.official.reporting import fields
from lms.archives.official.workbook import form_xlsx
from lms.archives.person_book import person_book
from lms.attendance import service as attendance
from lms.attendance.models import Dispute, Mark
from lms.campaigns.themes import theme_named
from lms.compliance.models import Standing, StandingState
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.credentials.listeners import issue_certificates
from lms.credentials.models import Certificate, TrainingKind
from lms.credentials.rules import CertificateKind
from lms.credentials.service import Entered, accept_training, enter_training
from lms.hazards.rules import Act
from lms.hazards.service import sign
from lms.hazards.words import FIRM
from lms.lectures.models import Attendee, Lecture, LecturerMark, LecturerStep, LectureState, Witness
from lms.lectures.service import Slot
from lms.lectures.service.lecturer import follow_marks
from lms.quizzes.models import Attempt, TextMark
from lms.registry.models import Enterprise, Jurisdiction, Person
from lms.supervision.models import Observation
from tests.api.tokens import bearing, token_of
from tests.app.populate import populate
from tests.credentials.scenes import SYSTEM, held, take_quiz
from tests.hazards import scene as hazards
from tests.lectures.builders import make_lecture
from tests.world import acting

TABLE = Path(lms.__file__).parent / "data" / "form_columns.csv"


def official():
    """Number → the columns of the table, in order."""
    found = {}
    with TABLE.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(int(row["form"][:2]), []).append(row["column"])
    return found


def read(content, number):
    """The column names of a form as a workbook shows them, and what stands beside or below each."""
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    names, values = [], {}
    known = set(official()[number])
    for row in page.iter_rows(min_row=3):
        for at, cell in enumerate(row):
            if cell.fill.fgColor.rgb == "FFF3F6F5" and cell.value in known:
                names.append(cell.value)
                listed = sum(one.fill.fgColor.rgb == "FFF3F6F5" for one in row) > 2
                values[cell.value] = page.cell(cell.row + 1, at + 1).value if listed else row[at + 1].value
    return names, values


def held_with_quiz(world):
    """Three people, of whom two were there and took the quiz."""
    lecture_id = held(world.here, {2: (0, 60), 3: (0, 60)}, quiz=True)
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        take_quiz(uow, lecture, world.here.person_ids[2], 4)
        take_quiz(uow, lecture, world.here.person_ids[3], 1)
        take_quiz(uow, lecture, world.here.person_ids[3], 3)
    return lecture_id


@pytest.fixture
def lecture_id(world, kept):
    return kept(held_with_quiz, world)


def test_every_form_of_the_table_can_be_had():
    assert {*OF_LECTURE, *OF_PERSON, *OF_FIRM, *OF_CAMPAIGN} == set(official()) == set(forms())


@pytest.mark.parametrize("number", official())
def test_a_form_has_the_columns_of_the_table_in_its_order_filled_or_not(number):
    names, _values = read(form_xlsx(Filled(forms()[number], "某公司", {}), clock.now()), number)

    assert names == official()[number]


def test_a_form_says_which_of_its_columns_nothing_is_recorded_for(world, client_as):
    here = world.here
    for number, there in ((12, "企业名称"), (13, "被检查/督办单位")):
        content = client_as(here.trainer).get(f"/enterprises/{here.enterprise_id}/forms/{number}.xlsx").data
        cells = [str(cell.value) for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
        (note,) = [cell for cell in cells if cell.startswith("表式：")]
        assert "系统里没有" in note
        blank = note.partition("留空手写的栏目：")[2].removesuffix("。").split("、")
        assert [name for name in official()[number] if name not in blank] == (["序号", there] if number == 12 else [there])


def test_the_register_and_the_notice_tell_the_major_hazards_of_the_firm(world, client_as):
    here = world.here
    with unit_of_work(SYSTEM, "system") as uow:
        second = hazards.second_officer(uow, here)
        closed, going_on = hazards.found(uow, here, place="一号筒仓"), hazards.found(uow, here)
        hazards.climb(uow, here, closed, second, Act.CLOSE)
        hazards.climb(uow, here, going_on, second, Act.STOP)
        refused = hazards.found(uow, here, place="三号筒仓", rectify_by=closed.rectify_by - timedelta(days=9))
        for _ in range(6):
            hazards.sign(uow, here, refused, second)
        for key in (here.officer, second):
            sign(hazards.of(uow, key), refused, Act.REFUSE, words="请他签，他不签")
        assert "现在仍可以签" in FIRM[refused.stage]
    at = f"/enterprises/{here.enterprise_id}/forms"
    sheet = openpyxl.load_workbook(io.BytesIO(client_as(here.trainer).get(f"{at}/12.xlsx").data)).active
    rows = [row for row in sheet.iter_rows(values_only=True) if "重大" in row]
    told = [dict(zip(official()[12], row, strict=False)) for row in rows]
    assert [(one["隐患部位"], one["复查人"], one["复查结论"]) for one in told] == [
        ("三号筒仓", "王敏、周凯", "通过、通过；王敏 拒签记录在案：请他签，他不签；周凯 拒签记录在案：请他签，他不签"),
        ("2 号压榨线除尘器", None, None), ("一号筒仓", "王敏、周凯", "通过、通过"),
    ]  # fmt: skip
    assert [one["是否销号"][0] for one in told] == ["否", "否", "是"] and "10号" in told[0]["判定依据"]
    _names, notice = read(client_as(here.trainer).get(f"{at}/13.xlsx").data, 13)
    assert (notice["隐患现状及危害"], notice["是否停产停业/停用/撤人"]) == ("三号筒仓：没有泄爆片", "局部停产：写明了")
    assert notice["验收意见"].endswith("；王敏 拒签记录在案：请他签，他不签；周凯 拒签记录在案：请他签，他不签")


def test_a_value_for_a_column_that_is_not_of_the_form_is_a_fault():
    with pytest.raises(ValueError, match="没有这栏"):
        Filled(forms()[1], "", {"没有这栏": 1})


FILLED = [
    (1, {"单位名称": "湘粮油脂有限公司", "培训类型": "讲安全课", "应到人数": 5, "实到人数": 2, "学时": 1, "姓名": "陈建国"}),
    (2, {"参加人数": 2, "考核结果": "合格 2 人，不合格 0 人，平均 87.5 分", "考核方式": "线上"}),
    (3, {"考试平均分": 87.5, "合格率": "100.0%（2/2 人）", "不合格人员及补考结果": "孙丽：25 分，补考 75 分"}),
    (4, {"姓名": "陈建国", "是否合格": "未考"}),
    (8, {"学员名单": "有：5 人", "成绩汇总表": "有：2 人", "讲义/课件": "缺"}),
    (9, {"企业名称": "湘粮油脂有限公司", "授课人职务": "主要负责人", "参加率": "40.0%", "测验平均分": 87.5}),
    (11, {"企业名称": "湘粮油脂有限公司", "是否有考核或提问": "有考核"}),
]  # fmt: skip


def test_the_forms_of_a_lecture_are_filled_from_its_record(world, client_as, lecture_id):
    trainer = client_as(world.here.trainer)
    for number, filled in FILLED:
        names, values = read(trainer.get(f"/lectures/{lecture_id}/forms/{number}.xlsx").data, number)
        assert names == official()[number]
        assert {name: values[name] for name in filled} == filled


def test_each_of_the_list_is_a_row_with_how_it_is_known_that_they_were_there(world, client_as, lecture_id):
    page = openpyxl.load_workbook(io.BytesIO(client_as(world.here.head).get(f"/lectures/{lecture_id}/forms/1.xlsx").data)).active
    rows = {row[1]: row for row in page.iter_rows(values_only=True) if isinstance(row[0], (int, float))}
    assert len(rows) == 5
    assert (rows["刘洋"][6], rows["何军"][6], rows["何军"][9]) == ("手机扫码本人确认", None, "缺席")
    scores = openpyxl.load_workbook(
        io.BytesIO(client_as(world.here.head).get(f"/lectures/{lecture_id}/forms/4.xlsx").data)
    ).active
    own = {row[0]: row for row in scores.iter_rows(values_only=True)}
    assert own["孙丽"][2:5] == (25, "是", "75") and own["刘洋"][2:5] == (100, "是", None)


def test_a_lecturer_is_shown_by_the_certificate_held_on_the_day(world, client_as, lecture_id):
    until = clock.local_date(clock.now()) + timedelta(days=700)
    told = {"kind": "trainer", "who": "刘洋", "why": "试讲评议合格", "valid_until": until}
    assert client_as(world.here.head).post("/certificates/new", data=told).status_code == 303
    issue_certificates()
    path = f"/lectures/{lecture_id}/forms/8.xlsx"

    def shown(**changed):
        """What the form says when its certificate ended or began so many days from the lecture."""
        with unit_of_work(SYSTEM, "home") as uow:
            lecture = uow.session.get_one(Lecture, lecture_id)
            lecture.spoken_by_id = world.here.person_ids[2]
            own = uow.session.scalars(select(Certificate).where(Certificate.kind == CertificateKind.TRAINER)).one()
            own.issued_at, own.revoked_at, own.superseded_at = lecture.sitting.started_at, None, None
            for name, days in changed.items():
                setattr(own, name, lecture.sitting.started_at + timedelta(days=days))
        return read(client_as(world.here.trainer).get(path).data, 8)[1]["讲师资格或简历"]

    serial = shown()
    assert serial.startswith("有：讲师证书 AK-")
    assert shown(revoked_at=1) == shown(superseded_at=1) == serial, "what ended since then was held on the day"
    assert shown(revoked_at=0) is None and shown(superseded_at=0) is None
    assert shown(issued_at=1) is None, "it was given after the lecture"
    assert shown(issued_at=-1) == serial


def test_the_scores_name_the_people_and_plug_ins_that_marked(world, client_as, lecture_id):
    with unit_of_work(SYSTEM, "home") as uow:
        attempts = uow.session.scalars(select(Attempt).where(Attempt.person_id == world.here.person_ids[3])).all()
        for attempt, by in zip(attempts, ("赵倩", "插件 代码题"), strict=True):
            version_id = UUID(attempt.paper[0]["version"])
            told = {"enterprise_id": world.here.enterprise_id, "attempt_id": attempt.id, "version_id": version_id}
            uow.session.add(TextMark(**told, percent=50, marked_by=by, marked_at=uow.now))
    page = openpyxl.load_workbook(io.BytesIO(client_as(world.here.head).get(f"/lectures/{lecture_id}/forms/4.xlsx").data)).active
    own = {row[0]: row[5] for row in page.iter_rows(values_only=True)}
    assert (own["孙丽"], own["刘洋"], own["陈建国"]) == ("插件 代码题、赵倩", "系统判分", None)


def test_the_forms_of_a_person_hide_the_number_and_tell_each_level(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        person = uow.session.get_one(Person, world.here.person_ids[2])
        day = uow.today
        training = enter_training(
            uow,
            person,
            Entered(TrainingKind.BACKFILL, "厂级安全教育", "安环部", day, day, 8, "厂级"),
            "卡.pdf",
            io.BytesIO(b"%PDF-1.7"),
        )
        accept_training(uow, training)
    trainer = client_as(world.here.trainer)
    names, cover = read(trainer.get(f"/people/{person.id}/forms/5.xlsx").data, 5)
    assert names == official()[5]
    assert (cover["姓名"], cover["岗位/工种"], cover["部门/班组"]) == ("刘洋", "操作工", "压榨车间")
    assert cover["身份证号"] == "4306**********8441"
    names, card = read(trainer.get(f"/people/{person.id}/forms/7.xlsx").data, 7)
    assert "厂级安全教育；8 学时" in card["厂级：内容、学时、日期、教育人、成绩、本人签名"]
    _names, contents = read(trainer.get(f"/people/{person.id}/forms/6.xlsx").data, 6)
    assert contents["入职/三级安全教育卡"] == "有：厂级 8 学时"
    for path in (f"/people/{person.id}/forms/5.xlsx", f"/enterprises/{world.here.enterprise_id}/forms"):
        assert client_as(world.there.trainer).get(path).status_code == 404
    assert trainer.get(f"/people/{person.id}/forms/1.xlsx").status_code == 404


def test_the_page_of_the_firm_leads_to_every_form_and_the_bureau_has_its_own(world, client_as, lecture_id):
    officer = client_as(world.here.officer)
    page = client_as(world.here.trainer).get(f"/enterprises/{world.here.enterprise_id}/forms?lecture={lecture_id}").text
    assert all(f"{number:02} {forms()[number].name}" in page for number in (*OF_LECTURE, *OF_PERSON, *OF_FIRM))
    assert f"/lectures/{lecture_id}/forms/9.pdf" in page
    names, values = read(officer.get(f"/enterprises/{world.here.enterprise_id}/forms/12.xlsx").data, 12)
    assert (names, values["企业名称"]) == (official()[12], "湘粮油脂有限公司")


def test_the_forms_offered_first_are_of_the_lecture_closed_last_and_not_of_one_to_come(world, client_as, lecture_id):
    with unit_of_work(SYSTEM, "home") as uow:
        make_lecture(uow, world.here, title="下一堂课")

    page = client_as(world.here.trainer).get(f"/enterprises/{world.here.enterprise_id}/forms").text

    assert f'value="{lecture_id}" selected' in page and f"/lectures/{lecture_id}/forms/9.pdf" in page


def test_the_bureau_has_the_summary_of_a_campaign_as_the_official_form(world, client_as):
    ids = populate(world.here)
    path = f"/campaigns/{ids['campaign_id']}/forms/10.xlsx"
    with unit_of_work(SYSTEM, "home") as uow:
        today = uow.today
        uow.session.get_one(Jurisdiction, world.here.district_id).bureau_name = "岳阳楼区应急管理局"
        firm = uow.session.get_one(Enterprise, world.here.enterprise_id)
        own = {"enterprise_id": firm.id, "campaign_id": ids["campaign_id"], "industry": firm.industry, "updated_at": uow.now}
        street = {"street_code": firm.jurisdiction.code, "street_name": firm.jurisdiction.name}
        said = {**street, "state": StandingState.LECTURED, "due_on": today}
        uow.session.add(Standing(**own, **said, since_on=today - timedelta(days=9)))
        uow.session.execute(
            update(Lecture).where(Lecture.campaign_id == ids["campaign_id"]).values(closed_at=uow.now, state=LectureState.CLOSED)
        )
    names, values = read(client_as(world.here.officer).get(path).data, 10)
    _names, before = read(client_as(world.here.officer).get(f"{path}?as_of={today - timedelta(days=1)}").data, 10)
    assert (values["开展场次"], before["开展场次"]) == (1, 0), "a lecture counts from the day it was closed"
    assert (values["监管部门旁听场次"], before["监管部门旁听场次"]) == (1, 0)
    assert names == official()[10]
    assert (values["统计区域/行业"], values["填报单位"], values["未开展企业名单"]) == ("岳阳楼区", "岳阳楼区应急管理局", "无")
    assert client_as(world.here.trainer).get(path).status_code in (403, 404)
    with unit_of_work(SYSTEM, "home") as uow:
        seen = uow.session.scalars(select(Observation)).first()
        member = uow.session.scalars(select(Membership).where(Membership.user_id == seen.user_id)).one()
        member.jurisdiction_id = firm.jurisdiction_id
        uow.session.flush()
        lecture = uow.session.get_one(Lecture, seen.lecture_id)
        sheet, register = (lecture_form(uow, lecture, number).values for number in (11, 9))
        street_name = uow.session.get_one(Jurisdiction, firm.jurisdiction_id).name
        assert sheet["旁听单位"] == street_name != register["监管部门"], "whoever came, and not whose campaign it is"
        assert not register.get("审核单位"), "nobody has reviewed it"
        seen.jurisdiction_id = world.here.district_id
        uow.session.flush()
        sheet = lecture_form(uow, lecture, 11).values
        assert sheet["旁听单位"] == "岳阳楼区应急管理局", "for whom they sat in, by its own name, wherever they are since"


def test_a_form_is_printed_with_every_column_and_its_page_numbers(world):
    filled = Filled(forms()[9], "某公司", {"企业名称": "某公司", "授课主题": "粉尘防爆😀"})
    text = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(form_pdf(filled)))

    flat = "".join(text.split())
    assert all(name in flat for name in official()[9]) and "粉尘防爆□" in flat and "第1页，共1页" in flat


def test_what_the_province_takes_in_is_typed_by_nobody(app, client_as, world, lecture_id):
    trainer = client_as(world.here.trainer)
    page = trainer.get(f"/enterprises/{world.here.enterprise_id}/forms").text
    assert f"/enterprises/{world.here.enterprise_id}/report.xlsx" in page

    for year in (10**20, clock.now().year + 1, 0):
        assert trainer.get(f"/enterprises/{world.here.enterprise_id}/report.xlsx?year={year}").status_code == 404
    sent = trainer.get(f"/enterprises/{world.here.enterprise_id}/report.csv").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sent)))
    at = rows.index([one.column for one in fields()])
    (told,) = [dict(zip(rows[at], row, strict=True)) for row in rows[at + 1 :] if row]
    assert [one.column for one in fields() if one.required and not told[one.column]] == []
    assert (told["实参训人数"], told["应参训人数"]) == ("2", str(len(world.here.person_ids)))
    assert "%" in told["考核合格率"] and told["统一社会信用代码"]
    program = bearing(app, token_of(world.here.trainer)[1])
    book = openpyxl.load_workbook(io.BytesIO(program.get(f"/api/v1/enterprises/{world.here.enterprise_id}/report").data))
    assert told["培训主题"] in {cell.value for row in book.active.iter_rows() for cell in row}


def test_which_columns_the_province_wants_is_data(tmp_path):
    other = tmp_path / "fields.csv"
    other.write_text("column,from,required\n课程名,授课主题,是\n", encoding="utf-8")
    assert [(one.column, one.source) for one in fields.__wrapped__(other)] == [("课程名", "授课主题")]

    other.write_text("column,from,required\n课程名,没有这一栏,是\n", encoding="utf-8")
    with pytest.raises(ValueError, match="没有这一栏"):
        fields.__wrapped__(other)


def test_the_printed_record_names_the_theme_who_was_registered_who_spoke_and_why(world, client_as, lecture_id):
    def printed() -> tuple[str, str]:
        form = read(client_as(world.here.trainer).get(f"/lectures/{lecture_id}/forms/9.xlsx").data, 9)[1]
        with unit_of_work(SYSTEM, "home", write=False) as uow:
            lecture = uow.session.get_one(Lecture, lecture_id)
            about, theme = dict(lecture_book(uow, lecture).about), lecture.theme and theme_named(lecture.theme).title
        assert about.get("主题") == theme and (f"；主题：{theme}；" in form["内容要点"]) is bool(theme)
        return about["授课人"], form["是否本人讲授"]

    assert printed() == ("陈建国（主要负责人）", "是")
    with unit_of_work(SYSTEM, "home") as uow:
        sitting = uow.session.get_one(Lecture, lecture_id).sitting
        sitting.lecture.theme = "LT08"
        mark = LecturerMark(
            enterprise_id=sitting.enterprise_id, lecture_id=lecture_id, sitting_id=sitting.id, step=LecturerStep.START,
            person_id=world.here.person_ids[1], witness=Witness.OFFICER, at=sitting.started_at, recorded_at=uow.now,
            told_by="周处", reason="总经理出差",
        )  # fmt: skip
        uow.session.add(mark)
        follow_marks(uow, sitting.lecture, sitting)

        again = {"witness": Witness.CORRECTED, "recorded_at": uow.now, "reason": "开讲三分钟时点错了"}
        kept = {column.name: getattr(mark, column.name) for column in mark.__table__.columns if column.name not in ("id", *again)}
        uow.session.add(LecturerMark(**kept, **again))

    book, form = printed()
    assert book == "登记 陈建国，实际 赵倩（不是主要负责人；总经理出差）", "why a time was corrected is no reason for a deputy"
    assert form == "否，由赵倩讲（总经理出差），登记的是陈建国"


def test_a_lecture_declared_void_says_so_on_every_paper(world, client_as, lecture_id):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        lecture.state, lecture.voided_at, lecture.voided_reason = LectureState.VOIDED, uow.now, "名单弄错了"
        titles = {lecture_book(uow, lecture).title}
        book = person_book(uow, uow.session.get_one(Person, world.here.person_ids[2]))
        titles |= {row[0] for chapter in book.chapters if chapter.name in ("到课", "考核") for row in chapter.rows}
    for number in OF_LECTURE:
        sent = client_as(world.here.trainer).get(f"/lectures/{lecture_id}/forms/{number}.xlsx").data
        page = openpyxl.load_workbook(io.BytesIO(sent)).active
        titles.add(next(str(cell) for row in page.iter_rows(values_only=True) for cell in row if "年第" in str(cell)))
    assert len(titles) == 3 and not [title for title in titles if "已作废" not in title or "名单弄错了" not in title], titles


def test_of_several_shifts_each_is_told_with_its_times_and_place(world):
    begun = datetime(2026, 3, 2, tzinfo=UTC)
    slots = (
        Slot(begun, begun + timedelta(minutes=60), "东门", "早班"),
        Slot(begun + timedelta(hours=8), begun + timedelta(hours=8, minutes=30), "西门", "中班"),
    )
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here, slots=slots)
        for sitting in lecture.sittings:
            sitting.started_at, sitting.ended_at = sitting.planned_starts_at, sitting.planned_ends_at
        told = lecture_form(uow, lecture, 9).values
        when = dict(lecture_book(uow, lecture).about)["时间地点"]
    assert (told["授课日期"], told["开始时间"], told["结束时间"]) == ("2026-03-02", "08:00、16:00", "09:00、16:30")
    assert told["授课地点"] == "东门、西门" and told["学时"] == "1、0.5"
    assert when == "2026-03-02 08:00–09:00，东门；2026-03-02 16:00–16:30，西门"


def test_what_waits_for_a_second_person_is_told_from_what_counts_and_what_was_disputed_is_there(world):
    here = world.here
    with unit_of_work(SYSTEM, "home") as uow:
        lecture, trainer = make_lecture(uow, here, state="open"), acting(uow, load_actor(uow, here.trainer), "home")
        for person_id in here.person_ids[2:4]:
            one = uow.session.scalars(select(Attendee).where(Attendee.person_id == person_id)).one()
            attendance.enter(trainer, lecture, one, mark=Mark.IN, at=uow.now, reason="没带手机")
        objection = {"enterprise_id": here.enterprise_id, "lecture_id": lecture.id, "person_id": here.person_ids[4]}
        uow.session.add(Dispute(**objection, text="我来了", raised_at=uow.now, due_on=uow.today))
        uow.session.flush()
        chapters = {chapter.name: [list(row) for row in chapter.rows] for chapter in lecture_book(uow, lecture).chapters}
    assert [row[7] for row in chapters["签到记录"]] == [None, "待第二人确认，还不算"]
    assert [row[2:4] for row in chapters["异议"]] == [["我来了", "还没有答复"]]
