"""Before the first lecture: a bureau's list of firms, a firm's roster and questions, a campaign that asks for a lecture."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from lms.access.models import Role
from lms.access.service import add_user
from lms.registry.models import Enterprise, HeadAppointment, Jurisdiction, Person
from tests.journey.conftest import Live
from tests.journey.pages import look, sign_in

DATA = Path(__file__).parent.parent / "data"
DISTRICT, FIRM = "岳阳楼区", "湘粮油脂有限公司"
PASSWORD = "a password for one walk only"


def add_officer(live: Live) -> None:
    with live.unit(write=True) as uow:
        district = uow.session.query(Jurisdiction).filter_by(name=DISTRICT).one()
        add_user(uow, username="wang", name="王敏", password=PASSWORD, role=Role.OFFICER, jurisdiction_id=district.id)


def add_trainer(live: Live) -> None:
    with live.unit(write=True) as uow:
        firm = uow.session.query(Enterprise).filter_by(name=FIRM).one()
        add_user(uow, username="zhao", name="赵倩", password=PASSWORD, role=Role.TRAINER, enterprise_id=firm.id)


def add_head(live: Live) -> None:
    """The head is on the roster by now; the account is theirs."""
    with live.unit(write=True) as uow:
        firm = uow.session.query(Enterprise).filter_by(name=FIRM).one()
        appointed = uow.session.query(HeadAppointment).filter_by(enterprise_id=firm.id).one()
        head = uow.session.get_one(Person, appointed.person_id)
        add_user(
            uow, username="chen", name=head.name, password=PASSWORD, role=Role.HEAD, enterprise_id=firm.id, person_id=head.id
        )


def import_enterprises(page: Page, live: Live) -> None:
    """The bureau's list: 1,284 firms, a dozen of their codes to be checked later."""
    page.goto(live.url)
    look(page, "journey-01-first-page", narrow=True, known=True)
    sign_in(page, live.url, "wang", PASSWORD)
    look(page, "journey-02-bureau-empty", narrow=True)
    page.get_by_role("link", name="企业", exact=True).click()
    look(page, "journey-03-enterprises-empty")
    page.get_by_role("link", name="导入企业底数").click()
    look(page, "journey-04-enterprises-upload", narrow=True, known=True)
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
    look(page, "journey-07-enterprises", narrow=True, known=True)


def import_roster(page: Page, live: Live) -> None:
    """A messy roster: 103 people at once, 4 rows to look at, one repeated; one row is mended on the page."""
    sign_in(page, live.url, "zhao", PASSWORD)
    look(page, "journey-10-lectures-empty", narrow=True)
    page.get_by_role("link", name="人员", exact=True).click()
    look(page, "journey-11-people-empty")
    page.goto(f"{live.url}/people/import")
    look(page, "journey-12-roster-upload", known=True)
    upload_roster(page)
    expect(page.locator(".number", has_text="没问题，可以导入")).to_contain_text("103")
    expect(page.locator(".number", has_text="要看一眼")).to_contain_text("4")
    expect(page.locator(".number", has_text="重复，已合并")).to_contain_text("1")
    look(page, "journey-13-roster-preview", narrow=True)
    page.get_by_label("第 111 行手机号").fill("199 0000 0001")
    page.get_by_role("button", name="改好了，再看一遍").click()
    expect(page.get_by_role("button", name="导入 104 人")).to_be_visible()
    page.get_by_role("button", name="导入 104 人").click()
    expect(page.get_by_role("heading", name="导入完成")).to_be_visible()
    expect(page.locator(".number", has_text="新增")).to_contain_text("104")
    look(page, "journey-15-roster-imported", narrow=True)
    page.get_by_role("link", name="看名单").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("104")
    look(page, "journey-16-people", narrow=True, known=True)


def import_roster_again(page: Page, live: Live) -> None:
    """The same file once more changes nothing."""
    page.goto(f"{live.url}/people/import")
    upload_roster(page)
    expect(page.locator(".number", has_text="没问题，可以导入")).to_contain_text("新增 0 人，更新 0 人，没有变化 103 人")
    page.get_by_role("button", name="没有变化，记为已导入").click()
    expect(page.get_by_role("heading", name="导入完成")).to_be_visible()
    assert page.locator(".number", has_text="新增").locator(".num").inner_text() == "0"
    assert page.locator(".number", has_text="更新").locator(".num").inner_text() == "0"


def upload_roster(page: Page) -> None:
    page.get_by_label("表格文件").set_input_files(DATA / "roster.xlsx")
    page.get_by_role("button", name="看一眼再导入").click()
    expect(page.get_by_role("heading", name="列对上了吗")).to_be_visible()


def launch_campaign(page: Page, live: Live) -> None:
    """One campaign for all industries; a minute is enough, so that the walk can give a real lecture of a minute."""
    page.get_by_role("link", name="专项活动", exact=True).click()
    look(page, "journey-20-campaigns-empty")
    page.get_by_role("link", name="新建专项活动").click()
    look(page, "journey-21-campaign-new", narrow=True, known=True)
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
