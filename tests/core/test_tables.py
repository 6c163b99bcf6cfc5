"""A file is read as it is, whatever it is called, and never takes the reader down."""

from __future__ import annotations

import csv
import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core.tables import FileDamaged, Mark, NotATable, TableFault, TooManyRows, UnpackedTooBig, read
from lms.core.tables.limits import MAX_ROWS, MAX_UPLOAD_BYTES, TITLE_ROWS
from tests.data import content, expected, text_row, xlsx

HOSTILE = expected("hostile/hostile.expected.json")["files"]
OF_THE_FILE = {"FILE_EMPTY", "NOT_A_TABLE", "FILE_DAMAGED", "FILE_ENCRYPTED", "UNPACKED_TOO_BIG", "TOO_MANY_ROWS"}
SIGNATURES = [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<?xml ", b"<html><table>", b"\xff\xfe", b"\xef\xbb\xbf"]
CELLS = st.text(st.characters(codec="gb18030", exclude_categories=["Cc", "Cs", "Zs"]), max_size=8)


def rows_of(data: bytes) -> list[list[str]]:
    return [list(row) for row in read(data)[0].rows]


@pytest.mark.parametrize("name", [name for name, told in HOSTILE.items() if told.get("code") in OF_THE_FILE])
def test_a_hostile_file_is_refused_with_its_code_and_a_way_forward(name):
    with pytest.raises(TableFault) as caught:
        read(content(f"hostile/{name}"))

    report = caught.value.as_dict()
    assert {key: report[key] for key in ("outcome", "code")} == {key: HOSTILE[name][key] for key in ("outcome", "code")}
    assert "请" in str(caught.value)


@pytest.mark.parametrize("name", ["roster.xlsx", "roster.xls", "hostile/bomb-overlap.xlsx", "hostile/truncated.xlsx"])
def test_a_name_says_nothing(name):
    def verdict(called: str | None) -> object:
        try:
            return read(content(name), called)
        except TableFault as fault:
            return fault.code

    assert verdict("花名册.csv") == verdict("a.exe") == verdict(None)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(SIGNATURES), st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(signature, rest):
    try:
        tables = read(signature + rest)
    except TableFault:
        return

    assert tables


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(["roster.xls", "hostile/merged-cells.xlsx", "hostile/xml2003.xls", "hostile/oa-export.xls"]), st.data())
def test_a_file_with_broken_bytes_is_read_or_refused(name, data):
    broken = bytearray(content(name))
    for _ in range(data.draw(st.integers(1, 8))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(len(broken) // 2, len(broken)))

    try:
        read(bytes(broken[:cut]))
    except TableFault:
        return


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
)
def test_encoding_and_delimiter_change_nothing(records, delimiter, encoding):
    every = [("工号", "姓名", "部门"), *records, ("0001", "陈建国", "总经办")]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(every)

    assert rows_of(text.getvalue().encode(encoding)) == [list(record) for record in every]


@pytest.mark.parametrize(
    ("written", "cells"),
    [
        pytest.param(b"\xd0\xd5\xc3\xfb,\xca\xd6\xbb\xfa\r\n", ["姓名", "手机"], id="GB18030"),
        pytest.param("姓名\t手机\r\n".encode("utf-16-le"), ["姓名", "手机"], id="UTF-16 without its mark"),
        pytest.param("sep=;\n姓名;手机\n".encode(), ["姓名", "手机"], id="a line that names the delimiter"),
        pytest.param('姓名,备注\n甲,"一,\n二"\n'.encode(), ["甲", "一,\n二"], id="a line break in quotes"),
        pytest.param(b"\xef\xbb\xbf" + "姓名,手机".encode(), ["姓名", "手机"], id="a mark at the start"),
    ],
)
def test_text(written, cells):
    assert rows_of(written)[-1] == cells


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7 abc", b"abc,\x01\x02def\n", b"a\x00\x01\x00\x00b", b"\x89PNG\r\n", "名,字\n".encode() + b"\xff\xff\xfe"]
)
def test_what_is_no_text_is_no_table(data):
    with pytest.raises(NotATable):
        read(data)


def test_a_number_is_what_was_typed():
    cells = '<c r="A1"><v>2</v></c><c r="B1"><v>1.5</v></c><c r="C1"><v>0.1</v></c><c r="D1"><v>19981970882</v></c>'

    assert rows_of(xlsx(f'<row r="1">{cells}</row>')) == [["2", "1.5", "0.1", "19981970882"]]


def test_zeros_that_a_format_shows_are_kept():
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts><numFmt numFmtId="164" '
        'formatCode="0000"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>'
    )
    data = xlsx('<row r="1"><c r="A1" s="1"><v>102</v></c><c r="B1"><v>102</v></c></row>', {"xl/styles.xml": styles})

    assert rows_of(data) == [["0102", "102"]]


def test_digits_a_spreadsheet_has_lost_are_marked_and_digits_written_out_are_kept():
    lost, written = "4.30699199810227e+17", "430699199810227239"
    table = read(xlsx(f'<row r="1"><c r="A1"><v>{lost}</v></c><c r="B1"><v>{written}</v></c></row>'))[0]

    assert table.marks == {(1, 0): Mark.DIGITS_LOST}
    assert table.text(1, 1) == written


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        pytest.param('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', Mark.CELL_ERROR, id="an error"),
        pytest.param('<c r="A1"><f>B1</f></c>', Mark.FORMULA_NO_VALUE, id="never calculated"),
        pytest.param('<c r="A1"><f>B1</f><v></v></c>', Mark.FORMULA_NO_VALUE, id="never calculated, as openpyxl writes it"),
        pytest.param('<c r="A1" t="str"><f>""</f><v></v></c>', None, id="a formula that gives nothing"),
        pytest.param('<c r="A1" t="str"><f>B1</f><v>甲</v></c>', None, id="a formula with its value"),
    ],
)
def test_formulas_are_not_calculated(cell, mark):
    table = read(xlsx(f'<row r="1">{cell}<c r="B1" t="inlineStr"><is><t>乙</t></is></c></row>'))[0]

    assert table.marks.get((1, 0)) == mark


def test_a_merged_cell_holds_for_all_it_covers():
    rows = text_row(1, ["部门", "姓名"]) + text_row(2, ["仓储部", "甲"]) + text_row(3, ["", "乙"])
    table = read(xlsx(rows, tail='<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'))[0]

    assert (table.text(3, 0), table.held(3, 0), table.held(3, 1)) == ("", "仓储部", "乙")


def test_a_stray_cell_far_away_is_told_and_takes_no_memory():
    with pytest.raises(TooManyRows):
        read(xlsx('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))


@pytest.mark.parametrize("rows", [pytest.param(40, id="60 million letters"), pytest.param(10_000, id="more than memory holds")])
def test_one_long_text_used_many_times_is_refused(rows):
    shared = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>' + "x" * 30_000 + "</t></si></sst>"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>"
    )
    cells = "".join(f'<row r="{row}">' + '<c t="s"><v>0</v></c>' * 50 + "</row>" for row in range(1, rows + 1))

    with pytest.raises(UnpackedTooBig):
        read(xlsx(cells, {"xl/sharedStrings.xml": shared, "xl/_rels/workbook.xml.rels": relations}))


def test_as_many_rows_as_allowed_are_read_and_one_more_is_not():
    most = MAX_ROWS + TITLE_ROWS

    assert len(rows_of(b"a,b\n" * most)) == most
    with pytest.raises(TooManyRows):
        read(b"a,b\n" * (most + 1))


def test_a_file_over_the_upload_limit_is_refused_unread():
    with pytest.raises(UnpackedTooBig):
        read(b"a,b\n" * (MAX_UPLOAD_BYTES // 4 + 1))


def test_html_spans_keep_cells_in_their_columns():
    page = "<table><tr><th rowspan=2>部门</th><th colspan=2>人员</th></tr><tr><th>姓名</th><th>工号</th></tr></table>"
    table = read(page.encode())[0]

    assert [list(row) for row in table.rows] == [["部门", "人员", ""], ["", "姓名", "工号"]]
    assert table.held(2, 0) == "部门"


def test_a_hostile_html_span_is_bounded():
    page = "<table>" + '<tr><td rowspan="999999" colspan="999999">a</td></tr>' * 50 + "</table>"

    assert read(page.encode())[0].text(1, 0) == "a"


def test_a_doctype_is_refused_in_any_part():
    notes = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'

    with pytest.raises(FileDamaged):
        read(xlsx(text_row(1, ["姓名"]), {"docProps/core.xml": notes}))


@pytest.mark.parametrize("path", ["word/document.xml", "content.xml", "xl/workbook.bin", "说明.txt"])
def test_another_kind_of_zip_is_no_table(path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr(path, "<a/>")

    with pytest.raises(NotATable):
        read(packed.getvalue())


def test_too_many_rows_are_refused_before_calamine_opens_the_file(monkeypatch):
    monkeypatch.setattr("lms.core.tables.xlsx.sheets_of", lambda content: pytest.fail("opened"))

    with pytest.raises(TooManyRows):
        read(content("hostile/rows-200k.xlsx"))


def test_digits_rounded_by_a_double_and_written_out_are_lost_too():
    assert read(xlsx('<row r="1"><c r="A1"><v>430699199810227264</v></c></row>'))[0].marks == {(1, 0): Mark.DIGITS_LOST}


def test_a_chain_of_sectors_that_bites_its_tail_is_refused():
    broken = bytearray(content("roster.xls"))
    directory = struct.unpack_from("<I", broken, 48)[0]
    first_table = struct.unpack_from("<I", broken, 76)[0]
    struct.pack_into("<I", broken, 512 + first_table * 512 + directory * 4, directory)

    with pytest.raises(FileDamaged):
        read(bytes(broken))


def test_html_without_closing_tags_and_with_a_table_in_a_cell():
    page = "<style>td{}</style><table><tr><td>姓名<td>备注<tr><td>甲<br>乙<td><table><tr><td>内</table></table>"

    assert [[list(row) for row in table.rows] for table in read(page.encode())] == [[["姓名", "备注"], ["甲\n乙", ""]], [["内"]]]
