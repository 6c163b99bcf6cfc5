"""An officer's five minutes (J4), in the demo: the morning round at the desk, a lecture in its hall, a draft of the bulletin."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page

from lms.access.demo import PASSWORD
from tests.browser import keep_picture
from tests.journey import bureau
from tests.journey.conftest import Live
from tests.journey.counting import Hand
from tests.journey.pages import sign_in


def look(page: Page, name: str) -> None:
    keep_picture(page, f"officer-{name}")


def test_the_officers_five_minutes_cost_ten_clicks_and_a_sentence(
    demo_server: Live, office: BrowserContext, phone: BrowserContext
) -> None:
    desk, hall = Hand(office.new_page()), Hand(phone.new_page(), touch=True)
    for hand in (desk, hall):
        sign_in(hand.page, demo_server.url, "demo-district", PASSWORD)

    bureau.morning(desk, demo_server.url, look)
    desk.within(clicks=10, fields=1)
    bureau.sit_in(hall, demo_server.url, look)
    hall.within(clicks=6, fields=1)
    writing = Hand(desk.page)
    bureau.draft(writing, demo_server.url, look)
    writing.within(clicks=3, fields=0)
