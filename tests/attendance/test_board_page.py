"""The board in a real browser: it keeps itself up to date, says when it could not, and finds a person by typing."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, Route, expect

from lms.access.actor import Actor
from lms.attendance import queries, service
from lms.attendance.models import Mark, Method, Trust
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.lectures.models import LectureState
from tests.attendance.conftest import identify, scan
from tests.attendance.test_hands_and_corrections import fill
from tests.browser import axe, keep_picture, overflow

HOST = "http://127.0.0.1"
NEWS = 6_000  # milliseconds: two looks and some patience


class Wire:
    """Carries the browser's requests to the application of the test; `down` cuts it."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.down = False
        self.statuses: list[int] = []

    def __call__(self, route: Route) -> None:
        request, address = route.request, urlsplit(route.request.url)
        if self.down:
            route.abort()
            return
        headers = {key: value for key, value in request.headers.items() if key not in ("cookie", "content-length")}
        answer = self.client.open(
            address.path, query_string=address.query, method=request.method, headers=headers, data=request.post_data_buffer
        )
        if address.path.endswith("/board"):
            self.statuses.append(answer.status_code)
        given = dict(answer.headers) | {"Date": f"{clock.now():%a, %d %b %Y %H:%M:%S GMT}"}
        route.fulfill(status=answer.status_code, headers=given, body=answer.data)


@pytest.fixture
def opened(hall, world, client_as, office) -> Callable[[], tuple[Page, Wire]]:
    def open_page() -> tuple[Page, Wire]:
        wire = Wire(client_as(world.here.trainer))
        office.route("**/*", wire)
        page = office.new_page()
        page.goto(f"{HOST}/lectures/{hall.lecture_id}", wait_until="networkidle")
        return page, wire

    return open_page


def test_a_check_in_appears_by_itself_and_nothing_is_drawn_while_nothing_happens(app, hall, opened):
    page, wire = opened()
    expect(page.locator(".missing")).to_contain_text("刘洋")
    page.wait_for_timeout(4_500)
    assert wire.statuses and set(wire.statuses) == {304}

    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 2)

    expect(page.locator("#board tbody")).to_contain_text("刘洋", timeout=NEWS)
    expect(page.locator(".missing")).not_to_contain_text("刘洋")


def test_a_lost_network_is_said_with_the_time_of_the_last_news_and_mends_itself(app, wall, hall, opened):
    page, wire = opened()
    page.wait_for_timeout(2_500)
    wire.down = True
    wall.forward(minutes=2)
    state = page.locator("[data-board-state]")
    expect(state).to_have_text("断网了，下面的数据停在 14:30。连上后会自动更新。", timeout=NEWS)
    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 2)

    wire.down = False

    expect(state).to_have_text("刚才断网，数据停在 14:30；14:32 已恢复，现在是最新的。", timeout=NEWS)
    expect(page.locator("#board tbody")).to_contain_text("刘洋", timeout=NEWS)


def test_typing_a_name_finds_the_person_and_keeps_finding_them_when_the_board_changes(app, hall, opened):
    page, _wire = opened()
    page.keyboard.press("/")
    page.keyboard.type("刘洋")
    shown = page.locator("[data-find]:not([hidden])")
    expect(shown).to_have_count(1)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "登记或请假：刘洋"

    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 3)

    expect(page.locator("#board tbody tr[hidden]")).to_have_count(1, timeout=NEWS)  # 孙丽 has come and is not looked for
    expect(shown).to_have_count(1)
    page.get_by_label("找人").fill("没有这个人")
    expect(page.get_by_text("名单上没有符合的人")).to_be_visible()
    page.get_by_label("找人").press("Escape")
    expect(shown).to_have_count(4)


def test_a_hundred_who_came_do_not_make_the_page_endless_and_each_is_still_found(world, hall, wall, opened):
    people = fill(world, hall, 100)
    with unit_of_work(Actor.system("test"), "home") as uow:
        marks = [(person_id, Mark.IN, wall.at, "门口点名") for person_id in people]
        service.presence.record_all(
            uow, queries.sitting_with_lecture(uow, hall.sitting_id), marks, Method.PAPER, Trust.PAPER, len
        )
    page, _wire = opened()
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(reduced_motion="reduce")

    rest = page.locator("#board details.rest")
    expect(page.get_by_text("95 人按部门收起来了")).to_be_visible()
    expect(rest).to_have_text(re.compile("灌装车间 到 95 人，应到 95 人"))
    assert page.evaluate("document.querySelector('#board table').closest('.card').offsetHeight") < 1_600
    assert page.evaluate("document.documentElement.scrollHeight") < 5_000
    rest.first.locator("summary").click()  # folds without a script
    expect(rest.first.locator("tbody tr").first).to_be_visible()
    assert (axe(page), overflow(page)) == ([], 0)
    keep_picture(page, "board-hundred-phone")
    page.get_by_label("找人").fill("员工94")
    expect(page.locator("#board tbody tr:not([hidden])")).to_have_count(1)
    expect(page.get_by_role("link", name="员工94", exact=True)).to_be_visible()
    page.set_viewport_size({"width": 1320, "height": 900})
    page.get_by_label("找人").fill("")
    keep_picture(page, "board-hundred-office")

    with unit_of_work(Actor.system("test"), "home") as uow:
        queries.sitting_with_lecture(uow, hall.sitting_id).lecture.state = LectureState.CLOSED
    page.reload()
    one, rows = page.get_by_role("link", name="员工94", exact=True), page.locator("#board tbody tr")
    expect(rows).to_have_count(95)
    expect(page.locator("#board tbody tr:visible")).to_have_count(
        0
    )  # nobody comes any more: all stand in one fold with their number
    expect(page.get_by_text(re.compile("^按部门 95 人$"))).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("#board tbody tr:visible")).to_have_count(95)
    page.emulate_media(media="screen")
    expect(one).to_be_hidden()
    page.get_by_label("找人").fill("员工94")
    expect(one).to_be_visible()
    assert (axe(page), overflow(page)) == ([], 0)


def test_the_number_to_dial_stays_when_the_board_changes(app, hall, opened):
    page, _wire = opened()
    page.get_by_role("button", name="打电话给刘洋").click()
    number = page.get_by_role("link", name="拨打 19906030610")
    expect(number).to_have_attribute("href", "tel:19906030610")

    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 3)

    expect(page.locator("#board tbody")).to_contain_text("孙丽", timeout=NEWS)
    expect(number).to_be_visible()
    assert axe(page) == []
    for width in (1320, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) == 0
        keep_picture(page, f"board-{width}")


def test_the_board_is_printed_by_a_button_on_paper_without_buttons(hall, opened):
    page, _wire = opened()
    page.locator("#print-board").click()
    button = page.get_by_role("button", name="打印")
    page.evaluate("window.print = () => { document.title = 'printed' }")
    button.click()
    assert page.title() == "printed"
    assert axe(page) == [] and overflow(page) == 0

    page.emulate_media(media="print")

    expect(button).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("数据截至 2026-11-23 14:30:00")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(5)
