"""Two projectors in one hall, on computers whose clocks are wrong in different ways: only the server's clock matters."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from lms.access.actor import Actor
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.lectures.models import Lecture
from tests.attendance.conftest import events, identify, scan
from tests.attendance.test_board_page import HOST, Wire
from tests.browser import OFFICE, window

WRONG = (timedelta(minutes=10), timedelta(hours=-7))


@pytest.fixture
def screens(browser: Browser, hall, world, client_as) -> Iterator[list[Page]]:
    """The projector's page on a computer that is fast and on one that is slow, each with a number of its own."""
    with ExitStack() as stack:
        opened = []
        for number, off in enumerate(WRONG, 1):
            context = stack.enter_context(window(browser, OFFICE))
            context.clock.install(time=clock.now() + off)
            context.route("**/*", Wire(client_as(world.here.trainer)))
            page = context.new_page()
            page.goto(f"{HOST}/sittings/{hall.sitting_id}/projector?screen={number}")
            opened.append(page)
        yield opened


def code_on(screen: Page) -> str:
    """The path in the code, read off a picture of the whole screen: the stage draws itself anew while one looks."""
    picture = Image.open(io.BytesIO(screen.screenshot())).convert("L")
    (found,) = zxingcpp.read_barcodes(picture)
    return urlsplit(found.text).path


def test_projectors_with_wrong_clocks_show_codes_that_all_work_after_every_reload(app, wall, hall, screens):
    first, second = screens
    assert first.evaluate("Date.now()") - second.evaluate("Date.now()") > 7 * 3_600_000
    assert code_on(first) != code_on(second), "each screen has a code of its own"

    for turn in range(5):
        for screen in screens:
            screen.reload()
            answer = app.test_client().get(code_on(screen))
            assert answer.status_code in (200, 302), f"refused on reload {turn}"
        wall.forward(seconds=11)
    for screen, person in zip(screens, (2, 3), strict=True):
        screen.reload()
        phone = app.test_client()
        phone.get(code_on(screen))
        identify(phone, "/checkin", person)

    assert {event.screen for event in events()} == {"1", "2"}


def test_the_six_digits_are_whole_below_a_title_of_forty_characters(app, hall, world, client_as, projector: BrowserContext):
    title = "复工第一课：粉尘防爆与有限空间作业安全，动火作业审批和应急处置要点，全员学习一小时"
    assert len(title) >= 40
    with unit_of_work(Actor.system("test"), "system") as uow:
        uow.session.get_one(Lecture, hall.lecture_id).title = title
    for person in (2, 3, 4):
        phone = app.test_client()
        identify(phone, scan(phone, hall.token()), person)
    projector.route("**/*", Wire(client_as(world.here.trainer)))
    page = projector.new_page()
    page.goto(f"{HOST}/sittings/{hall.sitting_id}/projector")

    late, bar = (page.locator(f".stage-side {one}").bounding_box() for one in (".stage-late", ".bar"))

    assert late and bar and late["y"] > bar["y"] and late["y"] + late["height"] <= 1080, "nobody scrolls a projector"
