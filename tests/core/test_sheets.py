"""Workbooks: text stays text, numbers are numbers, the same content gives the same bytes."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from lms.core.sheets import Column, Share, Sheet, xlsx

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def book(*rows, columns=("甲", "乙", "丙"), preface=("数据截至 2026-11-23 12:00",)):
    sheet = Sheet("表", [Column(name, 20) for name in columns], rows, preface)
    return xlsx([sheet], title="题", author="局", created_at=NOON)


def rows_of(data: bytes):
    return CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-3", "@SUM(A1)", "\t=1", "\r=1", "＝1＋1", "\n=1", '=HYPERLINK("http://x.example","y")']
)
def test_what_looks_like_a_formula_is_text_and_stays_text_when_typed_again(text):
    data = book((text, None, None))

    cell = openpyxl.load_workbook(BytesIO(data)).active["A3"]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert rows_of(data)[2][0] == text


@pytest.mark.parametrize("text", ["12345678901234567X", "0012", "http://x.example", "_x0041_", "a\x0bb", "湘粮\n油脂", "𠮷"])
def test_other_text_comes_back_as_it_was(text):
    assert rows_of(book((text, None, None)))[2][0] == text


def test_numbers_dates_and_shares_calculate():
    data = book((3, Decimal("1.5"), Share(1, 4)), (date(2026, 11, 23), NOON, Share(0, 0)))

    page = openpyxl.load_workbook(BytesIO(data)).active
    assert [cell.value for cell in page[3]] == [3, 1.5, 0.25]
    assert [cell.value for cell in page[4]] == [datetime(2026, 11, 23), datetime(2026, 11, 23, 12), None]  # noqa: DTZ001 - a cell has no zone
    assert page["C3"].number_format == "0.0%"


def test_headings_stay_in_view_below_the_preface():
    page = openpyxl.load_workbook(BytesIO(book(("a", "b", "c")))).active

    assert page["A1"].value == "数据截至 2026-11-23 12:00"
    assert page.freeze_panes == "B3"
    assert page.auto_filter.ref == "A2:C3"
    assert page.column_dimensions["A"].width > 15


def test_the_same_content_gives_the_same_bytes():
    assert book(("a", 1, None)) == book(("a", 1, None))
    assert openpyxl.load_workbook(BytesIO(book())).properties.created.replace(tzinfo=UTC) == NOON


def test_text_longer_than_a_cell_is_cut_not_lost():
    assert len(rows_of(book(("字" * 40_000, None, None)))[2][0]) == 32_767


@pytest.mark.parametrize("value", [True, b"x", ["a"]])
def test_other_kinds_of_value_are_a_fault(value):
    with pytest.raises(TypeError):
        book((value, None, None))
