"""What an officer and a leader do, walked as their tests walk it: docs/images/officer-*.png, leader-*.png."""

from __future__ import annotations

import re
import tempfile
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page

from lms.core import clock
from lms.seeding.pictures import workshop
from tests.journey import bureau
from tests.journey.counting import Hand
from tools.pictures.keeping import keep

WHO = "officer"


def keep_officer(page: Page, name: str) -> None:
    keep(page, name, WHO)


def keep_leader(page: Page, name: str) -> None:
    keep(page, name, "leader")


def look(page: Page, url: str) -> None:
    """The morning round; then another view of the campaign, and the leader's page."""
    bureau.morning(Hand(page), url, keep_officer)
    page.goto(f"{url}/overview")
    page.get_by_role("link", name="换个角度看").click()
    before = clock.local_date(clock.now()) - timedelta(days=10)
    page.goto(f"{page.url}&rows=street&columns=size&before={before}")
    page.locator(".tiles").evaluate("tiles => tiles.scrollIntoView()")
    keep(page, "views", WHO)
    page.get_by_role("link", name="一页看清").click()
    keep_leader(page, "one-page")


def on_site(page: Page, url: str) -> None:
    """A major hazard is registered on a phone."""
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "现场.jpg"
        photo.write_bytes(workshop())
        bureau.hazard(Hand(page, touch=True), url, photo, keep_officer)


def happened(page: Page, url: str) -> None:
    """An accident is entered, and the month it stands in."""
    page.goto(f"{url}/situation/enter")
    page.get_by_label("事故类别").select_option("高处坠落")
    page.get_by_label("企业名称或统一社会信用代码").fill("湘粮油脂有限公司")
    page.get_by_label("死亡人数").fill("1")
    page.get_by_label("经过").fill("检修平台的护栏拆除后没有恢复，一人坠落。")
    page.get_by_role("button", name="登记").click()
    keep(page, "situation", WHO)


def publish(page: Page, url: str) -> None:
    """A bulletin is frozen, names are chosen, those who are named are asked, those no message reaches are called."""
    page.goto(f"{url}/bulletins/new")
    page.get_by_role("button", name="冻结数据，开始写").click()
    page.locator("#words").wait_for(state="attached", timeout=bureau.PATIENCE)
    address = page.url
    page.goto(f"{address}/names")
    page.locator("[name=praised]").first.check()
    keep(page, "names", WHO)
    page.get_by_role("button", name="保存").click()
    bureau.draft(Hand(page), url, keep_officer)
    page.locator("#calls").evaluate("calls => calls.scrollIntoView()")
    keep(page, "calls", WHO)


def lead(page: Page, url: str) -> None:
    """What a leader reads: the bulletin that waits, one page, the names behind a number."""
    page.goto(f"{url}/bulletins")
    page.locator("tbody a").first.click()
    page.locator("#last-time").wait_for()
    keep_leader(page, "bulletin")
    page.get_by_role("link", name="一页看清").click()
    keep_leader(page, "one-page")
    page.get_by_role("link", name=re.compile("讲课人不符")).click()
    keep_leader(page, "names-behind")
