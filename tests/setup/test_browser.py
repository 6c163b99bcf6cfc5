"""The browser the tests run in: it must notice what it is there to notice."""

import pytest

from tests.browser import OFFICE, axe, overflow, window

GOOD = (
    "<!doctype html><html lang='zh-CN'><meta name='viewport' content='width=device-width'><title>安课</title>"
    "<main><h1>安全课</h1><p>签到</p></main></html>"
)


def test_a_phone_is_a_phone_in_chinese(phone):
    page = phone.new_page()
    page.set_content(GOOD)

    seen = page.evaluate("[innerWidth, innerHeight, navigator.language, navigator.maxTouchPoints > 0]")
    assert seen == [390, 844, "zh-CN", True]


def test_chinese_is_drawn_with_a_chinese_font(office):
    page = office.new_page()
    page.set_content(GOOD)
    page.add_style_tag(content="p { font: 40px sans-serif; display: inline-block }")

    assert page.locator("p").bounding_box()["width"] == pytest.approx(80, abs=1)


def test_axe_is_silent_on_a_good_page_and_names_what_is_bad(office):
    page = office.new_page()
    page.set_content(GOOD)
    good = axe(page)
    page.set_content(GOOD.replace("<p>", "<input><p>"))

    assert good == []
    assert [line.split(":")[0] for line in axe(page)] == ["label"]


def test_a_page_wider_than_its_window_is_noticed(phone):
    page = phone.new_page()
    page.set_content(GOOD)
    assert overflow(page) == 0

    page.set_content(GOOD.replace("<p>", "<p style='width:500px'>"))
    assert overflow(page) > 0


def test_a_page_that_asks_another_host_fails(browser):
    with pytest.raises(AssertionError, match="asked another host"), window(browser, OFFICE) as context:
        context.route("**/*", lambda route: route.fulfill(body="", content_type="image/png"))
        context.new_page().set_content(GOOD.replace("<p>", "<img alt='' src='http://host.invalid/a.png'><p>"))


def test_a_page_that_throws_fails(browser):
    with pytest.raises(AssertionError, match="threw"), window(browser, OFFICE) as context:
        context.new_page().set_content(GOOD + "<script>nothing.there()</script>")
