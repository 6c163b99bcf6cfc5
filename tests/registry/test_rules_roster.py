"""A roster comes out the same whatever file it was in, and says of each bad cell where it is and why."""

from __future__ import annotations

from typing import Any

import pytest

from lms.core.tables import TableFault, read
from lms.registry.rules import Overrides, RosterReading, read_roster
from tests.data import FIRST, HEADER, THIRD, content, expected

ROSTER = expected("roster.expected.json")
HOSTILE = {
    name: told
    for name, told in expected("hostile/hostile.expected.json")["files"].items()
    if "questions" not in told and name != "moodle-xxe.xml"
}
NAMED = ("work_no", "name", "phone", "id_number")


def roster(text: str, overrides: Overrides | None = None) -> RosterReading:
    return read_roster(read(text.encode()), overrides or Overrides())


def with_rows(*rows: str, header: str = HEADER) -> RosterReading:
    return roster("\n".join([header, *rows]))


def told_as(report: dict[str, Any], name: str, like: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries of a report with only the words the expected ones have."""
    return [{key: entry[key] for key in like[0]} for entry in report[name]] if like else report[name]


@pytest.mark.parametrize("name", ROSTER["files"])
def test_every_format_gives_the_same_people(name):
    told = ROSTER["files"][name]

    report = read_roster(read(content(name))).as_dict()

    assert report["people"] == ROSTER["people"]
    assert (report["sheet"], report["header_row"], report["accepted"]) == (
        told.get("sheet"),
        told["header_row"],
        told["accepted"],
    )
    for part in ("faults", "duplicates", "ignored_rows"):
        assert told_as(report, part, told[part]) == told[part]
    assert report["outcome"] == ("accepted in part" if told["faults"] else "accepted")
    assert not report["warnings"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gives_what_it_must(name):
    told = HOSTILE[name]

    try:
        report = read_roster(read(content(f"hostile/{name}"))).as_dict()
    except TableFault as fault:
        report = {"outcome": "refused", "code": fault.code}

    assert report["outcome"] == told["outcome"]
    assert report.get("code") == told.get("code")
    if "people" in told:
        assert [{key: person[key] for key in NAMED} for person in report["people"]] == told["people"]
        assert told_as(report, "faults", told["faults"]) == told["faults"]
    if "departments" in told:
        assert [person["department"] for person in report["people"]] == told["departments"]


def test_a_report_does_not_repeat_a_long_cell():
    report = read_roster(read(content("hostile/cell-1mb.csv"))).as_dict()

    assert report["faults"][0]["value"] is None
    assert len(str(report)) < 5_000


def test_a_fault_says_why_in_plain_words():
    faults = read_roster(read(content("roster.xlsx"))).faults

    assert [fault.reason for fault in faults if fault.code == "PHONE_INVALID"] == ["只有 7 位，手机号要 11 位"]
    assert [fault.reason for fault in faults if fault.code == "DATE_INVALID"] == ["2023 年 2 月没有 30 日，请核对"]


def test_what_was_tidied_is_counted():
    tidied = read_roster(read(content("roster-utf8bom.csv"))).tidied

    assert tidied == {"phone": 103, "id_number": 103, "hired_on": 103}


def test_a_fix_goes_before_the_file():
    fixes = {"108:id_number": "", "109:name": "李娜", "111:phone": "199 0000 0000", "112:hired_on": "2023-02-28"}

    reading = read_roster(read(content("roster.xlsx")), Overrides.from_json(fixes))

    assert not reading.faults
    assert {person.row for person in reading.people} >= {108, 109, 111, 112}
    assert [p.phone for p in reading.people if p.row == 111] == ["19900000000"]


def test_a_fix_takes_a_mark_of_the_file_away():
    fixes = Overrides(fixes={(3, "name"): "张三", (4, "name"): "李四"})

    reading = read_roster(read(content("hostile/formulas.xlsx")), fixes)

    assert [fault.row for fault in reading.faults] == [5, 6, 7]


def test_a_wrong_fix_is_a_fault_again():
    reading = read_roster(read(content("roster.xlsx")), Overrides(fixes={(111, "phone"): "1234"}))

    assert [fault.value for fault in reading.faults if fault.row == 111] == ["1234"]


def test_columns_are_shown_with_what_they_feed_and_a_few_values():
    headings = read_roster(read(content("roster.xlsx"))).headings

    assert [(h.text, h.field) for h in headings][:3] == [("序号", None), ("姓名", "name"), ("性别", "sex")]
    assert headings[5].text == "工 号"
    assert headings[1].samples == ("陈建国", "孙琪华", "毛梅")
    assert roster("姓名,部门/班组\n甲乙,压榨车间\n").headings[1].field == "department"


def test_a_person_can_say_which_column_is_which():
    reading = roster("叫什么,姓名,手机\n甲乙,1,19981970882\n", Overrides(mapping={0: "name", 1: "work_no"}))

    assert [(p.name, p.work_no, p.phone) for p in reading.people] == [("甲乙", "1", "19981970882")]


def test_a_column_can_be_left_out():
    reading = roster("姓名,手机\n甲乙,abc\n", Overrides(mapping={1: ""}))

    assert [(p.name, p.phone) for p in reading.people] == [("甲乙", None)]


def test_a_table_without_a_header_is_read_when_a_person_names_the_columns():
    columns = {0: "work_no", 1: "name", 3: "department", 4: "phone", 5: "id_number"}

    reading = read_roster(read(content("hostile/no-header.csv")), Overrides(header_row=0, mapping=columns))

    assert (len(reading.people), reading.people[0].name, reading.people[0].row) == (5, "杜宁英", 1)


def test_a_two_line_header_needs_no_merged_cells():
    reading = roster("花名册,,,\n部门,人员信息,,联系方式\n,姓名,工号,手机\n仓储部,杜宁英,H001,19981970882\n")

    person = reading.people[0]
    assert (reading.header_row, person.department, person.name, person.phone) == (3, "仓储部", "杜宁英", "19981970882")


def test_the_sheet_with_the_best_header_is_taken():
    notes = read("说明,姓名\n请填,姓名\n".encode())
    people = read(f"{HEADER}\n{FIRST}\n".encode())

    assert read_roster(notes + people).people[0].name == "杜宁英"


@pytest.mark.parametrize(
    "row", ["合计,,,,,2", "总计,2,,,,", "共计,,,,,", "制表人：王强,,,,,", "备注：以上人员均在岗,,,,,", ",,,,,", HEADER, ",　,,,,"]
)
def test_a_row_that_is_nobody_is_ignored(row):
    reading = with_rows(FIRST, row, THIRD)

    assert [person.row for person in reading.people] == [2, 4]
    assert [ignored.row for ignored in reading.ignored_rows] == [3]
    assert not reading.faults


def test_a_row_with_a_phone_and_no_name_is_a_fault_and_not_ignored():
    reading = with_rows(FIRST, ",,,,19998572210,")

    assert [(fault.row, fault.code) for fault in reading.faults] == [(3, "NAME_MISSING")]


def test_every_bad_cell_of_a_row_is_told_and_the_row_counted_once():
    report = with_rows("H001,,男,灌装车间,123,430699").as_dict()

    assert len(report["faults"]) == 1
    assert [report["faults"][0]["code"], *(more["code"] for more in report["faults"][0]["more"])] == [
        "NAME_MISSING",
        "PHONE_INVALID",
        "ID_CHECK",
    ]


def test_a_duplicate_fills_what_the_first_row_left_out():
    reading = with_rows("H001,杜宁英,,,,430699199810227238", FIRST)

    assert [(d.row, d.same_as_row) for d in reading.duplicates] == [(3, 2)]
    assert [(p.department, p.phone) for p in reading.people] == [("灌装车间", "19981970882")]


def test_two_people_of_one_name_stay_two():
    reading = with_rows(
        "N012,王伟,男,仓储部,19915338860,430699198006156796", "N013,王伟,男,仓储部,19953745619,430699199912282473"
    )

    assert (len(reading.people), reading.duplicates) == (2, ())


def test_a_work_number_given_twice_is_warned_of_and_keeps_both():
    reading = with_rows(FIRST, THIRD.replace("H003", "H001"))

    assert len(reading.people) == 2
    assert [(w.row, w.code) for w in reading.warnings] == [(3, "WORK_NO_TWICE")]


def test_the_id_number_decides_the_sex():
    reading = with_rows(FIRST.replace("男", "女"), "H002,吕凯浩,,,,430699199205170958")

    assert [person.sex for person in reading.people] == ["男", "男"]
    assert [w.code for w in reading.warnings] == ["SEX_MISMATCH"]


@pytest.mark.parametrize(
    ("written", "category"),
    [("安全员", "安全生产管理人员"), ("", None), ("法人", "主要负责人"), ("临时", None)],
)
def test_a_category_is_one_of_four(written, category):
    reading = with_rows(f"甲乙,{written}", header="姓名,人员类别")

    assert reading.people[0].category == category
    assert reading.as_dict()["people"][0]["category"] == (category or "其他从业人员")


@pytest.mark.parametrize("heading", ["*姓名", "姓 名", "姓名（必填）", "员工姓名", "姓名:", "ＮＡＭＥ"])
def test_a_heading_is_known_by_many_names(heading):
    assert with_rows("甲乙,19981970882", header=f"{heading},手机号码").people[0].name == "甲乙"


def test_somebody_elses_phone_is_not_the_persons():
    assert with_rows("甲乙,19981970882", header="姓名,紧急联系人电话").people[0].phone is None


def test_a_list_of_names_alone_is_a_roster():
    assert [person.name for person in roster("姓名\n甲乙\n丙丁\n").people] == ["甲乙", "丙丁"]


def test_made_up_zeros_that_pass_the_check_are_not_believed_beside_others_that_do_not():
    lost, by_chance = "430699198810221000", "430699199810227000"

    alone = with_rows(f"H001,杜宁英,,,,{by_chance}")
    beside = with_rows(f"H001,杜宁英,,,,{by_chance}", f"H002,吕凯浩,,,,{lost}")

    assert [person.id_number for person in alone.people] == [by_chance]
    assert [(fault.row, fault.code) for fault in beside.faults] == [(2, "ID_DIGITS_LOST"), (3, "ID_DIGITS_LOST")]


def test_a_long_wrong_cell_is_not_repeated():
    assert [fault.value for fault in with_rows("H001,杜宁英,,," + "1" * 5_000 + ",").faults] == [None]


def test_equal_names_and_work_numbers_with_different_id_numbers_are_two_people():
    reading = with_rows("N1,王伟,,,,430699198006156796", "N1,王伟,,,,430699199912282473")

    assert (len(reading.people), reading.duplicates) == (2, ())
