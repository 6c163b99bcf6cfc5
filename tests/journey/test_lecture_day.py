"""A lecture, walked by everybody in it: from a list of firms to a certificate anybody can check, each paying what was promised.

J1, J2 and J3 of the design: the trainer from the plan to the certificates in 25 clicks that change something, an employee from
the code on the wall to the first question in 8 taps, the head from the message to the result in 6. What needs more than it should
is told in docs/performance.md («How clicks are counted»). The pictures of docs/employee and docs/head are
taken on the way (`make pictures`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser import OFFICE, window
from tests.journey import beginnings, exam, hall, overview, speaker
from tests.journey.conftest import Live
from tests.journey.counting import ASIDES, Hand

WAIT = 15_000  # milliseconds: room for a machine that does three other things


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Longer waits here, and only here."""
    expect.set_options(timeout=WAIT)
    yield
    expect.set_options(timeout=None)


def test_a_lecture_costs_its_trainer_25_clicks_an_employee_8_taps_and_the_head_6(
    live_server: Live,
    browser: Browser,
    office: BrowserContext,
    new_phone: Callable[[], BrowserContext],
    projector: BrowserContext,
    tmp_path: Path,
) -> None:
    with window(browser, OFFICE) as context:
        officer, at_desk, screen = context.new_page(), office.new_page(), projector.new_page()
        phones = [new_phone().new_page() for _ in range(3)]
        for page in (officer, at_desk, screen, *phones):
            page.set_default_timeout(WAIT)
        trainer, (first, second, head) = Hand(at_desk), (Hand(page, touch=True) for page in phones)
        beginnings.add_officer(live_server)
        beginnings.import_enterprises(officer, live_server)
        beginnings.add_trainer(live_server)
        beginnings.import_roster(at_desk, live_server)
        beginnings.add_head(live_server)
        beginnings.launch_campaign(officer, live_server)

        lecture = hall.plan_lecture(trainer, live_server)
        trainer.within(clicks=6, fields=7)
        speaker.hear_of_it(head, live_server)
        hall.open_check_in(trainer, screen)
        hall.check_in_quickly(first, screen, live_server)
        hall.check_in_slowly(second, screen, live_server)
        hall.enter_without_phone(trainer)
        begun = speaker.begin(head, screen)
        hall.ask_who_is_there(trainer)
        hall.take_photos(trainer, lecture)
        beginnings.import_questions(at_desk, live_server)
        beginnings.import_roster_again(at_desk, live_server)
        overview.summary_while_planned(officer)
        hall.say_one_is_there(first)
        hall.wait_for_a_minute(begun)
        hall.check_out_by_digits(trainer, first, screen, live_server)
        speaker.end(head, screen)
        hall.close_lecture(trainer, lecture)

        exam.begin(first)
        first.within(clicks=8, fields=4, steps={"check in": 5, "re-check": 1, "check out": 2})
        answered = exam.pass_quiz(first, live_server)
        exam.fail_quiz_twice(second)
        pdf = exam.hold_certificate(first, live_server, tmp_path)
        first.within(clicks=8 + answered + 3, fields=4 + 5, steps={"hand in": 1, "certificate": 0})
        second.within(clicks=10, fields=2, changes=8)
        exam.verify(second.page, live_server, pdf)
        hall.see_certificates(trainer, lecture)
        speaker.see_the_result(head, live_server)
        overview.read_summary(officer, live_server, tmp_path)
    trainer.within(clicks=20, fields=9, changes=25 - sum(ASIDES))
    head.within(clicks=6, fields=1)
