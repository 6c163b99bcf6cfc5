"""The gallery (`make gallery`) shows also what no link leads to."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journey.conftest import Live
from tools.gallery.beside import BESIDE

SHOWN = {
    "check-in": "已记下扫码时间", "quiz-paper": "下一题", "kiosk": "输入工号或手机尾号四位", "leaders-phone": "点自己的名字",
    "workers-record": "学时明细", "expired": "已过期", "revoked": "已撤销",
}  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_the_gallery_reaches(name: str, demo_server: Live, browser: Browser) -> None:
    for page in BESIDE[name](browser, demo_server.url):
        expect(page.get_by_text(SHOWN[name]).locator("visible=true").first).to_be_visible()


def test_the_gallery_names_what_it_reaches_without_a_link() -> None:
    assert BESIDE.keys() == SHOWN.keys()
