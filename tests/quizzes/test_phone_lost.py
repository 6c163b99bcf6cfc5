"""The quiz in a real browser when something is against its owner: an outage at the finish, two tabs, the next person, no eyes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect

from lms.access.actor import Actor
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.quizzes import service
from lms.quizzes.models import Attempt
from lms.quizzes.rules import Body
from lms.quizzes.rules.importing import ParsedQuestion, shipped_bank
from lms.registry.models import Person
from tests.browser import PHONE, axe, keep_picture, overflow
from tests.quizzes.scenes import TOPIC, questions
from tests.quizzes.test_phone import answer_here, begin, begun, here, page  # noqa: F401  # its quiz

SYSTEM = Actor.system("test")
EARS = """
window.told = [];
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
const voice = { cancel() { told.length = 0; }, speak(one) { told.push(one.text); } };
Object.defineProperty(window, "speechSynthesis", { value: voice });
"""
CHARACTERS_A_SECOND = 4  # a calm Chinese voice
SHOWN_AND_TAPPED = 5  # seconds a question takes besides being read


def test_an_outage_of_two_minutes_at_the_finish_loses_nothing_and_is_told(page, phone, monkeypatch):  # noqa: F811
    phone.set_offline(True)
    for _ in range(4):
        answer_here(page)
        page.get_by_role("button", name="下一题").click()
    expect(page.locator(".save-status")).to_contain_text("未联网，已存在手机")
    page.get_by_role("button", name="交卷", exact=True).click()
    expect(page.locator(".save-status")).to_contain_text("联网后会自动交卷")
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(minutes=31, seconds=30))  # of 30 minutes

    phone.set_offline(False)

    expect(page.get_by_role("heading", name="100 分")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("有 4 题在到时间后 3 分钟内传到，已经计入，注明迟到。")).to_be_visible()


def test_two_tabs_hand_in_one_paper_no_key_travels_and_the_next_person_sees_nothing(app, world, host, phone):
    bank = [ParsedQuestion(one.row, one.stem, one.body, explanation="秘密的解析", topic=TOPIC) for one in questions(3)]
    bank.append(ParsedQuestion(9, "火警电话是____。", Body("fill", blanks=(("119", "秘密的号码"),)), topic=TOPIC))
    trace: list[str] = []
    phone.on("response", lambda response: trace.append(body_of(response)))
    first = begin(app, world, host, phone, bank, TOPIC)
    second = phone.new_page()
    second.goto(first.url)
    for tab, turns in ((first, (True, True, False, False)), (second, (False, False, True, True))):
        for turn in turns:
            if turn:
                answer_here(tab)
            tab.get_by_role("button", name="下一题").click()
        expect(tab.locator(".save-status")).to_contain_text("已保存")
    assert "第 1 / 4 题" in "".join(trace) and "秘密" not in "".join(trace)

    second.get_by_role("button", name="交卷", exact=True).click()
    expect(second.get_by_role("heading", name="100 分")).to_be_visible()
    first.get_by_role("button", name="交卷", exact=True).click()
    expect(first.get_by_role("heading", name="100 分")).to_be_visible()

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert uow.session.query(Attempt).one().score == 100
    phone.clear_cookies()  # the owner signs out and hands the phone on
    first.go_back()
    first.wait_for_load_state()
    expect(first).to_have_url(re.compile("/sign-in"))
    assert first.get_by_text("对的").count() == 0


def body_of(response: Response) -> str:
    """What came over the network, of the quiz and its answers."""
    if "/quiz" not in response.url or response.status >= 300:
        return ""
    return response.text()


def test_ten_questions_are_finished_by_ear_alone_within_six_minutes(app, world, host, phone):
    singles = [one for one in shipped_bank() if one.body.kind == "single"][:10]
    bank = [ParsedQuestion(one.row, one.stem, one.body, topic=TOPIC) for one in singles]
    right = {one.body.options[one.body.answer[0]] for one in singles}
    with unit_of_work(SYSTEM, "system") as uow:
        person = uow.session.get_one(Person, world.here.person_ids[2])
        service.set_support(uow, person, 0, read_aloud=True, large_type=True)
    phone.add_init_script(EARS)
    page = begin(app, world, host, phone, bank, TOPIC)  # noqa: F811
    assert (axe(page), overflow(page)) == ([], 0)
    keep_picture(page, "quiz-large-type")
    here(page).get_by_role("button", name="朗读").click()
    characters = 0
    for _ in range(10):
        told = page.evaluate("told")
        characters += sum(map(len, told))
        letter = next(line[0] for line in told if re.match(r"[A-H]，", line) and line[2:] in right)
        here(page).locator("label.opt", has=page.get_by_text(letter, exact=True)).tap()
        assert page.evaluate("told")[0].startswith(f"选了：{letter}，")
        page.get_by_role("button", name="下一题").click()
    page.get_by_role("button", name="交卷", exact=True).click()

    expect(page.get_by_role("heading", name="100 分")).to_be_visible()
    assert characters / CHARACTERS_A_SECOND + 10 * SHOWN_AND_TAPPED < 6 * 60


@pytest.fixture
def old_phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone on which scripts may fail without failing the test."""
    context = browser.new_context(**PHONE)
    yield context
    context.close()


@pytest.mark.parametrize("how", ["quiz.js never arrives", "quiz.js cannot be read", "main.js cannot be read"])
def test_without_the_script_that_saves_each_tap_there_is_a_button_and_hand_in_tells_what_is_missing(
    app, world, host, old_phone, how
):
    """The network goes between two files, or the phone is too old for one."""
    unread = {"body": "a ?.?. b", "content_type": "text/javascript"}
    old_phone.route(f"**/{how[:7]}", lambda route: route.abort() if "never" in how else route.fulfill(**unread))
    screen = begun(app, world, host, old_phone, questions(2), TOPIC)
    expect(screen.locator(".save-status")).to_contain_text("选好后按“保存这一题”")
    first, second = (screen.locator(f"form[data-page][id='{number}']") for number in (1, 2))
    first.locator("label", has_text="对的").click()
    assert overflow(screen) == 0
    keep_picture(screen, "quiz-without-its-script")
    with screen.expect_navigation():
        first.get_by_role("button", name="保存这一题").click()
    expect(first.locator("input:checked")).to_have_count(1)
    if "quiz.js" in how:
        expect(second).to_be_hidden()

    turn_to(screen, second)
    second.locator("label", has_text="对的").click()
    turn_to(screen, screen.locator("#finish button"))
    screen.get_by_role("button", name="交卷", exact=True).click()
    expect(screen.get_by_text("第 1 题还没有答")).to_be_hidden()
    screen.get_by_text("第 2 题还没有答").click()
    screen.locator("label", has_text="对的").click()
    screen.get_by_role("button", name="保存，下一题").click()
    screen.get_by_role("button", name="交卷", exact=True).click()

    expect(screen.get_by_role("heading", name="100 分")).to_be_visible()


def turn_to(screen: Page, wanted: Locator) -> None:
    """Leaf through a paper, where it is leafed through at all."""
    while not wanted.is_visible():
        screen.get_by_role("button", name=re.compile("下一题|检查并交卷")).last.click()


def test_a_browser_without_javascript_gets_from_the_start_to_a_full_score(app, world, host, browser):
    with closing(browser.new_context(**PHONE, java_script_enabled=False)) as context:
        screen = begun(app, world, host, context, questions(4), TOPIC)
        for _ in range(4):
            screen.locator("label", has_text="对的").click()
            screen.get_by_role("button", name="保存，下一题").click()
        keep_picture(screen, "quiz-without-javascript")
        screen.get_by_role("button", name="交卷", exact=True).click()

        expect(screen.get_by_role("heading", name="100 分")).to_be_visible()
