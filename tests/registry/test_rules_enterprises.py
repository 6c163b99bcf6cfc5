"""The list of enterprises of a district, and what of it an office has to look at again."""

from __future__ import annotations

from collections import Counter

import pytest

from lms.core.tables import read
from lms.registry.rules import EnterprisesReading, Overrides, read_enterprises
from tests.data import content, expected

EXPECTED = expected("enterprises.expected.json")
HEADER = "企业名称,统一社会信用代码,所属街道,行业类别,主要负责人,负责人电话,从业人员数,监管责任人,经营状态"
ROW = "湘粮油脂有限公司,91430699MA7UUP5Y9R,城陵矶街道,工贸,陈建国,19921463076,103,王敏,在营"


@pytest.fixture(scope="module")
def listed() -> EnterprisesReading:
    return read_enterprises(read(content("enterprises.xlsx")))


def firms(*rows: str, streets: set[str] | None = None, overrides: Overrides | None = None) -> EnterprisesReading:
    return read_enterprises(read("\n".join([HEADER, *rows]).encode()), overrides or Overrides(), streets)


@pytest.mark.parametrize("part", ["sheet", "header_row", "rows", "employees", "enterprises", "street_suffix_added_rows"])
def test_the_list_of_the_district(listed, part):
    assert listed.as_dict()[part] == EXPECTED[part]


@pytest.mark.parametrize("part", ["faults", "warnings"])
def test_what_an_office_has_to_look_at(listed, part):
    told = listed.as_dict()[part]

    assert [{key: entry[key] for key in EXPECTED[part][0]} for entry in told] == EXPECTED[part]
    assert all(entry["reason"] for entry in told)


def test_streets_and_industries_add_up(listed):
    assert Counter(firm.street for firm in listed.enterprises) == EXPECTED["by_street"]
    assert Counter(firm.industry for firm in listed.enterprises) == EXPECTED["by_industry"]


def test_a_mistyped_credit_code_is_taken_over_as_unconfirmed(listed):
    wrong = {fault.row for fault in listed.faults}

    assert {firm.row for firm in listed.enterprises if not firm.uscc_confirmed} == wrong
    assert len(wrong) == 13


def test_a_fixed_credit_code_is_confirmed(listed):
    fault = listed.faults[0]
    fixes = Overrides(fixes={(fault.row, "uscc"): fault.right or ""})

    again = read_enterprises(read(content("enterprises.xlsx")), fixes)

    assert len(again.faults) == 12
    assert next(firm for firm in again.enterprises if firm.row == fault.row).uscc_confirmed


def test_a_list_may_tell_which_department_supervises_a_firm_under_any_of_its_usual_headings():
    for heading in ("行业主管部门", "主管部门", "监管部门"):
        reading = read_enterprises(read(f"{HEADER},{heading}\n{ROW},住建局".encode()), Overrides(), {"城陵矶街道"})

        assert [firm.trade_authority for firm in reading.enterprises] == ["住建局"], heading
    assert firms(ROW, streets={"城陵矶街道"}).enterprises[0].trade_authority is None


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("91430699MA7UUP5Y9R", "91430699", "USCC_INVALID"),
        ("91430699MA7UUP5Y9R", "91430699MA7UUP5Y9O", "USCC_INVALID"),
        ("91430699MA7UUP5Y9R", "", "USCC_MISSING"),
        ("湘粮油脂有限公司", "", "NAME_MISSING"),
        ("湘粮油脂有限公司", "=1+1", "NAME_BAD_CHARS"),
        ("湘粮油脂有限公司", "91430699MA7UUP5Y9R", "NAME_IS_CODE"),
        ("湘粮油脂有限公司", "91430699ma7uup5y9x", "NAME_IS_CODE"),
        ("湘粮油脂有限公司", "0730 8888888", "NAME_IS_CODE"),
        ("19921463076", "1992", "PHONE_INVALID"),
        ("城陵矶街道", "不知道街道", "STREET_UNKNOWN"),
    ],
)
def test_any_other_fault_keeps_a_firm_out(old, new, code):
    reading = firms(ROW.replace(old, new), streets={"城陵矶街道"})

    assert [fault.code for fault in reading.faults] == [code]
    assert not reading.enterprises


@pytest.mark.parametrize(
    ("written", "street"),
    [
        ("城陵矶", "城陵矶街道"),
        ("城陵矶街道办事处", "城陵矶街道"),
        ("城陵矶街", "城陵矶街道"),
        ("郭镇乡", "郭镇乡"),
        ("西塘镇", "西塘镇"),
        ("西塘", "西塘镇"),
    ],
)
def test_a_street_has_its_full_name(written, street):
    streets = {"城陵矶街道", "郭镇乡", "西塘镇"}

    assert firms(ROW.replace("城陵矶街道", written), streets=streets).enterprises[0].street == street


def test_a_landline_will_do_for_a_firm():
    assert firms(ROW.replace("19921463076", "0730-8888888")).enterprises[0].head_phone == "07308888888"


def test_a_firm_listed_twice_is_one():
    reading = firms(ROW.replace("王敏", ""), ROW)

    assert [(d.row, d.same_as_row) for d in reading.duplicates] == [(3, 2)]
    assert [firm.officer for firm in reading.enterprises] == ["王敏"]
