"""What the bureau sees of a lecture: the rates of the campaign, the matrix, the firms of a cell, the same as PDF and workbook."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from lms.registry.models import Enterprise
from tests.journey.beginnings import FIRM
from tests.journey.conftest import Live
from tests.journey.pages import look

PRINTED = 60_000  # milliseconds: setting type is the slowest that is done beside a page
STREET, INDUSTRY = "城陵矶街道", "工贸"


def summary_while_planned(page: Page) -> None:
    page.get_by_role("link", name="看完成情况").click()
    expect(rate(page, "开讲率")).to_contain_text("0 / 1,284")


def read_summary(page: Page, live: Live, folder: Path) -> None:
    """The firm has lectured; a cell opens as many firms as it says; the same as PDF and as a workbook with its cut-off time."""
    page.goto(f"{live.url}/overview")
    expect(rate(page, "开讲率")).to_contain_text("1 / 1,284")
    expect(rate(page, "参训率")).to_contain_text("4 / 4")
    expect(rate(page, "考核合格率")).to_contain_text("1 / 2")
    look(page, "journey-90-summary", narrow=True, known=True)
    cut_off = re.search(r"数据截至 (\d{4}-\d\d-\d\d \d\d:\d\d)", page.locator(".lead-line").inner_text())
    assert cut_off
    exports = page.locator("details", has_text="导出")
    exports.locator("summary").click()
    with page.expect_download() as sheet:
        exports.get_by_role("link", name="Excel").click()
    sheet.value.save_as(folder / "summary.xlsx")
    cells = [
        str(cell) for tab in load_workbook(folder / "summary.xlsx") for row in tab.values for cell in row if cell is not None
    ]
    assert any(cut_off[1][:10] in cell and "截" in cell for cell in cells), cells[:40]
    assert STREET in cells
    pdf = page.request.get(exports.locator("a", has_text="PDF").evaluate("link => link.href"), timeout=PRINTED).body()
    (folder / "summary.pdf").write_bytes(pdf)
    text = subprocess.run(["pdftotext", str(folder / "summary.pdf"), "-"], capture_output=True, text=True, check=True).stdout
    assert "截" in text and "1,284" in text
    cell = page.get_by_role("link", name=re.compile(f"^{STREET} {INDUSTRY} "))
    numerator, denominator = (int(part) for part in cell.locator("small").inner_text().split("/"))
    assert (numerator, denominator) == firms_of_cell(live)
    cell.click()
    look(page, "journey-91-cell", narrow=True)
    assert rows_of(page) == denominator
    page.get_by_role("link", name=re.compile(r"^已开讲 ?\d")).click()
    expect(page.get_by_role("link", name=FIRM, exact=True)).to_be_visible()
    assert rows_of(page) == numerator
    page.get_by_role("link", name=FIRM, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(FIRM)
    look(page, "journey-92-enterprise", narrow=True)


def firms_of_cell(live: Live) -> tuple[int, int]:
    """How many firms of FIRM's street and industry there are, and that one of them has lectured."""
    with live.unit() as uow:
        firm = uow.session.query(Enterprise).filter_by(name=FIRM).one()
        there = uow.session.query(Enterprise).filter_by(jurisdiction_id=firm.jurisdiction_id, industry=firm.industry).count()
        return 1, there


def rows_of(page: Page) -> int:
    """The length of a list, all its pages together."""
    rows = page.locator("table tbody tr").count()
    while (more := page.get_by_role("link", name="下一页")).count():
        more.click()
        rows += page.locator("table tbody tr").count()
    return rows


def rate(page: Page, label: str) -> Locator:
    return page.locator(".number", has=page.get_by_text(label, exact=True))
