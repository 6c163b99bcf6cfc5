"""An officer's five minutes (J4) and a leader's bulletin (J5), in the demo, counted: desk, hall, and two signatures."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from random import randrange
from uuid import UUID

from playwright.sync_api import Browser, BrowserContext, expect
from sqlalchemy import select, update

from lms.access.demo import PASSWORD
from lms.compliance.bulletins.models import Bulletin, BulletinMention, BulletinPlace, BulletinState
from lms.compliance.signals.models import LectureSignal, Said, SignalWord
from lms.lectures.models import HELD, Lecture
from lms.registry.models import Enterprise, Jurisdiction
from lms.seeding.pictures import workshop
from lms.supervision.models import Observation
from tests.browser import OFFICE, window
from tests.journey import bureau
from tests.journey.conftest import Live
from tests.journey.counting import Hand
from tests.journey.desk import at_a_desk, on_sheets
from tests.journey.pages import sign_in
from tests.keeping import WAITING
from tests.lectures.files import photo

LONG_OVER = "动火作业与用电安全"  # a lecture of the demo whose quiz is closed


def test_the_officers_five_minutes_cost_ten_clicks_and_a_sentence(
    demo_server: Live, office: BrowserContext, phone: BrowserContext, tmp_path: Path
) -> None:
    desk, hall = Hand(office.new_page()), Hand(phone.new_page(), touch=True)
    for hand in (desk, hall):
        sign_in(hand.page, demo_server.url, "demo-district", PASSWORD)

    bureau.morning(desk, demo_server.url)
    desk.within(clicks=10, fields=1)
    bureau.sit_in(hall, demo_server.url)
    hall.within(clicks=6, fields=1)
    with demo_server.unit() as uow:
        quiz = uow.session.scalars(select(Lecture).where(Lecture.title == LONG_OVER)).first()
        assert quiz is not None
        lecture_id = quiz.id
    again = Hand(hall.page, touch=True)
    again.page.goto(f"{demo_server.url}/lectures/{lecture_id}")
    bureau.draw_ten(again)
    again.within(clicks=2, fields=1, changes=1)
    site, shot = Hand(hall.page, touch=True), tmp_path / "现场.jpg"
    shot.write_bytes(workshop())
    bureau.hazard(site, demo_server.url, shot)
    site.within(clicks=7, fields=4, changes=6)  # the photo, and three that are typed
    writing, happened = Hand(desk.page), Hand(desk.page)
    bureau.draft(writing, demo_server.url)
    writing.within(clicks=3, fields=0)
    bureau.accident(happened, demo_server.url)
    happened.within(clicks=2, fields=4)


def test_the_firms_of_a_low_cell_are_gone_to_this_week_in_three_clicks_or_drawn_in_two(
    demo_server: Live, office: BrowserContext
) -> None:
    desk = Hand(office.new_page())
    sign_in(desk.page, demo_server.url, "demo-district", PASSWORD)

    bureau.go_there(desk, demo_server.url)

    desk.within(clicks=4, fields=0)
    elsewhere = Hand(desk.page)
    bureau.other_view(elsewhere, demo_server.url)
    elsewhere.within(clicks=3, fields=2)


def test_an_explanation_is_kept_open_or_accepted_in_two_clicks_each_and_the_finished_item_leaves_the_list(
    demo_server: Live, office: BrowserContext
) -> None:
    said = "停电，改在食堂讲的。"
    with demo_server.unit(write=True) as uow:
        district = Jurisdiction.path.contains("/430602/")
        lecture = uow.session.scalars(
            select(Lecture).join(Lecture.enterprise).join(Enterprise.jurisdiction).where(Lecture.state.in_(HELD), district)
        ).first()
        assert lecture is not None
        facts = {"minutes": 30, "planned": 60}
        of = {"enterprise_id": lecture.enterprise_id, "lecture_id": lecture.id, "code": "short"}
        uow.session.add(LectureSignal(**of, level="serious", facts=facts, raised_at=uow.now - timedelta(days=1)))
        uow.session.add(SignalWord(**of, said=Said.EXPLAINED, text=said, said_by="陈芳", said_at=uow.now))
        lecture_id = lecture.id
    desk = Hand(office.new_page())
    sign_in(desk.page, demo_server.url, "demo-district", PASSWORD)

    bureau.answer_explanation(desk, demo_server.url, said)

    desk.within(clicks=4, fields=2)
    desk.page.goto(f"{demo_server.url}/lectures/{lecture_id}#signals")
    for text in (said, "问过了。不采纳，继续列着", "问过了。看过，不再列"):
        bureau.seen(desk.page.locator("#signals").get_by_text(text))


def test_arrow_keys_go_from_cell_to_cell_of_the_matrix(demo_server: Live, office: BrowserContext) -> None:
    page = office.new_page()
    sign_in(page, demo_server.url, "demo-street", PASSWORD)
    page.goto(f"{demo_server.url}/overview")
    cells = page.locator(".matrix tbody tr").first.locator("td a")
    cells.nth(0).focus()
    page.wait_for_load_state("networkidle")

    for key, cell in (("ArrowRight", cells.nth(1)), ("ArrowLeft", cells.nth(0)), ("End", cells.last), ("Home", cells.first)):
        page.keyboard.press(key)
        expect(cell).to_be_focused()


def test_the_leader_reads_one_page_and_signs_in_six_clicks(demo_server: Live, browser: Browser, office: BrowserContext) -> None:
    staff = Hand(office.new_page())
    sign_in(staff.page, demo_server.url, "demo-district", PASSWORD)

    bureau.freeze(staff, demo_server.url)
    bureau.praise(staff)
    address = bureau.ask_the_named(staff)
    checking = Hand(staff.page)
    bureau.check_five(checking, randrange(1_000_000))
    checking.within(clicks=5, fields=0, changes=0)

    def days_pass() -> None:
        """Those in which firms may reply, each from the day on which it was told or called."""
        with demo_server.unit(write=True) as uow:
            sent = uow.session.get_one(Bulletin, UUID(address.rpartition("/")[2]))
            sent.reply_by = uow.today - timedelta(days=1)
            for named in (BulletinMention, BulletinPlace):
                of_it = update(named).where(named.bulletin_id == sent.id)
                uow.session.execute(of_it.where(named.told_at.is_not(None)).values(told_at=uow.now - timedelta(days=8)))
                uow.session.execute(of_it.where(named.called_at.is_not(None)).values(called_at=uow.now - timedelta(days=8)))

    bureau.call_and_sign(staff, days_pass)
    with window(browser, OFFICE) as elsewhere:
        leader = Hand(elsewhere.new_page())
        sign_in(leader.page, demo_server.url, "demo-city", PASSWORD)
        bureau.lead(leader, demo_server.url)
        leader.within(clicks=6, fields=1)
    bureau.sign_again(staff, demo_server.url)
    staff.within(clicks=13, fields=1)
    said = staff.page.locator(".lead-line").inner_text()
    to_place = staff.page.locator("a[href^='/bulletins/places/']").first.get_attribute("href")
    faults = at_a_desk(staff.page) + on_sheets(staff.page)
    staff.page.goto(f"{demo_server.url}{to_place}")
    faults += at_a_desk(staff.page) + on_sheets(staff.page)
    assert not faults, "\n".join(faults)

    with demo_server.unit() as uow:
        out = uow.session.get_one(Bulletin, UUID(address.rpartition("/")[2]))
        assert out.state is BulletinState.PUBLISHED
        assert f"第 {out.number} 期" in said


def test_a_comment_written_without_a_network_is_kept_with_its_photos_and_counts_once(
    demo_server: Live, phone: BrowserContext, tmp_path: Path
) -> None:
    page, shots = phone.new_page(), [tmp_path / f"{name}.jpg" for name in ("会场", "讲台", "拍糊的")]
    for number, shot in enumerate(shots):
        shot.write_bytes(photo(number, (640, 480)))
    sign_in(page, demo_server.url, "demo-street", PASSWORD)
    page.goto(f"{demo_server.url}/observations")
    page.get_by_role("link", name="写点评").first.tap()
    bureau.seen(page.get_by_label("一句话点评"))
    expect(page.locator("html.js")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    phone.set_offline(True)
    for fact in ("讲够了要求的时间", "用了同行业事故案例", "随机问 3 名员工，至少 2 人答对"):
        page.get_by_text(fact).tap()
    page.get_by_label("一句话点评").fill("车间里没有信号，先写下来。")
    taken, chosen = page.locator("input[name=photos]").first, page.locator("input[name=photos]").last
    for field, shot in ((taken, shots[0]), (chosen, shots[1]), (taken, shots[2])):
        field.set_input_files(shot)
    page.get_by_role("listitem").filter(has_text="拍糊的").get_by_role("button", name="去掉").tap()
    expect(page.get_by_role("listitem")).to_have_text([re.compile("会场"), re.compile("讲台")])
    page.get_by_role("button", name="提交点评").tap()
    bureau.seen(page.get_by_text("写的和照片都已存在这部手机里"))
    page.close()
    phone.set_offline(False)

    page = phone.new_page()
    page.goto(f"{demo_server.url}/observations")
    bureau.seen(page.get_by_text("存下的已经提交"))
    page.reload()

    assert page.evaluate(WAITING) == 0

    page.goto(f"{demo_server.url}/hazards/new?q=湘粮")
    page.locator("main .list-group a").first.tap()
    page.wait_for_load_state("networkidle")
    phone.set_offline(True)
    page.get_by_label("具体在哪里").fill("库房")
    page.get_by_label("看到什么").fill("没有泄爆片")
    page.get_by_role("button", name="登记").tap()
    expect(page.get_by_text("还没有选是哪一条")).to_be_in_viewport()
    assert page.evaluate(WAITING) == 0, "on the way home it could only be refused"
    with demo_server.unit() as uow:
        written = select(Observation).where(Observation.remark == "车间里没有信号，先写下来。")
        found = uow.session.scalars(written).one()
        assert len(found.photo_ids) == 2
