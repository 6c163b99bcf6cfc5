"""Every page that needs no id, in every role of the demo, at a desk and on a phone: accessible, and no wider than its window."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from lms.access.demo import PASSWORD
from tests.browser import OFFICE, PHONE, axe, keep_picture, overflow, window
from tests.journey.conftest import Live
from tests.journey.pages import sign_in

ACCOUNTS = ("demo-trainer", "demo-head", "demo-employee", "demo-street", "demo-district", "demo-city")
# Axe takes half a second each time; on either size there is somebody who sees each kind of page.
AT_A_DESK = ("demo-trainer", "demo-city")
ON_A_PHONE = (None, "demo-employee", "demo-head", "demo-street")
NOT_PAGES = {
    "lectures.promise", "attendance.asked", "archives.own_record_state", "archives.own_requests",  # parts of a page
    "static", "web.health", "attendance.station_manifest", "attendance.station_worker", "attendance.scan_worker",
    "signed.authority", "signed.keys", "signed.page_worker", "lti.jwks",
}  # fmt: skip


def addresses(live: Live) -> list[str]:
    """The routes that a link without an id can lead to."""
    rules = live.app.url_map.iter_rules()
    return sorted(
        {
            rule.rule
            for rule in rules
            if "GET" in (rule.methods or ())
            and not rule.arguments
            and rule.endpoint not in NOT_PAGES
            and not rule.rule.startswith(("/api/v1", "/scim/"))
        }
    )


@pytest.mark.parametrize("account", [None, *ACCOUNTS])
def test_pages_of(account: str | None, demo_server: Live, browser: Browser) -> None:
    faults, seen = [], set()
    with window(browser, OFFICE) as context:
        page = context.new_page()
        if account:
            sign_in(page, demo_server.url, account, PASSWORD)
        for address in addresses(demo_server):
            answer = page.goto(demo_server.url + address)
            shown = page.url.partition("?")[0]  # where to go on after signing in makes no other page
            if answer is None or answer.status == 404 or shown in seen:
                continue
            assert answer.status == 200, f"{address} as {account}: {answer.status}"
            seen.add(shown)
            for size in (OFFICE["viewport"], PHONE["viewport"]):
                page.set_viewport_size(size)
                name = f"sweep-{account or 'anybody'}{address.replace('/', '-')}-{size['width']}"
                keep_picture(page, name)
                if account in (ON_A_PHONE if size is PHONE["viewport"] else AT_A_DESK):
                    faults += [f"{name}: {fault}" for fault in axe(page)]
                if wide := overflow(page):
                    faults.append(f"{name}: {wide} px too wide")
            page.set_viewport_size(OFFICE["viewport"])
    assert len(seen) > 1 or account is None
    assert not faults, "\n".join(faults)
