"""The lecture as its trainer and the people in the hall walk it: planned on one page, opened, scanned, closed."""

from __future__ import annotations

import io
import re
import time
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import FilePayload, Page, expect

from lms.core import clock
from lms.registry.models import Person
from tests.browser import screenshot
from tests.journey.conftest import Live
from tests.journey.counting import Hand
from tests.journey.desk import at_a_desk, by_keyboard
from tests.journey.pages import look, scan, until
from tests.lectures.files import photo
from tests.pictures import keep

DATA = Path(__file__).parent.parent / "data"
DEPARTMENT, TOPIC = "总经办", "有限空间"
HEAD, FIRST, SECOND, WITHOUT_PHONE = "陈建国", "孙琪华", "毛梅", "黄国文"
TITLE = "总经理讲安全课：有限空间"
STEP = 20_000  # milliseconds: the code lives for 15 s
ASKED = 30_000  # a phone asks every 20 s whether a re-check wants it
LECTURE = timedelta(minutes=1)


def plan_lecture(trainer: Hand, live: Live) -> str:
    """One page for everything; returns the address of the lecture."""
    page = trainer.page
    page.goto(f"{live.url}/lectures")
    with trainer.step("plan"):
        trainer.click(page.get_by_role("link", name="新建讲课"))
        expect(page.get_by_text(HEAD).first).to_be_visible()
        now = datetime.now(clock.ZONE)
        trainer.fill(page.get_by_label("标题"), TITLE)
        trainer.fill(page.get_by_label("日期"), f"{now:%Y-%m-%d}")
        trainer.fill(page.get_by_label("开始", exact=True), f"{now:%H:%M}")
        trainer.fill(page.get_by_label("结束", exact=True), f"{now + timedelta(hours=1):%H:%M}")
        trainer.fill(page.get_by_label("地点"), "3 号会议室")
        trainer.click(page.get_by_role("checkbox", name="全选"))
        expect(page.get_by_role("button", name="创建并通知 0 人")).to_be_visible()
        trainer.click(page.get_by_role("checkbox", name=DEPARTMENT))
        expect(page.get_by_label("每人抽几题")).to_be_hidden()
        trainer.click(page.get_by_role("checkbox", name=TOPIC))
        trainer.fill(page.get_by_label("每人抽几题"), "5")
        trainer.attach(page.get_by_label("课件"), [DATA / "lecture.pptx", DATA / "lecture.pdf"])
        button = page.get_by_role("button", name="创建并通知 4 人")
        expect(button).to_be_visible()  # the right column has heard of the departments
        look(page, "journey-30-lecture-new", narrow=True)
        keep(page, "trainer-plan", at=".topbar", height=1480)
        trainer.click(button)
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)
    for name in ("lecture.pptx", "lecture.pdf"):
        expect(page.get_by_text(name)).to_be_visible()
    look(page, "journey-31-lecture-notified", narrow=True)
    return page.url.partition("?")[0]


def open_check_in(trainer: Hand, screen: Page) -> None:
    """The trainer opens check-in; the projector, signed in as the same person, shows the code."""
    page = trainer.page
    with trainer.step("open check-in"):
        trainer.click(page.get_by_role("button", name="开始签到"))
        expect(page.get_by_text("签到已开放")).to_be_visible()
        look(page, "journey-32-lecture-open", narrow=True)
        screen.context.add_cookies(
            [
                {"name": cookie["name"], "value": cookie["value"], "domain": cookie["domain"], "path": cookie["path"]}
                for cookie in page.context.cookies()
            ]
        )
        screen.goto(trainer.open_beside(page.get_by_role("link", name="投屏签到码")))  # in a window dragged to the projector
    expect(screen.locator(".stage-digits")).to_be_visible()
    look(screen, "journey-33-projector")


def code_on(screen: Page) -> str:
    """The address in the code, as a camera sees it: a QR code on a picture of the projector."""
    address = scan(screenshot(screen, "journey-33-projector-scanned"))
    assert urlsplit(address).path.startswith("/s/"), address
    return address


def check_in_quickly(phone: Hand, screen: Page, live: Live) -> None:
    """Scan, say who one is, done: two taps."""
    page = phone.page
    with phone.step("check in"):
        phone.scan(code_on(screen))
        expect(page.get_by_text("已记下扫码时间")).to_be_visible()
        look(page, "journey-40-phone-identify")
        keep(page, "employee-scanned")
        identify(phone, live, FIRST)
    expect(page.get_by_role("heading", name="已签到")).to_be_visible()
    expect(page.get_by_text("现场")).to_be_visible()
    look(page, "journey-41-phone-checked-in")
    keep(page, "employee-checked-in")


def check_in_slowly(phone: Hand, screen: Page, live: Live) -> None:
    """Scan, look for one's glasses until the code on the wall is another one, then say who one is: the scan counts."""
    page, digits = phone.page, screen.locator(".stage-digits")
    shown = digits.inner_text()
    phone.scan(code_on(screen))
    told = page.get_by_text("已记下扫码时间").inner_text()
    expect(digits).not_to_have_text(shown, timeout=STEP)
    identify(phone, live, SECOND)
    expect(page.get_by_role("heading", name="已签到")).to_be_visible()
    at = told.partition("扫码时间")[2].strip().partition("。")[0]
    expect(page.locator("main")).to_contain_text(at)
    expect(screen.locator(".stage-count b")).to_have_text("2")
    keep(screen, "trainer-projector")


def identify(phone: Hand, live: Live, name: str) -> None:
    with live.unit() as uow:
        person = uow.session.query(Person).filter_by(name=name).one()
        number, tail = str(person.phone), str(person.id_number)[-4:]
    phone.fill(phone.page.get_by_label("手机号"), number)
    phone.fill(phone.page.get_by_label("身份证号后四位"), tail)
    phone.click(phone.page.get_by_role("button", name="确认签到"))


def enter_without_phone(trainer: Hand) -> None:
    """The board has seen two come by themselves; one has no phone and is entered by the trainer before the head begins."""
    page = trainer.page
    board = page.locator("#board")
    missing = board.locator(".card", has=page.get_by_role("heading", name=re.compile("^未到")))
    # Nobody has reloaded the page. Either may be late: a walk on a busy machine takes minutes from the plan to the hall.
    expect(missing).to_contain_text("未到 2 人")
    expect(missing).to_contain_text(WITHOUT_PHONE)
    expect(missing).not_to_contain_text(FIRST)
    look(page, "journey-50-board", narrow=True)
    with trainer.step("enter who has no phone"):
        trainer.click(board.get_by_role("link", name=f"登记或请假：{WITHOUT_PHONE}"))
        trainer.fill(page.get_by_label("原因", exact=True), "没有带手机，本人在场")
        look(page, "journey-51-enter", narrow=True)
        trainer.click(page.get_by_role("button", name="登记", exact=True))
    row = page.locator("#board tr", has_text=WITHOUT_PHONE)
    expect(row).to_contain_text("代签")


def ask_who_is_there(trainer: Hand) -> None:
    """In the middle of the lecture everybody is asked."""
    with trainer.step("re-check"):
        trainer.click(trainer.page.get_by_role("button", name="现在问所有人"))
    expect(trainer.page.locator("#attention")).to_contain_text("问了所有人")


def say_one_is_there(phone: Hand) -> None:
    """The page of the check-in hears of it by itself within twenty seconds."""
    asked = phone.page.get_by_role("button", name="我在")
    expect(asked).to_be_visible(timeout=ASKED)
    look(phone.page, "journey-46-phone-asked")
    keep(phone.page, "employee-asked")
    with phone.step("re-check"):
        phone.click(asked)
    expect(phone.page.get_by_role("heading", name="已记下：您在场")).to_be_visible()


def take_photos(trainer: Hand, lecture: str) -> None:
    """Two photos of the hall, sent as soon as they are chosen."""
    page = trainer.page
    page.goto(lecture)
    with trainer.step("photos"):
        trainer.click(page.get_by_role("link", name="拍照或上传"))
        pictures: list[FilePayload] = [
            {"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": photo(n, (640, 480))} for n in (1, 2)
        ]
        trainer.attach(page.get_by_label("从相册选"), pictures)
    expect(page.locator("figure.shot")).to_have_count(2)
    expect(page.get_by_text("正在处理")).to_have_count(0)
    look(page, "journey-54-photos", narrow=True)
    with trainer.step("back from the photos"):
        trainer.click(page.locator(".crumbs").get_by_role("link", name=TITLE))
    page.wait_for_url(lecture + "*")


def check_out_by_digits(trainer: Hand, phone: Hand, screen: Page, live: Live) -> None:
    """A far seat: the address and the six digits instead of the code, first mistyped; the phone knows its owner by now."""
    with trainer.step("turn the wall to checking out"):
        trainer.click(screen.get_by_role("link", name="换成签退码"))
    expect(screen.get_by_text("人已签退")).to_be_visible()
    look(screen, "journey-34-projector-out")
    page = phone.page
    with phone.step("check out"):
        phone.type_address(f"{live.url}/code")
    mistaken = Hand(page, touch=True)
    mistaken.fill(page.get_by_label("投影上的六位数字"), "000 00")
    mistaken.click(page.get_by_role("button", name="下一步"))
    expect(page.get_by_text("是六位数字")).to_be_visible()
    mistaken.within(clicks=1, fields=1)
    look(page, "journey-43-phone-digits-wrong")
    with phone.step("check out"):
        phone.fill(page.get_by_label("投影上的六位数字"), screen.locator(".stage-digits").inner_text())
        phone.click(page.get_by_role("button", name="下一步"))
        expect(page.get_by_text(FIRST)).to_be_visible()
        look(page, "journey-44-phone-confirm")
        phone.click(page.get_by_role("button", name="签退", exact=True))
    expect(page.get_by_role("heading", name="已签退")).to_be_visible()
    look(page, "journey-45-phone-checked-out")
    keep(page, "employee-checked-out")


def close_lecture(trainer: Hand, address: str) -> None:
    """Close with the real times; those still in are checked out by the trainer."""
    page = trainer.page
    page.goto(address)
    with trainer.step("close"):
        trainer.click(page.get_by_role("link", name="结束讲课"))
        trainer.click(page.get_by_label("未签退的按散会时间签退"))
        look(page, "journey-52-close", narrow=True)
        keep(page, "trainer-close")
        trainer.click(page.get_by_role("button", name="结束讲课"))
    expect(page.get_by_text("讲课已结束")).to_be_visible()
    look(page, "journey-53-lecture-closed", narrow=True)


def see_certificates(trainer: Hand, lecture: str) -> None:
    """The lecture's page with its board, its quiz and its certificates; the certificates' own page."""
    page = trainer.page
    page.goto(lecture)
    expect(page.locator("#quiz-progress")).to_contain_text("合格 1，未合格 1")
    expect(page.locator("#quiz-progress summary")).to_contain_text("还没有开始")  # who is left is read out
    make_up = page.locator("#make-up")
    until(lambda: make_up.count() or (page.reload() and None), "the make-up of who failed twice")
    expect(make_up).to_contain_text("草稿，等您发通知")
    look(page, "journey-80-lecture-done", narrow=True)
    faults = at_a_desk(page) + by_keyboard(page, set())
    assert not faults, "\n".join(faults)
    with trainer.step("file"):
        address = trainer.open_beside(page.get_by_role("link", name="下载一期一档"))
        names = zipfile.ZipFile(io.BytesIO(page.request.get(address).body())).namelist()
    assert {"pdf", "py", "json"} <= {name.rpartition(".")[2] for name in names}, names
    further = Hand(page)  # what a guide shows beside: the draft of the make-up, a person's record
    further.click(make_up.get_by_role("link").first)
    expect(page.get_by_role("heading", level=1)).to_contain_text("补训")
    keep(page, "trainer-make-up")
    page.goto(lecture)
    further.click(page.locator("#board").get_by_role("link", name=FIRST, exact=True))
    expect(page.get_by_role("heading", level=1)).to_contain_text(FIRST)
    keep(page, "trainer-record")
    further.click(page.get_by_role("link", name="更正").first)
    keep(page, "trainer-correct")
    further.within(clicks=3, fields=0, changes=0)
    page.goto(lecture)
    with trainer.step("certificates"):
        trainer.click(page.get_by_role("link", name="证书", exact=True))
        expect(page.locator("main")).to_contain_text(FIRST)


def wait_for_a_minute(since: float) -> None:
    """A lecture of a minute takes a minute: nothing here pretends to be another time."""
    until(lambda: time.monotonic() - since > LECTURE.total_seconds() + 1 or None, "a minute to pass", 65)
