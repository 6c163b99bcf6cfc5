"""Every page that needs no id, in every role, at a desk and on a phone: accessible, and no wider than its window.

An officer's pages are the same for every bureau: the city's are looked at. Of a head's pages those that are not a trainer's too.
At a desk a page is also enlarged to 200 %, walked by keyboard and put on paper; on a phone a list that can be narrowed shows its
first line before anybody scrolls.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page
from werkzeug.routing import Rule

from lms.access.demo import PASSWORD
from lms.access.grants import GRANTS
from lms.access.models import Role
from tests.browser import OFFICE, PHONE, axe, keep_picture, overflow, window
from tests.journey.conftest import Live
from tests.journey.pages import sign_in, until

DESK, PHONE_WINDOW = OFFICE["viewport"], PHONE["viewport"]
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
ENLARGED = {"width": DESK["width"] // 2, "height": DESK["height"] // 2}  # what 200 % leaves
# What takes the focus and does not show it: no outline of its own, of its label or of the card it fills. One of each kind.
UNMARKED = """() => {
  const marked = (one, part) => one && getComputedStyle(one, part).outlineStyle !== "none";
  const seen = new Set(), found = [];
  for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    const kind = `${one.tagName} ${one.className?.baseVal ?? one.className} ${one.parentElement.className}`;
    if (seen.has(kind) || one.tabIndex < 0 || !one.checkVisibility()) continue;
    one.focus({ focusVisible: true, preventScroll: true });
    if (document.activeElement !== one) continue;
    seen.add(kind);
    const card = getComputedStyle(one).boxShadow !== "none" || getComputedStyle(one).stroke !== "none";
    const near = marked(one.nextElementSibling) || marked(one.closest("label"));
    if (!marked(one) && !marked(one, "::after") && !near && !card) found.push(kind);
  }
  return found;
}"""
# How far down the first line of a list lies that is narrowed by a search above it; 0 without such a list.
FIRST_LINE = """() => {
  const form = document.querySelector("main form[role=search]");
  const lines = form ? [...document.querySelectorAll("main tbody tr, main .list-group-item, main .empty")] : [];
  const below = (one) => form.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
  const first = lines.find((one) => below(one) && one.checkVisibility());
  return first ? Math.round(first.getBoundingClientRect().top + scrollY) : 0;
}"""
WITHIN = """menu => menu.open && menu.contains(document.activeElement) && document.activeElement.tagName !== "SUMMARY" """
# What is for the screen alone and would be printed.
PRINTED = """() => [...document.querySelectorAll(
    "nav:not(.crumbs, .chips), .topbar, .tabbar, .actions, .filters, .demo, .skip, .page-top form")]
  .filter((one) => one.checkVisibility()).map((one) => `${one.tagName} ${one.className}`)"""


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
            page.set_viewport_size(DESK)
            if asked is DESK:
                faults += [f"{address} as {account}: {fault}" for fault in at_a_desk(page) + by_keyboard(page, menus)]
    assert len(seen) > 1
    assert not faults, "\n".join(faults)


def at_a_desk(page: Page) -> list[str]:
    """What is wrong with a page by keyboard, on paper and at 200 %."""
    faults = [f"takes the focus and does not show it: {one}" for one in page.evaluate(UNMARKED)]
    page.emulate_media(media="print")
    faults += [f"is printed: {one}" for one in page.evaluate(PRINTED)]
    page.emulate_media(media="screen")
    page.set_viewport_size(ENLARGED)
    if wide := overflow(page):
        faults.append(f"{wide} px too wide at 200 %")
    page.set_viewport_size(DESK)
    return faults


def by_keyboard(page: Page, known: set[str]) -> list[str]:
    """What is wrong with the menus and questions of a page without a mouse; one of each name, none that is `known`."""
    faults = []
    for menu in page.locator("main details[data-popover]").all():
        summary = menu.locator("summary")
        name = summary.inner_text()
        if name in known or not summary.is_visible():
            continue
        known.add(name)
        summary.press("Enter")
        page.keyboard.press("Tab")
        if not menu.evaluate(WITHIN):
            faults.append(f"{name}: is not opened by Enter and entered by Tab")
        until(lambda menu=menu: escaped(page, menu), f"Escape closes {name}")
        if not summary.evaluate("summary => summary === document.activeElement"):
            faults.append(f"{name}: does not give the focus back")
        page.keyboard.press("Tab")
        if menu.evaluate("menu => menu.contains(document.activeElement)"):
            faults.append(f"{name}: does not let the focus go on")
    return faults


def escaped(page: Page, menu: Locator) -> bool:
    """Whether Escape closed it; its script may still be on the way."""
    page.keyboard.press("Escape")
    return menu.get_attribute("open") is None
