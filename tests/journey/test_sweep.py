"""Every page that needs no id, in every role, at a desk and on a phone: accessible, and no wider than its window, in
English neither, where no button is cut and no word of ours is left in Chinese.

An officer's pages are the same for every bureau: the city's are looked at. Of a head's pages those that are not a trainer's too.
At a desk a page is also enlarged to 200 %, walked by keyboard and put on paper; on a phone a list that can be narrowed shows its
first line before anybody scrolls, and five lines and more in a window.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.routing import Rule

from lms.access.demo import PASSWORD
from lms.access.grants import GRANTS
from lms.access.models import Role
from lms.web.locale import COOKIE
from tests.browser import OFFICE, PHONE, axe, keep_picture, overflow, window
from tests.english import faults_in_english
from tests.journey.conftest import Live
from tests.journey.desk import DESK, at_a_desk, by_keyboard
from tests.journey.pages import sign_in

PHONE_WINDOW = PHONE["viewport"]
BOTH = (DESK, PHONE_WINDOW)
# Whose pages but whose, in which windows, and in which of them axe is asked, which takes it half a second each time.
WALKS = (
    (None, None, None, BOTH, PHONE_WINDOW),
    ("demo-trainer", Role.TRAINER, None, BOTH, DESK),
    ("demo-head", Role.HEAD, Role.TRAINER, BOTH, PHONE_WINDOW),
    ("demo-employee", Role.EMPLOYEE, None, BOTH, PHONE_WINDOW),
    ("demo-city", Role.OFFICER, None, BOTH, DESK),
)
HOME = "/home"  # of everybody, and for each another page
NOT_PAGES = {
    "lectures.promise", "attendance.asked", "archives.own_record_state", "archives.own_requests",  # parts of a page
    "static", "web.health", "attendance.station_manifest", "attendance.station_worker", "attendance.scan_worker",
    "signed.authority", "signed.keys", "signed.page_worker", "lti.jwks",
}  # fmt: skip

FIRST_SCREEN = PHONE_WINDOW["height"] - 64  # enough of the first line to read whose it is
# How far down the first line of a list lies that is narrowed by a search above it; 0 without such a list.
FIRST_LINE = """() => {
  const form = document.querySelector("main form[role=search]");
  const lines = form ? [...document.querySelectorAll("main tbody tr, main .list-group-item, main .empty")] : [];
  const below = (one) => form.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
  const first = lines.find((one) => below(one) && one.checkVisibility());
  return first ? Math.round(first.getBoundingClientRect().top + scrollY) : 0;
}"""
FIFTH = PHONE_WINDOW["height"] // 5
# How high the line in the middle is, by height, of the table below such a search; 0 without one.
USUAL_LINE = """() => {
  const rows = document.querySelectorAll("main form[role=search]").length ? [...document.querySelectorAll("main tbody tr")] : [];
  const heights = rows.filter((row) => row.checkVisibility()).map((row) => row.getBoundingClientRect().height);
  return Math.round(heights.sort((a, b) => a - b)[heights.length >> 1] ?? 0);
}"""


def addresses(live: Live, role: Role | None, but: Role | None) -> list[str]:
    """The routes that a link without an id can lead somebody in that role to; without a role, those open to anybody.

    but: without those that this role may open too.
    """
    views, rules = live.app.view_functions, live.app.url_map.iter_rules()

    def looked_at(rule: Rule) -> bool:
        granted = GRANTS.get(getattr(views[rule.endpoint], "verb", ""))
        if granted is None:
            return role is None
        return role in granted and (but not in granted or rule.rule == HOME)

    return sorted(
        {
            rule.rule
            for rule in rules
            if "GET" in (rule.methods or ())
            and not rule.arguments
            and rule.endpoint not in NOT_PAGES
            and not rule.rule.startswith(("/api/v1", "/scim/"))
            and looked_at(rule)
        }
    )


def in_english(page: Page) -> str:
    """The same page, for whoever reads English."""
    page.context.add_cookies([{"name": COOKIE, "value": "en", "url": page.url}])
    told = page.request.get(page.url).text()
    page.context.clear_cookies(name=COOKIE)
    return told


@pytest.mark.parametrize(("account", "role", "but", "sizes", "asked"), WALKS)
def test_pages_of(account, role, but, sizes, asked, demo_server: Live, browser: Browser) -> None:
    faults, seen, menus = [], set(), set()
    with window(browser, OFFICE) as context:
        page = context.new_page()
        if account:
            sign_in(page, demo_server.url, account, PASSWORD)
        for address in addresses(demo_server, role, but):
            answer = page.goto(demo_server.url + address)
            shown = page.url.partition("?")[0]  # where to go on after signing in makes no other page
            if answer is None or answer.status == 404 or shown in seen:
                continue
            assert answer.status == 200, f"{address} as {account}: {answer.status}"
            seen.add(shown)
            for size in sizes:
                page.set_viewport_size(size)
                name = f"sweep-{account or 'anybody'}{address.replace('/', '-')}-{size['width']}"
                keep_picture(page, name)
                if size is asked:
                    faults += [f"{name}: {fault}" for fault in axe(page)]
                if wide := overflow(page):
                    faults.append(f"{name}: {wide} px too wide")
                if size is PHONE_WINDOW and page.evaluate(FIRST_LINE) > FIRST_SCREEN:
                    faults.append(f"{name}: the first line of the list is not to be seen without scrolling")
                if size is PHONE_WINDOW and (high := page.evaluate(USUAL_LINE)) > FIFTH:
                    faults.append(f"{name}: a line of the list is {high} px high")
            page.set_viewport_size(DESK)
            if asked is DESK:
                faults += [f"{address} as {account}: {fault}" for fault in at_a_desk(page) + by_keyboard(page, menus)]
            faults += [f"{address} as {account}: {fault}" for fault in faults_in_english(page, in_english(page), BOTH)]
    assert len(seen) > 1
    assert not faults, "\n".join(faults)
