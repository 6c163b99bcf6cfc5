"""The lecture itself, as it is walked: planned on one page, opened, scanned, closed."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from lms.core import clock
from lms.registry.models import Person
from tests.browser import screenshot
from tests.journey.conftest import Live
from tests.journey.pages import look, scan, until

DATA = Path(__file__).parent.parent / "data"
DEPARTMENT, TOPIC = "总经办", "有限空间"
HEAD, FIRST, SECOND, WITHOUT_PHONE = "陈建国", "孙琪华", "毛梅", "黄国文"
TITLE = "总经理讲安全课：有限空间"
STEP = 20_000  # milliseconds: the code lives for 15 s
LECTURE = timedelta(minutes=1)


def plan_lecture(page: Page, live: Live) -> str:
    """One page for everything; returns the address of the lecture."""
    page.goto(f"{live.url}/lectures")
    page.get_by_role("link", name="新建讲课").click()
    expect(page.get_by_text(HEAD).first).to_be_visible()
    page.get_by_label("标题").fill(TITLE)
    now = datetime.now(clock.ZONE)
    midnight = now.replace(hour=23, minute=59)
    page.get_by_label("日期").fill(f"{now:%Y-%m-%d}")
    page.get_by_label("开始", exact=True).fill(f"{min(now, midnight - timedelta(minutes=1)):%H:%M}")
    page.get_by_label("结束", exact=True).fill(f"{min(now + timedelta(hours=1), midnight):%H:%M}")
    page.get_by_label("地点").fill("3 号会议室")
    for box in page.locator("input[name=departments]").all():
        if DEPARTMENT not in page.locator(f"label[for={box.get_attribute('id')}]").inner_text():
            box.uncheck()
    page.get_by_role("checkbox", name=TOPIC).check()
    page.get_by_label("每人抽几题").fill("5")
    page.get_by_label("课件").set_input_files([DATA / "lecture.pptx", DATA / "lecture.pdf"])
    button = page.get_by_role("button", name="创建并通知 4 人")
    expect(button).to_be_visible()  # the right column has heard of the departments
    look(page, "journey-30-lecture-new", narrow=True)
    button.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)
    for name in ("lecture.pptx", "lecture.pdf"):
        expect(page.get_by_text(name)).to_be_visible()
    look(page, "journey-31-lecture-notified", narrow=True)
    return page.url.partition("?")[0]


def open_check_in(trainer: Page, screen: Page, live: Live) -> None:
    """The trainer opens check-in; the projector, signed in as the same person, shows the code."""
    trainer.get_by_role("button", name="开始签到").click()
    expect(trainer.get_by_text("签到已开放")).to_be_visible()
    look(trainer, "journey-32-lecture-open", narrow=True)
    screen.context.add_cookies(trainer.context.cookies())
    screen.goto(live.url + str(trainer.get_by_role("link", name="投屏签到码").get_attribute("href")))
    expect(screen.locator(".stage-digits")).to_be_visible()
    look(screen, "journey-33-projector")


def code_on(screen: Page) -> str:
    """The address in the code, as a camera sees it: a QR code on a picture of the projector."""
    address = scan(screenshot(screen, "journey-33-projector-scanned"))
    assert urlsplit(address).path.startswith("/s/"), address
    return address


def check_in_quickly(phone: Page, screen: Page, live: Live) -> None:
    """Scan, say who one is, done: three touches."""
    phone.goto(code_on(screen))
    expect(phone.get_by_text("已记下扫码时间")).to_be_visible()
    look(phone, "journey-40-phone-identify")
    identify(phone, live, FIRST)
    expect(phone.get_by_role("heading", name="已签到")).to_be_visible()
    expect(phone.get_by_text("现场")).to_be_visible()
    look(phone, "journey-41-phone-checked-in")


def check_in_slowly(phone: Page, screen: Page, live: Live) -> None:
    """Scan, look for one's glasses until the code on the wall is another one, then say who one is: the scan counts."""
    digits = screen.locator(".stage-digits")
    shown = digits.inner_text()
    phone.goto(code_on(screen))
    told = phone.get_by_text("已记下扫码时间").inner_text()
    expect(digits).not_to_have_text(shown, timeout=STEP)
    identify(phone, live, SECOND)
    expect(phone.get_by_role("heading", name="已签到")).to_be_visible()
    at = told.partition("扫码时间")[2].strip().partition("。")[0]
    expect(phone.locator("main")).to_contain_text(at)
    look(phone, "journey-42-phone-checked-in-slowly")


def identify(phone: Page, live: Live, name: str) -> None:
    with live.unit() as uow:
        person = uow.session.query(Person).filter_by(name=name).one()
        number, tail = str(person.phone), str(person.id_number)[-4:]
    phone.get_by_label("手机号").fill(number)
    phone.get_by_label("身份证号后四位").fill(tail)
    phone.get_by_role("button", name="确认").click()


def begin(page: Page) -> float:
    """The head starts to speak; returns when, for wait_for_a_minute."""
    page.get_by_role("button", name="开讲").click()
    expect(page.get_by_text("已记下开讲时间")).to_be_visible()
    return time.monotonic()


def enter_without_phone(page: Page) -> None:
    """The board has seen two come by itself; the third has no phone and is entered by the trainer."""
    board = page.locator("#board")
    expect(board.get_by_text("已到 2")).to_be_visible()  # nobody has reloaded the page
    missing = board.locator(".card", has=page.get_by_role("heading", name="还没到"))
    expect(missing).to_contain_text(WITHOUT_PHONE)
    expect(missing).not_to_contain_text(FIRST)
    look(page, "journey-50-board", narrow=True)
    board.get_by_role("link", name=f"登记或请假：{WITHOUT_PHONE}").click()
    page.get_by_label("原因", exact=True).fill("没有带手机，本人在场")
    look(page, "journey-51-enter", narrow=True)
    page.get_by_role("button", name="登记", exact=True).click()
    row = page.locator("#board tr", has_text=WITHOUT_PHONE)
    expect(row).to_contain_text("代签")


def check_out_by_digits(phone: Page, screen: Page, live: Live) -> None:
    """A far seat: the six digits instead of the code, first mistyped; the phone knows its owner by now."""
    screen.get_by_role("link", name="换成签退码").click()
    expect(screen.get_by_text("人已签退")).to_be_visible()
    look(screen, "journey-34-projector-out")
    phone.goto(f"{live.url}/code")
    phone.get_by_label("投影上的六位数字").fill("000 00")
    phone.get_by_role("button", name="下一步").click()
    expect(phone.get_by_text("是六位数字")).to_be_visible()
    look(phone, "journey-43-phone-digits-wrong")
    phone.get_by_label("投影上的六位数字").fill(screen.locator(".stage-digits").inner_text())
    phone.get_by_role("button", name="下一步").click()
    expect(phone.get_by_text(FIRST)).to_be_visible()
    look(phone, "journey-44-phone-confirm")
    phone.get_by_role("button", name="签退", exact=True).click()
    expect(phone.get_by_role("heading", name="已签退")).to_be_visible()
    look(phone, "journey-45-phone-checked-out")


def close_lecture(page: Page, address: str) -> None:
    """Close with the real times; those still in are checked out by the trainer."""
    page.goto(address)
    page.get_by_role("link", name="结束讲课").click()
    page.get_by_label("未签退的按散会时间签退").check()
    look(page, "journey-52-close", narrow=True)
    page.get_by_role("button", name="结束讲课").click()
    expect(page.get_by_text("讲课已结束")).to_be_visible()
    look(page, "journey-53-lecture-closed", narrow=True)


def wait_for_a_minute(since: float) -> None:
    """A lecture of a minute takes a minute: nothing here pretends to be another time."""
    until(lambda: time.monotonic() - since > LECTURE.total_seconds() + 1 or None, "a minute to pass", 65)
