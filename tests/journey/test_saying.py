"""What people may say beside the walk of a lecture, in the demo: a head answers an observer (J3), an employee disputes (J2)."""

from __future__ import annotations

from datetime import UTC, datetime
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

REMARK, WORD = "讲得结合本厂，应急部分再具体一些。", "下次带着应急预案讲。"


def test_the_head_gets_the_bureaus_deck_in_two_taps_and_answers_an_observer_in_three_and_a_sentence(
    demo_server: Live, phone: BrowserContext
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
    head.within(clicks=2, fields=0)

    answering = Hand(page, touch=True)
    page.goto(demo_server.url)
    with answering.step("answer the observer"):
        answering.click(page.get_by_role("link", name=title, exact=True).first)
        expect(page.locator("#observations")).to_contain_text(REMARK)
        answering.click(page.locator("#observations summary", has_text="答复或写改进").first)
        answering.fill(page.locator("#observations").get_by_label("写一句").first, WORD)
        answering.click(page.get_by_role("button", name="记下").first)
    expect(page.locator("#observations")).to_contain_text(WORD)
    answering.within(clicks=3, fields=1)


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
    employee.within(clicks=3, fields=0)
