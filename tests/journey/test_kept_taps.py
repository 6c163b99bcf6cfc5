"""A phone that loses the network on the check-in page: what was tapped is kept, says so, and counts."""

from __future__ import annotations

from contextlib import closing

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.attendance.conftest import PHONES, TAILS
from tests.browser import PHONE
from tests.journey.conftest import Hall, Live, token_of
from tests.journey.pages import look, until
from tests.journey.test_stations import events


@pytest.fixture
def scanned(phone: BrowserContext, stations_server: Live, hall: Hall) -> Page:
    page = phone.new_page()
    page.goto(f"{stations_server.url}/s/{token_of(stations_server, hall.sitting_id)}")
    expect(page.get_by_text("已记下扫码时间")).to_be_visible()
    expect(page.locator("html.js")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    return page


def fill(page: Page, tail: str) -> None:
    page.get_by_label("手机号").fill(PHONES[2])
    page.get_by_label("身份证号后四位").fill(tail)
    page.get_by_role("button", name="确认签到").click()


def test_a_tap_without_a_network_is_kept_and_sent(stations_server, hall, phone, scanned):
    phone.set_offline(True)
    fill(scanned, TAILS[2])
    expect(scanned.get_by_text("没有网络。您在")).to_be_visible()
    look(scanned, "check-in-kept")
    kept = scanned.evaluate("JSON.stringify(localStorage)")
    assert "sealed" in kept and PHONES[2] not in kept and TAILS[2] not in kept, "nobody reads it in the phone's storage"
    assert events(stations_server, hall) == []

    phone.set_offline(False)
    expect(scanned.get_by_role("heading", name="已签到")).to_be_visible(timeout=30_000)

    assert [event.person_id for event in events(stations_server, hall)] == [hall.world.here.person_ids[2]]
    assert scanned.evaluate("localStorage.length") == 0


def test_a_phone_too_old_for_the_scripts_checks_in_all_the_same(stations_server, hall, browser: Browser):
    with closing(browser.new_context(**PHONE)) as old:  # scripts may fail here without failing the test
        for script in ("main.js", "keep.js"):
            old.route(f"**/{script}*", lambda route: route.fulfill(body="a ?.?. b", content_type="text/javascript"))
        page = old.new_page()
        page.goto(f"{stations_server.url}/s/{token_of(stations_server, hall.sitting_id)}")
        expect(page.locator("html.js")).to_have_count(0)
        fill(page, "0000")
        expect(page.get_by_text("对不上")).to_be_visible()
        fill(page, TAILS[2])
        expect(page.get_by_role("heading", name="已签到")).to_be_visible()

    assert [event.person_id for event in events(stations_server, hall)] == [hall.world.here.person_ids[2]]


def test_a_tap_is_sent_from_another_page_after_the_tab_was_closed(stations_server, hall, phone, scanned):
    phone.set_offline(True)
    fill(scanned, TAILS[2])
    expect(scanned.get_by_text("没有网络。您在")).to_be_visible()
    scanned.close()
    phone.set_offline(False)

    page = phone.new_page()
    page.goto(f"{stations_server.url}/code")
    expect(page.get_by_text("刚才没有网络时点的，已经提交")).to_be_visible(timeout=30_000)

    until(lambda: len(events(stations_server, hall)) == 1, "the event")


def test_wrong_digits_are_told_on_the_page_and_can_be_typed_again(stations_server, hall, scanned):
    fill(scanned, "0000")
    expect(scanned.get_by_text("对不上")).to_be_visible()
    assert scanned.get_by_label("手机号").input_value() == PHONES[2]

    fill(scanned, TAILS[2])
    expect(scanned.get_by_role("heading", name="已签到")).to_be_visible(timeout=30_000)


def test_a_phone_that_was_here_before_keeps_a_code_scanned_without_a_network(stations_server, hall, phone, scanned):
    scanned.evaluate(
        "navigator.serviceWorker.getRegistration('/s/').then(found => found && (found.active || found.installing) !== null)"
    )
    until(
        lambda: scanned.evaluate("navigator.serviceWorker.getRegistration('/s/').then(found => !!(found && found.active))"),
        "a worker",
    )
    scanned.close()
    token = token_of(stations_server, hall.sitting_id)
    phone.set_offline(True)
    page = phone.new_page()
    page.goto(f"{stations_server.url}/s/{token}")
    expect(page.get_by_role("heading", name="没有网络")).to_be_visible()
    look(page, "scan-late")
    page.close()
    phone.set_offline(False)

    page = phone.new_page()
    page.goto(f"{stations_server.url}/s/late")
    expect(page.get_by_text("已记下扫码时间")).to_be_visible(timeout=30_000)
    fill(page, TAILS[2])
    expect(page.get_by_role("heading", name="等培训管理员确认")).to_be_visible(timeout=30_000)
    look(page, "scan-late-waits")

    assert events(stations_server, hall) == []
