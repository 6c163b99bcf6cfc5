"""What people may say beside the walk of a lecture, in the demo: a head answers an observer (J3), an employee disputes (J2)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import BrowserContext, expect
from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.demo import PASSWORD
from lms.access.models import User
from lms.lectures.models import HELD, Lecture
from lms.supervision import rules, service
from tests.journey.conftest import Live
from tests.journey.counting import Hand
from tests.journey.pages import sign_in
from tests.lectures.files import photo

COMING = "消防与应急疏散"
REMARK, WORD = "讲得结合本厂，应急部分再具体一些。", "下次带着应急预案讲。"


def test_the_head_reads_what_was_missed_brings_deck_and_pictures_and_answers_an_observer_with_one_tap_each_that_changes(
    demo_server: Live, phone: BrowserContext, tmp_path: Path
) -> None:
    head = Hand(phone.new_page(), touch=True)
    page = head.page
    title = comment_on_the_last(demo_server)
    sign_in(page, demo_server.url, "demo-head", PASSWORD)

    with head.step("get the deck"):
        page.goto(demo_server.url)
        head.click(page.get_by_role("link", name="资料库"))
        deck = page.locator("main a[href*='/library/versions/']").first
        with page.expect_download():
            head.click(deck)
    page.goto(demo_server.url)
    shots = [tmp_path / f"隐患{number}.jpg" for number in (1, 2)]
    for number, shot in enumerate(shots, 1):
        shot.write_bytes(photo(number, (640, 480)))
    with head.step("add two pictures"):
        head.click(page.get_by_role("link", name=COMING).first)
        teaching = page.locator("#teaching")
        expect(teaching).to_contain_text("上次没听懂的")
        expect(teaching).to_contain_text("人答错")
        head.attach(teaching.get_by_label("从相册选"), shots)
    for shot in shots:
        expect(page.locator("#materials")).to_contain_text(shot.name)
    head.within(clicks=4, fields=1, changes=1)

    answering = Hand(page, touch=True)
    page.goto(demo_server.url)
    with answering.step("answer the observer"):
        answering.click(page.get_by_role("link", name=title, exact=True).first)
        expect(page.locator("#observations")).to_contain_text(REMARK)
        answering.click(page.locator("#observations summary", has_text="答复或写改进").first)
        answering.fill(page.locator("#observations").get_by_label("写一句").first, WORD)
        answering.click(page.get_by_role("button", name="记下").first)
    expect(page.locator("#observations")).to_contain_text(WORD)
    answering.within(clicks=3, fields=1, changes=1)


def comment_on_the_last(live: Live) -> str:
    """An officer sat in on the lecture that ended last; returns its title."""
    with live.unit(write=True) as uow:
        lecture = uow.session.scalars(select(Lecture).where(Lecture.state.in_(HELD)).order_by(Lecture.closed_at.desc())).first()
        assert lecture is not None and lecture.closed_at <= datetime.now(UTC)
        officer = uow.session.scalars(select(User).where(User.username == "demo-district")).one()
        uow.actor = Actor(f"user:{officer.id}", officer.name, (), officer.id)
        facts = [next(iter(dimension.facts)) for dimension in rules.DIMENSIONS.values()]
        service.submit(uow, lecture, facts, REMARK, uuid4())
        return lecture.title


def test_an_employee_says_in_three_taps_that_the_own_record_is_wrong_and_reads_by_when_it_is_answered(
    demo_server: Live, phone: BrowserContext
) -> None:
    employee = Hand(phone.new_page(), touch=True)
    page = employee.page
    sign_in(page, demo_server.url, "demo-employee", PASSWORD)

    page.goto(f"{demo_server.url}/me")
    with employee.step("dispute"):
        employee.click(page.get_by_role("link", name="学时明细"))
        employee.click(page.locator("main a.row-link[href*='/lectures/']").first)
        employee.click(page.get_by_role("button", name="记录不对，请核实"))

    expect(page.locator("main")).to_contain_text("还没有答复，最迟")
    employee.within(clicks=3, fields=0, changes=1)
