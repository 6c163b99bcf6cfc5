"""A trainer's lecture by the keyboard alone: what comes next is always ahead of the focus, and keys are enough for it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from lms.core import clock
from lms.lectures.models import Lecture
from tests.journey.conftest import STATIONS_PASSWORD, Live
from tests.world import World

TITLE = "键盘走一遍的安全课"
MOST = 250  # tabs on one page, before something counts as out of reach
OWN_WORDS = "Object.assign(document.createElement('input'), {required: true}).validationMessage"
FOCUSED = "one => one === document.activeElement"


@pytest.fixture
def desk(stations_server: Live, world: World, office: BrowserContext) -> Page:
    """Where one signs in; nothing below clicks."""
    page = office.new_page()
    page.goto(f"{stations_server.url}/sign-in")
    return page


def test_a_lecture_is_planned_opened_and_closed_and_somebody_entered_without_a_mouse(desk: Page, stations_server: Live) -> None:
    write(desk, desk.get_by_label("用户名"), "zhaoqian")
    write(desk, desk.get_by_label("密码"), STATIONS_PASSWORD)
    desk.keyboard.press("Enter")
    press(desk, desk.get_by_role("link", name="新建讲课").first)

    then = datetime.now(clock.ZONE).replace(hour=10, minute=10) + timedelta(days=9)  # when no other test has planned anything
    write(desk, desk.get_by_label("标题"), TITLE)
    chinese = not str(desk.evaluate(OWN_WORDS)).isascii()  # what the browser itself speaks, in the order of whose dates is typed
    hour = "%H%M" if chinese else "%I%Ma"
    if chinese:
        write(desk, desk.get_by_label("日期"), f"{then:%Y}")
        desk.keyboard.press("ArrowRight")  # a year may have more digits
        desk.keyboard.type(f"{then:%m%d}")
    else:
        write(desk, desk.get_by_label("日期"), f"{then:%m%d%Y}")
    write(desk, desk.get_by_label("开始", exact=True), then.strftime(hour))
    write(desk, desk.get_by_label("结束", exact=True), (then + timedelta(hours=1)).strftime(hour))
    write(desk, desk.get_by_label("地点"), "3 号会议室")
    if not desk.get_by_label("不考核").is_checked():  # as the lecture before it was
        press(desk, desk.get_by_label("不考核"), "Space")
    press(desk, desk.get_by_role("button", name=re.compile("^创建并通知 [1-9]")))
    expect(desk.get_by_role("heading", level=1)).to_contain_text(TITLE)
    its_hour_has_come(stations_server)
    desk.reload()

    press(desk, desk.get_by_role("button", name="开始签到"))
    expect(desk.get_by_text("签到已开放")).to_be_visible()
    started_an_hour_ago(stations_server)

    missing = desk.locator("#board a[id^=enter-]").first
    name = str(missing.get_attribute("aria-label")).rpartition("：")[2]
    press(desk, missing)
    write(desk, desk.get_by_label("原因", exact=True), "没有带手机，本人在场")
    press(desk, desk.get_by_role("button", name="登记", exact=True))
    expect(desk.locator("#board tbody tr", has_text=name)).to_contain_text("代签")

    press(desk, desk.get_by_role("link", name="结束讲课"))
    press(desk, desk.get_by_label("未签退的按散会时间签退"), "Space")
    press(desk, desk.get_by_role("button", name="结束讲课"))
    expect(desk.get_by_text("讲课已结束")).to_be_visible()


def its_hour_has_come(live: Live) -> None:
    with live.unit(write=True) as uow:
        sitting = uow.session.query(Lecture).filter_by(title=TITLE).one().sitting
        sitting.planned_starts_at, sitting.planned_ends_at = uow.now, uow.now + timedelta(hours=1)


def started_an_hour_ago(live: Live) -> None:
    with live.unit(write=True) as uow:
        sitting = uow.session.query(Lecture).filter_by(title=TITLE).one().sitting
        sitting.opened_at = uow.now - timedelta(hours=1)
        sitting.started_at = uow.now - timedelta(minutes=50)


def reach(page: Page, what: Locator) -> None:
    """Go forward by Tab until `what` has the focus; fails when the page ends before, or it is not to be seen there."""
    expect(what).to_be_visible()
    for _ in range(MOST):
        if what.evaluate(FOCUSED):
            return
        page.keyboard.press("Tab")
        assert not page.evaluate("document.activeElement === document.body"), f"{what} does not lie ahead on {page.url}"
    raise AssertionError(f"{what} is not reached by {MOST} tabs on {page.url}")


def press(page: Page, what: Locator, key: str = "Enter") -> None:
    reach(page, what)
    page.keyboard.press(key)


def write(page: Page, what: Locator, text: str) -> None:
    """Over what stands there."""
    reach(page, what)
    if what.get_attribute("type") not in ("date", "time"):
        page.keyboard.press("Control+A")
    page.keyboard.type(text)
