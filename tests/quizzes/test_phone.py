"""The quiz in a real browser against the real server: nothing is lost to a reload or an outage."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.serving import make_server

from lms.access.actor import Actor
from lms.core.uow import unit_of_work
from lms.lectures.events import QuizPlan
from lms.quizzes import queries, service
from lms.quizzes.models import Attempt
from lms.quizzes.rules import Body
from lms.quizzes.rules.importing import ParsedQuestion
from tests.browser import axe, overflow
from tests.quizzes.scenes import TOPIC, held_lecture, questions

SYSTEM = Actor.system("test")


@pytest.fixture
def host(app) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()


@pytest.fixture
def page(app, world, host, phone: BrowserContext) -> Page:
    """An employee before the start of a quiz of three choices and one text to fill in."""
    with unit_of_work(SYSTEM, "system") as uow:
        fill = ParsedQuestion(9, "火警电话是____。", Body("fill", blanks=(("119",),)), topic=TOPIC)
        service.add_questions(uow, world.here.enterprise_id, [*questions(3), fill])
        quiz = queries.quiz_of(uow, held_lecture(uow, world.here, QuizPlan((TOPIC,), 4, 60)).id)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    cookie = signer.dumps({"_user_id": world.here.employee, "_fresh": True})
    phone.add_cookies([{"name": "anke_session", "value": cookie, "url": host}])
    page = phone.new_page()
    page.goto(f"{host}/quizzes/{quiz.id}")
    page.get_by_role("button", name="开始作答").click()
    expect(page.locator("[data-page]:not([hidden])")).to_have_count(1)
    return page


def here(page: Page):
    return page.locator("form[data-page]:not([hidden])")


def answer_here(page: Page) -> None:
    if here(page).locator("[type=text]").count():
        here(page).locator("[type=text]").fill("１１９")
    else:
        here(page).locator("label", has_text=re.compile("对的")).click()


def test_a_paper_from_start_to_a_full_score(page):
    assert (axe(page), overflow(page)) == ([], 0)
    for at in range(4):
        if at != 1:
            answer_here(page)
        page.get_by_role("button", name="下一题").click()
    expect(page.get_by_text("第 2 题还没有答")).to_be_visible()
    expect(page.get_by_text("第 1 题还没有答")).to_be_hidden()
    page.get_by_text("第 2 题还没有答").click()
    answer_here(page)
    page.get_by_role("button", name="检查并交卷").click()
    expect(page.get_by_text("第 2 题还没有答")).to_be_hidden()
    page.get_by_role("button", name="交卷", exact=True).click()

    expect(page.get_by_role("heading", name="100 分")).to_be_visible()
    assert (axe(page), overflow(page)) == ([], 0)


def test_a_reload_comes_back_to_the_question_and_its_answer(page):
    page.get_by_role("button", name="下一题").click()
    answer_here(page)
    page.get_by_role("button", name="下一题").click()
    page.get_by_role("button", name="上一题").click()
    expect(page.locator(".save-status")).to_contain_text("已保存")
    before = here(page).inner_text()

    page.evaluate("localStorage.clear()")  # another phone, or a browser that forgets
    page.reload()

    expect(page.locator("[data-page]:not([hidden])")).to_have_count(1)
    assert here(page).inner_text() == before
    chosen = here(page).locator("input:checked").count() or here(page).locator("[type=text]").input_value() == "１１９"
    assert chosen


def test_an_outage_loses_nothing_and_hand_in_waits_for_it(page, phone):
    phone.set_offline(True)
    for _ in range(4):
        answer_here(page)
        page.get_by_role("button", name="下一题").click()
    expect(page.locator(".save-status")).to_contain_text("未联网")
    page.get_by_role("button", name="交卷", exact=True).click()
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert queries.latest_answers(uow, uow.session.query(Attempt).one().id) == {}

    phone.set_offline(False)

    expect(page.get_by_role("heading", name="100 分")).to_be_visible(timeout=30_000)
