"""Materials in real browsers: a big file whose line breaks, and slides read on a phone."""

from __future__ import annotations

import hashlib
from pathlib import Path

from playwright.sync_api import BrowserContext, Route, expect
from sqlalchemy import select

from lms.access.demo import PASSWORD
from lms.lectures.models import Lecture, Material, Reading
from tests.browser import axe, keep_picture, overflow
from tests.journey.conftest import Live
from tests.journey.pages import sign_in, until
from tests.lectures.files import film

SIZE = 14_000_000
TITLE = "断了网也能传完的课件"


def test_a_big_file_goes_on_after_the_network_and_the_page_were_gone(
    demo_server: Live, office: BrowserContext, tmp_path: Path
) -> None:
    file = tmp_path / "事故警示片.mp4"
    file.write_bytes(film(SIZE))
    page = office.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, demo_server.url, "demo-trainer", PASSWORD)
    page.goto(f"{demo_server.url}/lectures/new")
    sent: list[int] = []

    def note(route: Route) -> None:
        sent.append(int(route.request.headers["upload-offset"]))
        if gone and len(sent) >= 3:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    gone = [True]
    page.route(lambda url: True, lambda route: note(route) if route.request.method == "PATCH" else route.continue_())
    page.locator("#materials").set_input_files(file)
    expect(page.get_by_text("网络断了，连上后自动接着传")).to_be_visible(timeout=30_000)
    keep_picture(page, "materials-upload-offline")

    gone.clear()
    page.reload()
    expect(page.locator("[data-upload-say]")).to_contain_text("再选一次这个文件就接着传")
    before = len(sent)
    page.locator("#materials").set_input_files(file)
    expect(page.locator(".upload input[name=kept]")).to_be_checked(timeout=120_000)
    keep_picture(page, "materials-upload-done")

    assert sent[before] >= 2 * 4 * 1024 * 1024, "what had arrived was sent again"
    assert sorted(set(sent[before:])) == sent[before:]
    page.get_by_label("标题").fill(TITLE)
    page.get_by_label("地点").fill("3 号会议室")
    page.get_by_role("button", name="存为草稿，先不通知").click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible(timeout=60_000)
    with demo_server.unit() as uow:
        [material] = uow.session.scalars(select(Material).join(Lecture).where(Lecture.title == TITLE))
        assert material.sha256 == hashlib.sha256(film(SIZE)).hexdigest()


def test_slides_are_read_on_a_phone_without_a_script(demo_server: Live, phone: BrowserContext) -> None:
    page = phone.new_page()
    sign_in(page, demo_server.url, "demo-employee", PASSWORD)
    with demo_server.unit() as uow:
        deck = uow.session.scalars(select(Material).where(Material.file_name.endswith(".pdf")).order_by(Material.id)).first()

    def painted() -> bool:
        page.goto(f"{demo_server.url}/materials/{deck.id}/view")
        return page.locator("figure.page").count() == 12

    until(painted, "the pages are painted", 120)
    first = page.locator("figure.page img").first
    expect(first).to_be_visible()
    assert first.evaluate("image => image.naturalWidth") == 1200
    page.locator("figure.page").last.scroll_into_view_if_needed()
    until(lambda: page.locator("figure.page img").last.evaluate("image => image.naturalWidth") or None, "the last page")
    keep_picture(page, "materials-reader-390")

    assert overflow(page) == 0
    assert axe(page) == []
    with demo_server.unit() as uow:
        pages = uow.session.scalars(select(Reading.page).where(Reading.material_id == deck.id)).all()
    assert {1, 12} <= set(pages)
