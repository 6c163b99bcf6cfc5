"""What an officer does, from the overview to a bulletin that is out: docs/images/officer-*.png."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page

from lms.core import clock
from tools.pictures.keeping import keep

WHO = "officer"


def look(page: Page, url: str) -> None:
    """The overview, another view of it, the list behind a number, the leader's page."""
    page.goto(f"{url}/overview")
    keep(page, "overview", WHO)
    page.get_by_role("link", name="换个角度看").click()
    before = clock.local_date(clock.now()) - timedelta(days=10)
    page.goto(f"{page.url}&rows=street&columns=size&before={before}")
    page.locator(".tiles").evaluate("tiles => tiles.scrollIntoView()")
    keep(page, "views", WHO)
    page.get_by_role("link", name="一页看清").click()
    keep(page, "leader", WHO)


def happened(page: Page, url: str) -> None:
    """An accident is entered, and the month it stands in."""
    page.goto(f"{url}/situation/enter")
    page.get_by_label("事故类别").select_option("高处坠落")
    page.get_by_label("企业名称或统一社会信用代码").fill("湘粮油脂有限公司")
    page.get_by_label("死亡人数").fill("1")
    page.get_by_label("经过").fill("检修平台的护栏拆除后没有恢复，一人坠落。")
    page.get_by_role("button", name="登记").click()
    keep(page, "situation", WHO)


def publish(page: Page, url: str) -> str:
    """A bulletin is frozen, names are chosen, those who are named are asked; returns its address."""
    page.goto(f"{url}/bulletins/new")
    page.get_by_role("button", name="冻结数据，开始写").click()
    page.locator("#words").wait_for(state="attached", timeout=60_000)
    address = page.url
    keep(page, "draft", WHO)
    page.goto(f"{address}/names")
    page.locator("[name=praised]").first.check()
    keep(page, "names", WHO)
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="定稿，征求意见").click()
    page.locator("#replies").wait_for()
    page.locator("#replies .pill.far").first.wait_for(state="detached", timeout=60_000)  # a job tells them
    page.locator("#replies").evaluate("replies => replies.scrollIntoView()")
    keep(page, "replies", WHO)
    return address
