"""The summary of a campaign on paper and as a workbook."""

import re
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from xml.etree import ElementTree

import openpyxl
import pytest
from lxml import html

from lms.attendance.rules.presence import TRUST_ORDER
from lms.compliance import leader
from lms.compliance.bulletins import printing
from lms.compliance.bulletins.printing import bulletin_html
from lms.compliance.bulletins.workbook import workbook
from lms.compliance.documents import (
    Cell,
    EnterpriseLine,
    GapLine,
    MatrixRow,
    Rate,
    SummaryData,
    due,
    summary_html,
    summary_pdf,
    summary_xlsx,
)
from lms.compliance.leader import Group, LeaderData, Number
from tests.app.test_numbers import OF_HOW_MANY, PERCENT, bare
from tests.compliance.bulletins.test_rules import PRINTED
from tests.paper import cut_off

SUMMARY = SummaryData(
    campaign_title="企业主要负责人讲安全课",
    jurisdiction_name="岳阳楼区",
    bureau="岳阳楼区应急管理局",
    as_of=datetime(2026, 11, 23, 8, 0, 59, tzinfo=UTC),
    due_on=date(2026, 12, 11),
    rule_lines=("开讲率＝已开讲企业 ÷ 应开讲企业。", "参训率＝实到人数 ÷ 应到人数。", "考核合格率＝合格人数 ÷ 参加考核人数。"),
    rates=(
        Rate("开讲率", 1109, 1284, "家"),
        Rate("参训率", 48913, 53633, "人次"),
        Rate("考核合格率", 46321, 48913, "补考 612 人"),
    ),
    places="街道",
    columns=("工贸", "建筑施工", "合计"),
    rows=(
        MatrixRow("站前路街道", (Cell(11, 13), Cell(5, 11), Cell(16, 24))),
        MatrixRow("梅溪街道", (Cell(24, 24), Cell(0, 0), Cell(24, 24))),
        MatrixRow("合计", (Cell(35, 37), Cell(5, 11), Cell(40, 48))),
    ),
    gaps=(
        GapLine("城南建筑劳务公司", "站前路街道", "建筑施工", "监管员甲", "逾期 9 天", late=True),
        GapLine("<永发>五金厂\U0010fffd", "站前路街道", "工贸", "监管员乙", "未开讲"),
    ),
)


LEADER = LeaderData(
    campaign_title="企业主要负责人讲安全课", jurisdiction_name="岳阳楼区", bureau="岳阳楼区应急管理局",
    as_of=SUMMARY.as_of, due_on=SUMMARY.due_on, day=date(2026, 11, 23), groups=(Group("落后", (Number("没开讲", 175, 1284, "家", "http://anke.test/1"),)),),
)  # fmt: skip


def test_no_percentage_on_paper_stands_without_what_it_is_of(monkeypatch):
    monkeypatch.setattr(leader, "render_pdf", lambda page, _style: page.encode())
    for page in (summary_html(SUMMARY), bulletin_html(PRINTED), leader.leader_pdf(LEADER).decode()):
        paper = html.fromstring(page)
        assert paper.xpath("//*[contains(text(), '%')]") and not list(bare(paper))


def test_no_percentage_in_a_document_or_workbook_stands_without_what_it_is_of():
    with zipfile.ZipFile(BytesIO(printing.document(PRINTED))) as package:
        document = ElementTree.fromstring(package.read("word/document.xml"))
    lines = ["".join(line.itertext()) for line in document[0] if not line.tag.endswith("}tbl")]
    lines += [" ".join("".join(cell.itertext()) for cell in row) for row in document.iter() if row.tag.endswith("}tr")]
    shares = [line for line in lines if PERCENT.search(line)]
    assert len(shares) > 4 and [line for line in shares if not OF_HOW_MANY.search(line)] == []

    seen = 0
    for data in (workbook(PRINTED), summary_xlsx(SUMMARY, [enterprise("湘粮油脂")])):
        for row in (row for sheet in openpyxl.load_workbook(BytesIO(data)) for row in sheet.iter_rows()):
            whole = [cell.value for cell in row if isinstance(cell.value, int)]
            for cell in row:
                if "%" in cell.number_format and cell.value is not None:
                    seen += 1
                    assert any(n / d == pytest.approx(cell.value) for n in whole for d in whole if d), row[0].value
                assert not (isinstance(cell.value, str) and PERCENT.search(cell.value)) or OF_HOW_MANY.search(cell.value)
    assert seen > 5


def test_each_way_in_which_check_ins_are_known_has_its_colour_in_the_bar_of_a_bulletin():
    paper = html.fromstring(bulletin_html(replace(PRINTED, known=tuple((code, code, 3) for code in TRUST_ORDER))))

    colours = paper.xpath("//*[@class='known-bar']/rect/@fill")
    assert len(set(colours)) == len(TRUST_ORDER) and "" not in colours


def enterprise(name: str) -> EnterpriseLine:
    code = "91430602MA4L12345X"
    return EnterpriseLine(name, code, "梅溪街道", "工贸", "监管员甲", "已开讲", date(2026, 11, 2), 60, 100, 90, 88, 80)


def test_the_paper_says_what_it_counts_until_when_and_how(tmp_path):
    (tmp_path / "a.pdf").write_bytes(summary_pdf(SUMMARY))

    text = subprocess.run(["pdftotext", "-layout", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True).stdout

    for fact in (
        "企业主要负责人讲安全课",
        "岳阳楼区应急管理局 · 数据截至",
        "岳阳楼区 · 数据截至 2026-11-23 16:00",
        "完成期限 2026-12-11，还有 18 天",
    ):
        assert fact in text
    for fact in (
        "86.4%",
        "1,109 / 1,284",
        "91.2%",
        "48,913 / 53,633",
        "94.7%",
        "46,321 / 48,913",
        "参训率＝实到人数 ÷ 应到人数。",
    ):
        assert fact in text
    for fact in (
        "11/13",
        "40/48",
        "城南建筑劳务公司",
        "<永发>五金厂□",
        "监管员乙",
        "逾期 9 天",
        "2 家，其中逾期 1 家",
        "第 1 页，共 1 页",
    ):
        assert fact in text


def test_a_long_list_runs_over_numbered_pages_with_its_headings(tmp_path):
    many = tuple(GapLine(f"第 {n} 家企业", "站前路街道", "工贸", "监管员甲", "未开讲") for n in range(150))
    (tmp_path / "a.pdf").write_bytes(summary_pdf(replace(SUMMARY, gaps=many)))

    text = subprocess.run(["pdftotext", "-layout", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True).stdout

    assert cut_off((tmp_path / "a.pdf").read_bytes()) == []
    pages = text.split("\f")[:-1]
    assert len(pages) > 2
    assert "150 家" in text and "第 99 家企业" in text and "第 100 家企业" not in text and "其余 50 家见 Excel。" in text
    for number, page in enumerate(pages, start=1):
        assert f"第 {number} 页，共 {len(pages)} 页" in page
        assert "数据截至 2026-11-23 16:00" in page
        assert re.search(r"# +企业 +街道", page)


def test_the_same_summary_gives_the_same_bytes():
    assert summary_pdf(SUMMARY) == summary_pdf(replace(SUMMARY))
    assert summary_xlsx(SUMMARY, [enterprise("甲")]) == summary_xlsx(SUMMARY, [enterprise("甲")])


def test_a_campaign_without_gaps_says_so():
    assert "企业都已开讲，没有逾期。" in summary_html(replace(SUMMARY, gaps=()))


def test_the_workbook_has_the_cut_off_first_and_every_enterprise():
    book = openpyxl.load_workbook(BytesIO(summary_xlsx(SUMMARY, map(enterprise, ("湘粮油脂", '=HYPERLINK("http://x.example")')))))

    assert book.sheetnames == ["汇总", "企业名单", "覆盖矩阵", "未开讲"]
    assert {page["A1"].value for page in book} == {"数据截至 2026-11-23 16:00"}
    assert [cell.value for cell in book["汇总"][5]] == ["开讲率", 1109, 1284, pytest.approx(1109 / 1284), "家"]
    names = book["企业名单"]
    assert [cell.value for cell in names[4]][:2] == ["湘粮油脂", "91430602MA4L12345X"]
    assert [cell.value for cell in names[4]][7:12] == [60, 100, 90, 88, 80]
    assert (names["A5"].data_type, names["A5"].value) == ("s", '=HYPERLINK("http://x.example")')
    assert names.freeze_panes == "B4"
    assert [cell.value for cell in book["覆盖矩阵"][6]] == ["合计", 35, 37, 5, 11, 40, 48]
    assert [cell.value for cell in book["未开讲"][4]] == ["城南建筑劳务公司", "站前路街道", "建筑施工", "监管员甲", "逾期 9 天"]


@pytest.mark.parametrize(("day", "said"), [(5, "还有 18 天"), (23, "今天截止"), (26, "已过 3 天")])
def test_due(day, said):
    assert due(date(2026, 11, 23), date(2026, 11, day)) == said


def test_a_row_has_a_cell_for_each_column():
    with pytest.raises(ValueError, match="2 cells for 3 columns"):
        replace(SUMMARY, rows=(MatrixRow("站前路街道", (Cell(1, 1), Cell(1, 1))),))


def test_the_cut_off_has_a_zone():
    with pytest.raises(ValueError, match="aware"):
        replace(SUMMARY, as_of=datetime(2026, 11, 23))  # noqa: DTZ001 - the fault under test
