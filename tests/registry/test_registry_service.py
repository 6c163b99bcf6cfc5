"""People and enterprises taken over from files, and the dated lines that come of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lms.core.db import new_id
from lms.core.tables import read
from lms.core.uow import UnitOfWork
from lms.registry import divisions, queries, service
from lms.registry.models import ChangeKind, Enterprise, HeadAppointment, Jurisdiction, Person, PersonPost
from lms.registry.rules import EnterprisesReading, RosterReading, read_enterprises, read_roster
from lms.registry.rules.identifiers import uscc_check
from lms.registry.service import jurisdictions
from lms.registry.service.enterprises import NotADistrict, streets_of
from tests.counting import asked
from tests.data import content, expected

pytestmark = pytest.mark.usefixtures("chinese")
ROSTERS = ["roster.xlsx", "roster.xls", "roster-gb18030.csv", "roster-utf8bom.csv", "roster-pasted.txt"]
LAST_MONTH, TODAY = date(2026, 10, 20), date(2026, 11, 25)


@pytest.fixture
def district(uow: UnitOfWork) -> Jurisdiction:
    divisions.load(uow)
    return uow.session.scalars(select(Jurisdiction).where(Jurisdiction.code == "430602")).one()


@pytest.fixture
def firm(uow: UnitOfWork, district: Jurisdiction) -> Enterprise:
    street = streets_of(uow, district)["城陵矶街道"]
    firm = Enterprise(
        name="湘粮油脂有限公司", uscc="91430699MA7UUP5Y9R", jurisdiction_id=street, industry="工贸", created_at=uow.now
    )
    uow.session.add(firm)
    uow.session.flush()
    return firm


def roster(text: str) -> RosterReading:
    return read_roster(read(text.encode()))


def people_of(uow: UnitOfWork, firm: Enterprise) -> list[dict[str, object]]:
    """The database in the words of roster.expected.json."""
    people = uow.session.scalars(select(Person).where(Person.enterprise_id == firm.id))
    told: list[dict[str, object]] = []
    for person in people:
        line = queries.post_on(uow, person.id, uow.today)
        assert line
        told.append({
            "work_no": person.work_no, "name": person.name, "sex": person.sex,
            "department": line.department.name if line.department else None, "post": line.post, "phone": person.phone,
            "id_number": person.id_number, "hired": person.hired_on.isoformat() if person.hired_on else None,
            "category": line.category,
        })  # fmt: skip
    return sorted(told, key=lambda person: str(person["work_no"]))


def counts(new: int = 0, changed: int = 0, unchanged: int = 0, left: int = 0) -> dict[str, int]:
    return {"new": new, "changed": changed, "unchanged": unchanged, "left": left}


@pytest.mark.parametrize("name", ROSTERS)
def test_every_format_gives_the_same_people_and_the_second_time_changes_nothing(
    uow: UnitOfWork, firm: Enterprise, name: str
) -> None:
    reading = read_roster(read(content(name)))

    first = service.import_people(uow, firm, reading)
    lines = uow.session.scalar(select(func.count()).select_from(PersonPost))
    second = service.import_people(uow, firm, reading)

    assert first == counts(new=103)
    assert second == counts(unchanged=103)
    assert people_of(uow, firm) == sorted(expected("roster.expected.json")["people"], key=lambda p: p["work_no"])
    assert uow.session.scalar(select(func.count()).select_from(PersonPost)) == lines == 103


def test_one_format_after_another_changes_nothing(uow: UnitOfWork, firm: Enterprise) -> None:
    for at, name in enumerate(ROSTERS):
        told = service.import_people(uow, firm, read_roster(read(content(name))))
        assert told == (counts(unchanged=103) if at else counts(new=103)), name


def test_moving_today_leaves_last_month_alone(uow: UnitOfWork, firm: Enterprise) -> None:
    service.import_people(uow, firm, roster("姓名,工号,部门,岗位\n张三,A1,仓储部,装卸工\n李四,A2,仓储部,装卸工\n"), LAST_MONTH)

    told = service.import_people(
        uow, firm, roster("姓名,工号,部门,岗位\n张三,A1,灌装车间,灌装工\n李四,A2,仓储部,装卸工\n"), TODAY
    )

    assert told == counts(changed=1, unchanged=1)
    then = {line.name: line for line in queries.roster_on(uow, firm.id, TODAY - timedelta(days=1))}
    now = {line.name: line for line in queries.roster_on(uow, firm.id, TODAY)}
    assert (then["张三"].department_name, then["张三"].post) == ("仓储部", "装卸工")
    assert (now["张三"].department_name, now["张三"].post) == ("灌装车间", "灌装工")
    assert {department.name: n for department, n in queries.departments_on(uow, firm.id, LAST_MONTH)} == {"仓储部": 2}
    assert {department.name: n for department, n in queries.departments_on(uow, firm.id, TODAY)} == {
        "仓储部": 1, "灌装车间": 1,
    }  # fmt: skip
    filling = now["张三"].department_id
    assert filling and [line.name for line in queries.roster_on(uow, firm.id, TODAY, [filling])] == ["张三"]


def test_a_slip_of_the_same_day_is_overwritten(uow: UnitOfWork, firm: Enterprise) -> None:
    for department in ("仓储部", "灌装车间"):
        service.import_people(uow, firm, roster(f"姓名,工号,部门\n张三,A1,{department}\n"), TODAY)

    lines = uow.session.scalars(select(PersonPost)).all()
    assert [(line.department and line.department.name, line.starts_on, line.ends_on) for line in lines] == [
        ("灌装车间", TODAY, None)
    ]


def test_what_a_roster_does_not_tell_stays(uow: UnitOfWork, firm: Enterprise) -> None:
    service.import_people(
        uow, firm, roster("姓名,工号,手机,部门,人员类别\n张三,A1,19921463076,设备部,特种作业人员\n"), LAST_MONTH
    )

    told = service.import_people(uow, firm, roster("姓名,工号\n张三,A1\n"), TODAY)

    assert told == counts(unchanged=1)


ROSTER = {
    "姓名": "张三", "工号": "A1", "性别": "女", "部门": "设备部", "岗位": "电工", "手机": "19921463076", "入职日期": "2020-05-01",
    "人员类别": "特种作业人员", "用工形式": "被派遣劳动者", "班次": "白班", "邮箱": "zhang@anke.test",
}  # fmt: skip
LIST = {
    "单位名称": "巴陵机械有限公司", "统一社会信用代码": "91430699MA8TNUL33A", "街道": "站前街道", "行业": "危险化学品",
    "负责人": "王强", "负责人电话": "19921463076", "从业人员数": "103", "行业主管部门": "市经信局", "监管责任人": "李敏",
    "经营状态": "停业",
}  # fmt: skip
UNREADABLE = {"人员类别": "临时", "用工形式": "老表", "邮箱": "没有", "从业人员数": "许多", "经营状态": "整顿中"}


def blanked(row: dict[str, str], heading: str) -> Iterator[str]:
    """The list with one cell left empty, and with what nobody can read in it."""
    for cell in {"", UNREADABLE.get(heading, "")}:
        yield "\n".join(",".join(line) for line in (row, (row | {heading: cell}).values()))


def test_a_cell_of_a_roster_that_is_empty_or_unreadable_changes_nothing(uow: UnitOfWork, firm: Enterprise) -> None:
    service.import_people(uow, firm, roster(",".join(ROSTER) + "\n" + ",".join(ROSTER.values())), LAST_MONTH)

    for heading in list(ROSTER)[1:]:
        for text in blanked(ROSTER, heading):
            assert service.import_people(uow, firm, roster(text), TODAY) == counts(unchanged=1), text


def test_a_cell_of_a_list_that_is_empty_or_unreadable_changes_nothing(uow: UnitOfWork, district: Jurisdiction) -> None:
    def take(text: str, on: date) -> dict[str, int]:
        return service.import_enterprises(uow, district, read_enterprises(read(text.encode())), on)

    take(",".join(LIST) + "\n" + ",".join(LIST.values()), LAST_MONTH)

    for heading in list(LIST)[2:]:
        for text in blanked(LIST, heading):
            assert take(text, TODAY)["unchanged"] == 1, text


def test_a_roster_brings_where_people_are_told_and_a_wrong_address_keeps_nobody_out(uow: UnitOfWork, firm: Enterprise) -> None:
    told = "姓名,工号,邮箱,企业微信,钉钉\n刘洋,0003,liu@xiangliang.example,LiuYang,manager4220\n孙丽,0004,没有,,\n"

    reading = roster(told)
    assert service.import_people(uow, firm, reading) == counts(new=2)
    assert [(warning.row, warning.column) for warning in reading.warnings] == [(3, "邮箱")]
    ways = (Person.name, Person.email, Person.wecom_id, Person.dingtalk_id)
    known = {tuple(row) for row in uow.session.execute(select(*ways).where(Person.enterprise_id == firm.id))}
    assert known == {("刘洋", "liu@xiangliang.example", "LiuYang", "manager4220"), ("孙丽", None, None, None)}

    assert service.import_people(uow, firm, roster(told)) == counts(unchanged=2)
    assert service.import_people(uow, firm, roster(told.replace("LiuYang", "Liu.Yang"))) == counts(changed=1, unchanged=1)
    assert service.import_people(uow, firm, roster("姓名,工号\n刘洋,0003\n孙丽,0004\n")) == counts(unchanged=2)


def test_those_missing_are_listed_and_stay(uow: UnitOfWork, firm: Enterprise) -> None:
    service.import_people(uow, firm, roster("姓名,工号\n张三,A1\n李四,A2\n"))
    reading = roster("姓名,工号\n张三,A1\n")

    plan = service.plan_people(uow, firm.id, reading)
    service.import_people(uow, firm, reading)

    assert [one.name for one in plan.left] == ["李四"]
    assert {line.name for line in queries.roster_on(uow, firm.id, uow.today)} == {"张三", "李四"}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        pytest.param(
            "姓名,工号\n张三,A1\n", "姓名,工号,身份证号\n张三,A1,430699197206168375\n", counts(changed=1), id="gains an ID"
        ),
        pytest.param("姓名\n张三\n", "姓名,工号\n张三,A1\n", counts(changed=1), id="gains a work number"),
        pytest.param("姓名\n张三\n张三\n", "姓名\n张三\n张三\n", counts(unchanged=2), id="two of one name stay two"),
        pytest.param(
            "姓名,身份证号\n张三,430699197206168375\n", "姓名,身份证号\n张山,430699197206168375\n", counts(changed=1),
            id="a name is corrected",
        ),
        pytest.param(
            "姓名,工号,身份证号\n张三,A1,430699197206168375\n张三,A2,430699199505110914\n",
            "姓名,工号,身份证号\n张三,A2,430699197206168375\n张三,A1,430699199505110914\n", counts(changed=2),
            id="the ID number decides",
        ),
        pytest.param(
            "姓名,身份证号,手机\n张三,430699197206168375,19921463076\n",
            "姓名,身份证号,手机\n张三,430699199505110914,19921463076\n", counts(new=1, left=1),
            id="two ID numbers are two people",
        ),
    ],
)  # fmt: skip
def test_who_is_known(uow: UnitOfWork, firm: Enterprise, before: str, after: str, told: dict[str, int]) -> None:
    service.import_people(uow, firm, roster(before))

    assert service.import_people(uow, firm, roster(after)) == told
    assert service.import_people(uow, firm, roster(after))["unchanged"] == len(roster(after).people)


def test_the_head_of_the_roster_becomes_the_head_from_that_day(uow: UnitOfWork, firm: Enterprise) -> None:
    heading = "姓名,工号,人员类别\n"
    service.appoint(uow, [service.Head(firm.id, "陈建国", "19921463076")], LAST_MONTH)
    service.import_people(uow, firm, roster(heading + "陈建国,A1,主要负责人\n"), LAST_MONTH)
    linked = queries.head_on(uow, firm.id, LAST_MONTH)
    assert linked and linked.person_id and linked.phone == "19921463076"

    changed = roster(heading + "陈建国,A1,其他\n王强,A2,主要负责人\n")
    assert service.plan_people(uow, firm.id, changed).heads == ("陈建国", "王强")  # said before it is taken over
    service.import_people(uow, firm, changed, TODAY)
    assert service.plan_people(uow, firm.id, changed).heads is None

    then, now = queries.head_on(uow, firm.id, TODAY - timedelta(days=1)), queries.head_on(uow, firm.id, TODAY)
    assert then and now and (then.name, now.name) == ("陈建国", "王强")
    assert queries.head_on(uow, firm.id, LAST_MONTH - timedelta(days=1)) is None


def test_two_current_heads_are_impossible(uow: UnitOfWork, firm: Enterprise) -> None:
    service.appoint(uow, [service.Head(firm.id, "陈建国")], TODAY)

    with pytest.raises(IntegrityError), uow.session.begin_nested():
        uow.session.add(HeadAppointment(id=new_id(), enterprise_id=firm.id, name="王强", starts_on=TODAY))


def test_a_person_is_found_by_phone_and_the_end_of_the_id_number(uow: UnitOfWork, firm: Enterprise) -> None:
    service.import_people(uow, firm, read_roster(read(content("roster.xlsx"))))

    found = queries.find_by_phone_and_id_tail(uow, firm.id, "19973163799", "818x")

    assert found and found.name == "夏飞芳"
    assert queries.find_by_phone_and_id_tail(uow, firm.id, "19973163799", "8180") is None
    assert queries.find_by_phone_and_id_tail(uow, firm.id, "19973163799", "") is None
    assert queries.find_by_phone_and_id_tail(uow, new_id(), "19973163799", "818X") is None


def test_the_list_of_a_district_gives_its_enterprises(uow: UnitOfWork, district: Jurisdiction) -> None:
    told = expected("enterprises.expected.json")
    reading = read_enterprises(read(content("enterprises.xlsx")), streets=streets_of(uow, district))

    first = service.import_enterprises(uow, district, reading)
    second = service.import_enterprises(uow, district, reading)

    assert (first["new"], second["unchanged"], second["new"], second["changed"]) == (1284, 1284, 0, 0)
    by_street = dict(
        tuple(row)
        for row in uow.session.execute(
            select(Jurisdiction.name, func.count())
            .join(Enterprise, Enterprise.jurisdiction_id == Jurisdiction.id)
            .group_by(Jurisdiction.name)
        )
    )
    by_industry = dict(
        tuple(row) for row in uow.session.execute(select(Enterprise.industry, func.count()).group_by(Enterprise.industry))
    )
    assert by_street == told["by_street"]
    assert by_industry == told["by_industry"]
    assert uow.session.scalar(select(func.sum(Enterprise.declared_headcount))) == told["employees"]
    unconfirmed = uow.session.scalars(select(Enterprise.uscc).where(Enterprise.uscc_confirmed.is_(False))).all()
    assert sorted(unconfirmed) == sorted(fault["value"] for fault in told["faults"])
    assert uow.session.scalar(select(func.count()).select_from(HeadAppointment)) == 1284


def test_the_bar_moves_past_what_is_known_and_what_changed_is_written_together(uow: UnitOfWork, district: Jurisdiction) -> None:
    def listed(officer: str, first: int = 0) -> EnterprisesReading:
        codes = {at: f"91430699{at:09}" for at in range(first, first + 40)}
        rows = [f"{chr(0x5000 + at)}记贸易行,{code}{uscc_check(code)},{officer}" for at, code in codes.items()]
        return read_enterprises(read("\n".join(["单位名称,统一社会信用代码,监管责任人", *rows]).encode()))

    service.import_enterprises(uow, district, listed("李敏"))
    gone_through: list[int] = []

    def each(rows: Sequence[Any]) -> Sequence[Any]:
        gone_through.append(len(rows))
        return rows

    with asked("UPDATE enterprise ") as written:
        assert service.import_enterprises(uow, district, listed("周洋"))["changed"] == 40
    assert len(written) == 1
    service.plan_enterprises(uow, district, listed("周洋", first=40), each=each)
    assert gone_through == [80], "those that are known and those that are told"


def test_a_move_a_new_head_and_a_corrected_code_come_in(uow: UnitOfWork, district: Jurisdiction) -> None:
    heading = "单位名称,统一社会信用代码,街道,行业,负责人,监管责任人\n"

    def take(text: str, on: date) -> dict[str, int]:
        reading = read_enterprises(read((heading + text).encode()), streets=streets_of(uow, district))
        return service.import_enterprises(uow, district, reading, on)

    take("巴陵机械有限公司,91430699MA8TNUL330,城陵矶街道,工贸,王强,李敏\n", LAST_MONTH)
    told = take("巴陵机械有限公司,91430699MA8TNUL33A,站前,交通运输,赵刚,周洋\n", TODAY)

    firm = uow.session.scalars(select(Enterprise)).one()
    then, now = queries.head_on(uow, firm.id, LAST_MONTH), queries.head_on(uow, firm.id, TODAY)
    assert (told["new"], told["changed"]) == (0, 1)
    assert firm.uscc_confirmed and firm.uscc == "91430699MA8TNUL33A"
    assert (firm.jurisdiction.name, firm.industry, firm.officer_name) == ("站前街道", "交通运输", "周洋")
    assert then and now and (then.name, now.name) == ("王强", "赵刚")


def test_a_list_belongs_to_one_district(uow: UnitOfWork, district: Jurisdiction) -> None:
    city = uow.session.scalars(select(Jurisdiction).where(Jurisdiction.code == "430600")).one()

    with pytest.raises(NotADistrict):
        streets_of(uow, city)


def test_the_divisions_load_once(uow: UnitOfWork) -> None:
    assert divisions.load(uow) == 180
    assert divisions.load(uow) == 0
    street = uow.session.scalars(select(Jurisdiction).where(Jurisdiction.code == "430602008")).one()
    assert street.path == "430000/430600/430602/430602008/"


def test_divisions_that_are_loaded_later_lie_below_whoever_answers_for_their_area_by_then(uow: UnitOfWork) -> None:
    divisions.load(uow)
    area, port, late = (
        uow.session.scalars(select(Jurisdiction).where(Jurisdiction.code == code)).one()
        for code in ("YY-JKQ", "YY-XGQ", "430602402")
    )
    uow.session.delete(late)
    uow.session.flush()
    jurisdictions.change(uow, area, ChangeKind.ASSIGN, uow.today, target=port, basis="三定方案")

    assert divisions.load(uow) == 1

    again = uow.session.scalars(select(Jurisdiction).where(Jurisdiction.code == late.code)).one()
    assert again.charge == f"{port.path}YY-JKQ/{late.code}/"
    assert jurisdictions.faults(uow) == []
