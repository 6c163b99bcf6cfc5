"""The head of the enterprise, on a phone: told, speaks, is proven to have spoken, sees what came of it."""

from __future__ import annotations

import time

from playwright.sync_api import Page, expect

from tests.journey.beginnings import PASSWORD
from tests.journey.conftest import Live
from tests.journey.counting import Hand
from tests.journey.hall import TITLE, code_on
from tests.journey.pages import look, sign_in
from tests.pictures import keep


def hear_of_it(head: Hand, live: Live) -> None:
    """The message says when, where and how long; it opens what to know before speaking."""
    page = head.page
    sign_in(page, live.url, "chen", PASSWORD)
    page.goto(f"{live.url}/inbox")
    message = page.get_by_role("link", name=f"您主讲安全课：{TITLE}")
    expect(message).to_contain_text("至少讲 1 分钟")
    look(page, "journey-35-head-told")
    keep(page, "head-told")
    with head.step("read the message"):
        head.click(message)
    expect(page.locator("#teaching")).to_contain_text("至少讲 1 分钟才计入专项活动")
    look(page, "journey-36-head-prepares")
    keep(page, "head-prepares")


def begin(head: Hand, screen: Page) -> float:
    """A scan of the wall and one tap; returns when, for wait_for_a_minute."""
    page = head.page
    with head.step("begin"):
        head.scan(code_on(screen))
        look(page, "journey-37-head-scanned")
        keep(page, "head-scanned")
        head.click(page.get_by_role("button", name="我是主讲人，现在开讲"))
    expect(page.locator("#speaking")).to_contain_text("到现在讲了")
    look(page, "journey-38-head-speaks")
    keep(page, "head-speaks")
    return time.monotonic()


def end(head: Hand, screen: Page) -> None:
    """The digits on the wall and one tap, on the page that has been open all the time."""
    page = head.page
    with head.step("end"):
        head.fill(page.get_by_label("投影上的六位数字"), screen.locator(".stage-digits").inner_text())
        head.click(page.get_by_role("button", name="讲完了"))
    expect(page.locator("#speaking")).to_contain_text("讲完了，实际")
    look(page, "journey-39-head-ended")
    keep(page, "head-ended")


def see_the_result(head: Hand, live: Live) -> None:
    """From the first page: who completed it, who did not and why, and what was answered wrong."""
    page = head.page
    page.goto(live.url)
    with head.step("see the result"):
        head.click(page.get_by_role("link", name=TITLE, exact=True))
    expect(page.locator("#decided")).to_contain_text("合格")
    expect(page.locator("#teaching")).to_contain_text("人答错")
    look(page, "journey-83-head-result")
    keep(page, "head-result")
