"""First light, walked as its users do: a bureau, a trainer, a hall with a projector and two phones, and a certificate."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from lms.access.models import Role
from lms.access.service import add_user
from lms.registry.models import Enterprise, Jurisdiction
from tests.browser import OFFICE, window
from tests.journey import exam, hall
from tests.journey.conftest import Live
from tests.journey.pages import look, sign_in

DATA = Path(__file__).parent.parent / "data"
DISTRICT, STREET, INDUSTRY, FIRM = "岳阳楼区", "城陵矶街道", "工贸", "湘粮油脂有限公司"
WAIT = 15_000  # milliseconds: room for a machine that does three other things
PASSWORD = "a password for one walk only"


def test_first_light(
    live_server: Live,
    browser: Browser,
    office: BrowserContext,
    new_phone: Callable[[], BrowserContext],
    projector: BrowserContext,
    tmp_path: Path,
) -> None:
    expect.set_options(timeout=WAIT)
    with window(browser, OFFICE) as bureau:
        officer, trainer, screen = bureau.new_page(), office.new_page(), projector.new_page()
        first, second = new_phone().new_page(), new_phone().new_page()
        for page in (officer, trainer, screen, first, second):
            page.set_default_timeout(WAIT)
        add_officer(live_server)
        import_enterprises(officer, live_server)
        add_trainer(live_server)
        import_roster(trainer, live_server)
        launch_campaign(officer, live_server)

        lecture = hall.plan_lecture(trainer, live_server)
        hall.open_check_in(trainer, screen, live_server)
        hall.check_in_quickly(first, screen, live_server)
        hall.check_in_slowly(second, screen, live_server)
        begun = hall.begin(trainer)
        hall.enter_without_phone(trainer)
        import_questions(trainer, live_server)
        import_roster_again(trainer, live_server)
        summary_while_planned(officer)
        hall.wait_for_a_minute(begun)
        hall.check_out_by_digits(first, screen, live_server)
        hall.close_lecture(trainer, lecture)

        exam.pass_quiz(first, live_server)
        exam.fail_quiz_twice(second, live_server)
        pdf = exam.hold_certificate(first, live_server, tmp_path)
        exam.verify(second, live_server, pdf)
        trainer_sees_the_end(trainer, lecture)
        read_summary(officer, live_server, tmp_path)


def add_officer(live: Live) -> None:
    with live.unit(write=True) as uow:
        district = uow.session.query(Jurisdiction).filter_by(name=DISTRICT).one()
        add_user(uow, username="wang", name="王敏", password=PASSWORD, role=Role.OFFICER, jurisdiction_id=district.id)


def add_trainer(live: Live) -> None:
    with live.unit(write=True) as uow:
        firm = uow.session.query(Enterprise).filter_by(name=FIRM).one()
        add_user(uow, username="zhao", name="赵倩", password=PASSWORD, role=Role.TRAINER, enterprise_id=firm.id)


def import_enterprises(page: Page, live: Live) -> None:
    """The bureau's list: 1,284 firms, a dozen of their codes to be checked later."""
    page.goto(live.url)
    look(page, "journey-01-first-page", narrow=True)
    sign_in(page, live.url, "wang", PASSWORD)
    look(page, "journey-02-bureau-empty", narrow=True)
    page.get_by_role("link", name="企业", exact=True).click()
    look(page, "journey-03-enterprises-empty")
    page.get_by_role("link", name="导入企业底数").click()
    look(page, "journey-04-enterprises-upload", narrow=True)
    page.get_by_label("表格文件").set_input_files(DATA / "enterprises.xlsx")
    page.get_by_role("button", name="看一眼再导入").click()
    expect(page.get_by_role("button", name="导入 1,284 家")).to_be_visible()
    look(page, "journey-05-enterprises-preview", narrow=True)
    page.get_by_role("button", name="导入 1,284 家").click()
    expect(page.get_by_role("heading", name="导入完成")).to_be_visible()
    expect(page.locator(".number", has_text="新增")).to_contain_text("1,284")
    look(page, "journey-06-enterprises-imported", narrow=True)
    page.get_by_role("link", name="看名单").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1,284")
    look(page, "journey-07-enterprises", narrow=True)


def import_roster(page: Page, live: Live) -> None:
    """A messy roster: 103 people at once, 4 rows to look at, one repeated; one row is mended on the page."""
    sign_in(page, live.url, "zhao", PASSWORD)
    look(page, "journey-10-lectures-empty", narrow=True)
    page.get_by_role("link", name="人员", exact=True).click()
    look(page, "journey-11-people-empty")
    page.goto(f"{live.url}/people/import")
    look(page, "journey-12-roster-upload")
    upload_roster(page)
    expect(page.locator(".number", has_text="没问题，可以导入")).to_contain_text("103")
    expect(page.locator(".number", has_text="要看一眼")).to_contain_text("4")
    expect(page.locator(".number", has_text="重复，已合并")).to_contain_text("1")
    look(page, "journey-13-roster-preview", narrow=True)
    page.get_by_label("第 111 行手机号").fill("199 0000 0001")
    page.get_by_role("button", name="改好了，再看一遍").click()
    expect(page.get_by_role("button", name="导入 104 人")).to_be_visible()
    look(page, "journey-14-roster-mended")
    page.get_by_role("button", name="导入 104 人").click()
    expect(page.get_by_role("heading", name="导入完成")).to_be_visible()
    expect(page.locator(".number", has_text="新增")).to_contain_text("104")
    look(page, "journey-15-roster-imported", narrow=True)
    page.get_by_role("link", name="看名单").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("104")
    look(page, "journey-16-people", narrow=True)


def import_roster_again(page: Page, live: Live) -> None:
    """The same file once more changes nothing."""
    page.goto(f"{live.url}/people/import")
    upload_roster(page)
    expect(page.locator(".number", has_text="没问题，可以导入")).to_contain_text("新增 0 人，更新 0 人，没有变化 103 人")
    page.get_by_role("button", name="导入 103 人").click()
    expect(page.get_by_role("heading", name="导入完成")).to_be_visible()
    assert page.locator(".number", has_text="新增").locator(".num").inner_text() == "0"
    assert page.locator(".number", has_text="更新").locator(".num").inner_text() == "0"
    look(page, "journey-17-roster-again")


def upload_roster(page: Page) -> None:
    page.get_by_label("表格文件").set_input_files(DATA / "roster.xlsx")
    page.get_by_role("button", name="看一眼再导入").click()
    expect(page.get_by_role("heading", name="列对上了吗")).to_be_visible()


def launch_campaign(page: Page, live: Live) -> None:
    """One campaign for all industries; a minute is enough, so that the walk can give a real lecture of a minute."""
    page.get_by_role("link", name="专项活动", exact=True).click()
    look(page, "journey-20-campaigns-empty")
    page.get_by_role("link", name="新建专项活动").click()
    look(page, "journey-21-campaign-new", narrow=True)
    page.get_by_label("最少讲多少分钟").fill("1")
    page.get_by_label(re.compile("^参训比例")).fill("60")
    page.get_by_role("button", name="下一步：看下达到谁").click()
    look(page, "journey-22-campaign-draft", narrow=True)
    page.get_by_role("button", name="启动，下达到").click()
    expect(page.get_by_role("status").filter(has_text="已启动")).to_be_visible()
    look(page, "journey-23-campaign-launched", narrow=True)


def import_questions(page: Page, live: Live) -> None:
    """The firm's own questions: 30 good ones, two to be mended later."""
    page.goto(f"{live.url}/questions/import")
    page.get_by_label("文件").set_input_files(DATA / "questions.xlsx")
    page.get_by_role("button", name="读取并预览").click()
    expect(page.get_by_role("heading", name="2 道题有问题")).to_be_visible()
    look(page, "journey-18-questions-preview", narrow=True)
    page.get_by_role("button", name="导入 30 道题").click()
    expect(page.get_by_text("已导入 30 道题").first).to_be_visible()
    page.goto(f"{live.url}/questions")
    look(page, "journey-19-questions", narrow=True)


def summary_while_planned(page: Page) -> None:
    page.get_by_role("link", name="看完成情况").click()
    expect(rate(page, "开讲率")).to_contain_text("0 / 1,284")
    look(page, "journey-24-summary-before", narrow=True)


def trainer_sees_the_end(page: Page, lecture: str) -> None:
    """The lecture's page with its board, its quiz and its certificates; the certificates' own page."""
    page.goto(lecture)
    expect(page.locator("#quiz-progress")).to_contain_text("合格 1，未合格 1")
    look(page, "journey-80-lecture-done", narrow=True)
    page.get_by_role("link", name="证书", exact=True).click()
    expect(page.locator("main")).to_contain_text(hall.FIRST)
    look(page, "journey-81-certificates", narrow=True)
    page.get_by_role("link", name="讲课", exact=True).click()
    look(page, "journey-82-lectures", narrow=True)


def read_summary(page: Page, live: Live, folder: Path) -> None:
    """The firm has lectured; a cell opens as many firms as it says; the same as PDF and as a workbook with its cut-off time."""
    page.goto(f"{live.url}/overview")
    expect(rate(page, "开讲率")).to_contain_text("1 / 1,284")
    expect(rate(page, "参训率")).to_contain_text("3 / 4")
    expect(rate(page, "考核合格率")).to_contain_text("1 / 2")
    look(page, "journey-90-summary", narrow=True)
    cut_off = re.search(r"数据截至 (\d{4}-\d\d-\d\d \d\d:\d\d)", page.locator(".lead-line").inner_text())
    assert cut_off
    with page.expect_download() as sheet:
        page.get_by_role("link", name="导出 Excel").click()
    sheet.value.save_as(folder / "summary.xlsx")
    cells = [
        str(cell) for tab in load_workbook(folder / "summary.xlsx") for row in tab.values for cell in row if cell is not None
    ]
    assert any(cut_off[1][:10] in cell and "截" in cell for cell in cells), cells[:40]
    assert STREET in cells
    pdf = page.request.get(page.get_by_role("link", name="导出 PDF").evaluate("link => link.href")).body()
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
    expect(page.get_by_role("link", name=FIRM)).to_be_visible()
    assert rows_of(page) == numerator
    page.get_by_role("link", name=FIRM).click()
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
