"""What is wrong with a page at a desk: by keyboard, on paper and enlarged to 200 %."""

from __future__ import annotations

from functools import partial

from playwright.sync_api import Locator, Page, ViewportSize
from pypdfium2 import PdfDocument

from tests.browser import OFFICE, overflow
from tests.journey.pages import until

DESK = OFFICE["viewport"]
ENLARGED = ViewportSize(width=DESK["width"] // 2, height=DESK["height"] // 2)  # what 200 % leaves
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
WITHIN = """menu => menu.open && menu.contains(document.activeElement) && document.activeElement.tagName !== "SUMMARY" """
# What is for the screen alone and would be printed.
PRINTED = """() => [...document.querySelectorAll(
    "nav:not(.crumbs, .chips), .topbar, .tabbar, .actions, .filters, .demo, .skip, .page-top form")]
  .filter((one) => one.checkVisibility()).map((one) => `${one.tagName} ${one.className}`)"""
TO_FILL_IN = "main :is(textarea, select, input:not([type=hidden], [type=checkbox])):visible"
# What has the focus and lies behind the bar at the foot of the window.
BEHIND = """() => {
  const one = document.activeElement, bar = document.querySelector(".foot");
  const within = bar.contains(one) ? {} : one.getBoundingClientRect();
  return within.bottom > bar.getBoundingClientRect().top + 1 && within.top < innerHeight ? one.outerHTML.slice(0, 120) : "";
}"""


def above_the_bar(page: Page, tabs: int) -> None:
    """Fails when the bar hides something of a list from somebody who goes down it with this many tabs."""
    page.locator("tbody a").first.focus()
    for _ in range(tabs):
        page.keyboard.press("Tab")
        until(lambda: not page.evaluate(BEHIND), "what has the focus to be scrolled above the bar", 3)


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


def on_sheets(page: Page) -> list[str]:
    """What is wrong with a page on sheets of A4: a field that nobody fills in there, or a title without what it is of."""
    page.emulate_media(media="print")
    faults = [f"is printed: {one.evaluate('field => field.name')}" for one in page.locator(TO_FILL_IN).all()]
    titles = {"".join(one.split()) for one in page.locator("main .card-title").all_inner_texts()}
    sheets = [sheet.get_textpage().get_text_range().split() for sheet in PdfDocument(page.pdf(prefer_css_page_size=True))]
    page.emulate_media(media="screen")
    return faults + [
        f"alone at the foot of a sheet: {one}" for one in titles if any("".join(each).endswith(one) for each in sheets)
    ]


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
        until(partial(escaped, page, menu), f"Escape closes {name}")
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
