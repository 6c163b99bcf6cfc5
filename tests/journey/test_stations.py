"""A tablet at the door and a leader's phone with the network gone: nothing is lost, nothing counts twice, and times are kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from lms.attendance.models import AttendanceEvent, HeldMark, Method, Trust
from lms.core import clock
from lms.lectures.models import Lecture, Sitting
from lms.registry.models import Person
from tests.attendance.conftest import TAILS
from tests.browser import window
from tests.journey.conftest import STATIONS_PASSWORD, Hall, Live
from tests.journey.pages import look, sign_in, until
from tests.world import PEOPLE

TABLET = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}
SMALL = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "device_scale_factor": 2}


@pytest.fixture
def trainer(stations_server: Live, office: BrowserContext, hall: Hall) -> Page:
    page = office.new_page()
    sign_in(page, stations_server.url, "zhaoqian", STATIONS_PASSWORD)
    page.goto(f"{stations_server.url}/lectures/{hall.lecture_id}")
    page.get_by_role("link", name="签到设备").click()
    return page


@pytest.fixture
def tablet(browser: Browser) -> Iterator[BrowserContext]:
    with window(browser, TABLET) as context:
        yield context


@pytest.fixture
def small(browser: Browser) -> Iterator[BrowserContext]:
    with window(browser, SMALL) as context:
        yield context


def events(live: Live, hall: Hall) -> list[AttendanceEvent]:
    with live.unit() as uow:
        wanted = select(AttendanceEvent).where(AttendanceEvent.lecture_id == hall.lecture_id)
        return list(uow.session.scalars(wanted.order_by(AttendanceEvent.scanned_at)))


def open_kiosk(trainer: Page, tablet: BrowserContext, live: Live) -> Page:
    trainer.get_by_role("button", name="加一台签到机").click()
    code = trainer.locator(".invite-code").last.inner_text()
    page = tablet.new_page()
    page.goto(f"{live.url}/kiosk")
    page.get_by_label("配对码").fill(code)
    page.get_by_role("button", name="打开签到机").click()
    expect(page.get_by_role("heading", name="输入工号或手机尾号四位")).to_be_visible()
    expect(page.locator("#net")).to_have_text("已联网，全部已上传")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


def open_leader(trainer: Page, small: BrowserContext) -> Page:
    trainer.get_by_label("谁拿手机").fill("孙丽")
    trainer.get_by_label("签哪些人").select_option("压榨车间")
    trainer.get_by_role("button", name="生成链接").click()
    link = trainer.locator(".invite .mono").last.inner_text()
    page = small.new_page()
    page.goto(link)
    look(page, "station-open-leader")
    page.get_by_role("button", name="在这台设备上打开").click()
    expect(page.locator("#names-ask")).to_have_text("点自己的名字")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


def press(page: Page, digits: str) -> None:
    pad = page.locator(".pad:visible")
    for digit in digits:
        pad.get_by_role("button", name=digit, exact=True).click()


def by_number(page: Page, number: str, name: str) -> None:
    press(page, number)
    page.locator("#found").get_by_role("button", name=name).click()
    page.get_by_role("button", name="是我，签到").click()
    expect(page.locator("#done-name")).to_have_text(name)
    page.get_by_role("button", name="下一位").click()


def scribble(page: Page) -> None:
    box = page.locator("#canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 60, box["y"] + 40)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(box["x"] + 60 + step * 22, box["y"] + 40 + (step % 3) * 30)
    page.mouse.up()


def sign(page: Page, name: str, tail: str) -> None:
    page.locator("#people").get_by_role("button", name=name).click()
    press(page, tail)
    scribble(page)
    page.locator("#sign-done").click()
    expect(page.locator("#done-name")).to_have_text(name)


@contextmanager
def called(live: Live, hall: Hall, who: int, name: str) -> Iterator[None]:
    """Somebody has this name meanwhile; the people are those of other walks, too."""
    with live.unit(write=True) as uow:
        uow.session.get_one(Person, hall.world.here.person_ids[who]).name = name
    yield
    with live.unit(write=True) as uow:
        uow.session.get_one(Person, hall.world.here.person_ids[who]).name = PEOPLE[who][0]


def choose_of_two(page: Page, number: str, tail: str) -> None:
    """Of two people called 刘洋 the one with this work number, by whose own digits alone that one is known."""
    both = page.locator("#people").get_by_role("button", name="刘洋")
    expect(both).to_have_count(2)
    both.filter(has_text=number).click()
    expect(page.locator("[data-where]:visible")).to_have_text(f"压榨车间 · {number}")
    press(page, tail)


def at(page: Page, moment: datetime) -> None:
    """What the clock of a device shows; its timers run on."""
    page.clock.set_fixed_time(moment)


def test_a_kiosk_checks_in_by_number_by_phone_and_by_name(stations_server, trainer, tablet, hall):
    page = open_kiosk(trainer, tablet, stations_server)
    look(page, "station-kiosk")
    look(trainer, "stations-trainer", narrow=True)

    began = time.monotonic()
    press(page, "0003")
    page.locator("#found").get_by_role("button", name="刘洋").click()
    look(page, "station-kiosk-confirm")
    page.get_by_role("button", name="是我，签到").click()
    expect(page.get_by_text("已签到")).to_be_visible()
    look(page, "station-kiosk-done")
    expect(page.get_by_role("heading", name="输入工号或手机尾号四位")).to_be_visible()  # by itself, for the next one
    press(page, "9136")  # nobody's
    expect(page.get_by_text("没有找到")).to_be_visible()
    page.get_by_role("button", name="清空").click()
    press(page, "6468")
    page.locator("#found").get_by_role("button", name="孙丽").click()
    page.get_by_role("button", name="是我，签到").click()
    expect(page.locator("#done-name")).to_have_text("孙丽")
    page.get_by_role("button", name="下一位").click()
    page.get_by_role("button", name="按姓名找").click()
    page.get_by_role("button", name="何", exact=True).click()
    look(page, "station-kiosk-names")
    page.locator("#people").get_by_role("button", name="何军").click()
    press(page, "0000")
    expect(page.get_by_text("后四位对不上")).to_be_visible()
    look(page, "station-kiosk-wrong")
    press(page, TAILS[4])
    expect(page.locator("#done-name")).to_have_text("何军")

    assert time.monotonic() - began < 120
    assert [(event.method, event.trust) for event in events(stations_server, hall)] == [(Method.KIOSK, Trust.LIVE)] * 3

    with called(stations_server, hall, 1, "刘洋"):
        page.reload()
        page.get_by_role("button", name="按姓名找").click()
        page.get_by_role("button", name="刘", exact=True).click()
        choose_of_two(page, "0002", TAILS[1])
    expect(page.locator("#done-name")).to_have_text("刘洋")
    assert events(stations_server, hall)[-1].person_id == hall.world.here.person_ids[1]


def test_a_kiosk_offline_takes_three_and_brings_them_with_their_times(stations_server, trainer, tablet, hall):
    page = open_kiosk(trainer, tablet, stations_server)
    back = datetime.now(clock.ZONE).replace(microsecond=0)
    times = [back - timedelta(minutes=minutes) for minutes in (30, 20, 10)]
    tablet.set_offline(True)
    for who, moment in zip((2, 3, 4), times, strict=True):
        at(page, moment)
        by_number(page, f"000{who + 1}", PEOPLE[who][0])
    expect(page.locator("#net")).to_contain_text("3 条存在本机")
    look(page, "station-kiosk-offline")
    assert events(stations_server, hall) == []

    at(page, back)
    tablet.set_offline(False)
    expect(page.locator("#net")).to_have_text("已联网，全部已上传", timeout=30_000)

    found = events(stations_server, hall)
    assert [event.person_id for event in found] == hall.world.here.person_ids[2:]
    assert [abs(event.scanned_at - moment) < timedelta(seconds=5) for event, moment in zip(found, times, strict=True)] == [
        True
    ] * 3
    assert {event.trust for event in found} == {Trust.OFFLINE}
    trainer.goto(f"{stations_server.url}/lectures/{hall.lecture_id}")
    expect(trainer.locator("#board tr", has_text="刘洋")).to_contain_text("离线")


def test_a_leaders_phone_goes_from_hand_to_hand(stations_server, trainer, small, hall):
    page = open_leader(trainer, small)
    look(page, "station-leader")
    page.locator("#people").get_by_role("button", name="刘洋").click()
    look(page, "station-leader-tail")
    press(page, "1111")
    scribble(page)
    look(page, "station-leader-sign")
    page.locator("#sign-done").click()
    expect(page.get_by_text("后四位对不上")).to_be_visible()
    press(page, TAILS[2])
    page.locator("#sign-done").click()  # the signature is still there
    expect(page.locator("#done-name")).to_have_text("刘洋")
    look(page, "station-leader-done")
    expect(page.locator("#names-count")).to_contain_text("已签到 1 / 5 人")

    [event] = events(stations_server, hall)
    assert (event.method, event.trust, event.entered_by) == (Method.LEADER, Trust.LEADER, "孙丽")
    trainer.goto(f"{stations_server.url}/lectures/{hall.lecture_id}")
    trainer.get_by_text("看每条怎么签的").click()
    expect(trainer.locator("#devices")).to_contain_text("孙丽的手机")
    signature = trainer.get_by_role("img", name="刘洋的签名")
    assert signature.evaluate("image => image.complete && image.naturalWidth") or until(
        lambda: signature.evaluate("image => image.naturalWidth"), "the signature"
    )
    look(trainer, "stations-lecture", narrow=True)

    with called(stations_server, hall, 4, "刘洋"):
        page.reload()
        choose_of_two(page, "0005", TAILS[4])
    scribble(page)
    page.locator("#sign-done").click()
    expect(page.locator("#done-name")).to_have_text("刘洋")
    assert events(stations_server, hall)[-1].person_id == hall.world.here.person_ids[4]


def test_a_leaders_phone_survives_closing_the_tab_while_offline(stations_server, trainer, small, hall):
    page = open_leader(trainer, small)
    began = datetime.now(clock.ZONE)
    small.set_offline(True)
    sign(page, "刘洋", TAILS[2])
    page.close()
    page = small.new_page()
    page.goto(f"{stations_server.url}/station/")
    expect(page.locator("#net")).to_contain_text("1 条存在本机")
    page.evaluate("location.reload()")
    expect(page.locator("#names-ask")).to_have_text("点自己的名字")
    sign(page, "孙丽", TAILS[3])
    sign(page, "何军", "0000")  # wrong; nobody can know it here
    look(page, "station-leader-offline")
    kept = page.evaluate("Station.marks().then(marks => JSON.stringify(marks))")
    assert TAILS[2] not in kept and TAILS[3] not in kept and "刘洋" in kept

    small.set_offline(False)
    expect(page.get_by_role("button", name="1 条要处理")).to_be_visible(timeout=30_000)

    found = events(stations_server, hall)
    assert [event.person_id for event in found] == hall.world.here.person_ids[2:4]
    assert all(event.signature_sha256 and event.scanned_at - began < timedelta(minutes=2) for event in found)
    page.get_by_role("button", name="1 条要处理").click()
    expect(page.locator("#told")).to_contain_text("何军")
    look(page, "station-leader-told")
    with stations_server.unit() as uow:
        assert len(uow.session.scalars(select(HeldMark).where(HeldMark.lecture_id == hall.lecture_id)).all()) == 1
    trainer.reload()
    expect(trainer.locator("#held")).to_contain_text("何军")
    look(trainer, "stations-held", narrow=True)
    trainer.get_by_role("button", name="算数：何军").click()
    expect(trainer.get_by_text("何军的记录已登记")).to_be_visible()
    assert len(events(stations_server, hall)) == 3


def test_a_revoked_kiosk_forgets_the_names_and_still_hands_over_its_queue(stations_server, trainer, tablet, hall):
    page = open_kiosk(trainer, tablet, stations_server)
    tablet.set_offline(True)
    by_number(page, "0003", "刘洋")
    trainer.locator(".station-item").last.locator("summary").click()
    trainer.get_by_role("button", name="停用这台设备").click()
    expect(trainer.get_by_text("已停用。设备一联网")).to_be_visible()

    tablet.set_offline(False)
    expect(page.get_by_role("heading", name="这台设备已停用")).to_be_visible(timeout=30_000)
    look(page, "station-gone")

    assert page.evaluate("Station.get('head')") is None
    until(lambda: _held(stations_server, hall), "the queue to arrive")
    assert events(stations_server, hall) == []
    page.go_back()
    assert page.url.endswith("/station/")


def _held(live: Live, hall: Hall) -> int:
    with live.unit() as uow:
        return len(uow.session.scalars(select(HeldMark).where(HeldMark.lecture_id == hall.lecture_id)).all())


def test_an_answer_that_never_arrives_counts_once(stations_server, trainer, tablet, hall):
    """The server has it, the device does not know: it sends again, and it is one event."""
    page = open_kiosk(trainer, tablet, stations_server)
    lost = []

    def lose(route):
        if len(lost) < 2:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    tablet.route("**/station/marks", lose)
    by_number(page, "0003", "刘洋")
    expect(page.locator("#net")).to_have_text("已联网，全部已上传", timeout=30_000)

    assert len(lost) == 2
    assert len(events(stations_server, hall)) == 1


def test_without_a_database_in_the_browser_or_a_worker_it_says_what_to_do_and_works(stations_server, trainer, browser, hall):
    with window(browser, SMALL) as old:
        old.add_init_script(
            "Object.defineProperty(window, 'indexedDB', {value: undefined});"
            "Object.defineProperty(Navigator.prototype, 'serviceWorker', {value: undefined});"
            "Object.defineProperty(window.crypto, 'subtle', {value: undefined});"
        )
        trainer.get_by_label("谁拿手机").fill("孙丽")
        trainer.get_by_role("button", name="生成链接").click()
        link = trainer.locator(".invite .mono").last.inner_text()
        page = old.new_page()
        page.goto(link)
        page.get_by_role("button", name="在这台设备上打开").click()
        expect(page.get_by_text("断网时请不要关掉它")).to_be_visible()
        look(page, "station-old")
        sign(page, "刘洋", TAILS[2])

    assert [event.person_id for event in events(stations_server, hall)] == [hall.world.here.person_ids[2]]


def test_a_lecture_that_closes_while_the_tablet_is_offline_still_counts_who_was_there(stations_server, trainer, tablet, hall):
    page = open_kiosk(trainer, tablet, stations_server)
    tablet.set_offline(True)
    by_number(page, "0003", "刘洋")
    from lms.lectures import service as lectures

    with stations_server.unit(write=True) as uow:
        lecture = uow.session.get_one(Lecture, hall.lecture_id)
        lectures.close(uow, lecture, uow.session.get_one(Sitting, hall.sitting_id).started_at, uow.now)

    tablet.set_offline(False)
    expect(page.locator("#net")).to_have_text("已联网，全部已上传", timeout=30_000)

    assert [event.trust for event in events(stations_server, hall)] in ([Trust.OFFLINE], [Trust.LIVE])
