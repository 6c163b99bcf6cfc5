"""A list as a file: text stays text in Excel and WPS, and every kind says the same."""

import csv
import json
from datetime import UTC, date, datetime
from io import BytesIO, StringIO

import openpyxl
import pytest
from flask import Flask

from lms.core.errors import NotFound
from lms.core.exports import Listing, as_csv, as_json, as_xlsx, file_asked, list_as, page_asked, page_at, table_asked
from lms.core.sheets import Column, Share

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
ROWS = [
    ("湘粮油脂有限公司", "91430699MA7UUP5Y9R", 103, Share(1, 4), date(2026, 11, 23), None),
    ('=HYPERLINK("http://x.example")', "430602197001011234", -5, Share(0, 0), AT, "+86"),
    ("@厂", "-1", 0, None, None, "\t制表"),
    ("＝1＋1", "\n=1", 0, None, None, None),
]


def listing() -> Listing:
    columns = tuple(Column(heading) for heading in ("企业", "代码", "人数", "比率", "哪天", "备注"))
    return Listing("名单", ("数据截至 2026-11-23 16:00", "=筛选"), columns, ROWS, AT)


def test_a_csv_holds_no_formula_and_no_rounded_number():
    text = as_csv(listing()).decode("utf-8-sig")

    rows = list(csv.reader(StringIO(text)))

    assert as_csv(listing()).startswith(b"\xef\xbb\xbf")
    assert rows[:3] == [["数据截至 2026-11-23 16:00"], ["'=筛选"], ["企业", "代码", "人数", "比率", "哪天", "备注"]]
    assert rows[3] == ["湘粮油脂有限公司", "91430699MA7UUP5Y9R", "103", "25.0%", "2026-11-23", ""]
    assert rows[4] == ['\'=HYPERLINK("http://x.example")', "430602197001011234\t", "-5", "", "2026-11-23 16:00", "'+86"]
    assert rows[5] == ["'@厂", "'-1", "0", "", "", "'\t制表"]
    assert rows[6][:2] == ["'＝1＋1", "'\n=1"]


def test_every_kind_has_the_same_rows():
    page = openpyxl.load_workbook(BytesIO(as_xlsx(listing())))["名单"]
    read = json.loads(as_json(listing()))

    assert page["A1"].value == "数据截至 2026-11-23 16:00"
    assert [cell.data_type for cell in page[5]][:2] == ["s", "s"]
    assert [page.cell(row=row, column=1).value for row in (4, 5, 6, 7)] == [row[0] for row in ROWS]
    assert [row["企业"] for row in read["rows"]] == [row[0] for row in ROWS]
    assert (read["as_of"], read["rows"][0]["比率"]) == ("2026-11-23T16:00:00+08:00", [1, 4])


def test_a_row_of_another_length_is_a_fault():
    with pytest.raises(ValueError, match="argument"):
        as_json(Listing("名单", (), (Column("甲"),), [("一", "二")], AT))


def test_the_address_of_a_file_keeps_every_filter_of_the_page_also_an_empty_one():
    with Flask("anke").test_request_context("/list?officer=&topic=a&topic=b&page=3&as=csv&table=x"):
        assert list_as("json") == "/list?officer=&topic=a&topic=b&as=json"
        assert list_as("csv", "other") == "/list?officer=&topic=a&topic=b&table=other&as=csv"
        assert page_at(3) == "/list?officer=&topic=a&topic=b&page=3"


@pytest.mark.parametrize("odd", ["as=", "as=exe", "as=json&table=x", "as=&table=permits"])
def test_a_file_there_is_none_of_is_not_found_and_never_the_whole_list_as_a_page(odd):
    with Flask("anke").test_request_context(f"/list?{odd}"):
        for asked in (table_asked, file_asked, page_asked, lambda: table_asked("permits"), lambda: page_asked("permits")):
            with pytest.raises(NotFound):
                asked()


def test_a_page_is_asked_by_its_number_and_a_file_by_its_kind_and_list():
    with Flask("anke").test_request_context("/list?page=3&table=x"):
        assert (page_asked(), file_asked(), table_asked("permits")) == (3, None, None)
    with Flask("anke").test_request_context("/list?page=3&as=csv"):
        assert (page_asked(), file_asked(), table_asked("permits")) == (None, "csv", ("csv", ""))
    with Flask("anke").test_request_context("/list?as=csv&table=permits"):
        assert (page_asked("permits"), table_asked("permits")) == (None, ("csv", "permits"))
