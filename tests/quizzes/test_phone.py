"""The quiz in a real browser against the real server: nothing is lost to a reload or an outage."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from lms.access.actor import Actor
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.lectures.events import QuizPlan
from lms.quizzes import queries, service
from lms.quizzes.models import Attempt, Quiz
from lms.quizzes.rules import Body
from lms.quizzes.rules.importing import ParsedQuestion
from tests.browser import axe, keep_picture, overflow
from tests.quizzes.kinds import TOPIC as KINDS
from tests.quizzes.kinds import every_kind, photograph
from tests.quizzes.scenes import TOPIC, held_lecture, questions

SYSTEM = Actor.system("test")
OUT_OF_SIGHT = """hidden => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


LINES = """all => all.map(dd => [...dd.querySelectorAll("span")].map(one => one.getBoundingClientRect().toJSON()))
  .filter(lines => lines.length > 1)"""


def begin(app, world, host, phone: BrowserContext, bank: list[ParsedQuestion], topic: str) -> Page:
    """An employee's phone with a quiz of these questions just begun."""
    page = begun(app, world, host, phone, bank, topic)
    expect(page.locator("[data-page]:not([hidden])")).to_have_count(1)
    expect(page.locator("form[data-page]:not([data-ready])")).to_have_count(0)
    return page


def begun(app, world, host, phone: BrowserContext, bank: list[ParsedQuestion], topic: str) -> Page:
    """As begin(), whatever the phone can do with scripts."""
    with unit_of_work(SYSTEM, "system") as uow:
        service.add_questions(uow, world.here.enterprise_id, bank)
        quiz = queries.quiz_of(uow, held_lecture(uow, world.here, QuizPlan((topic,), len(bank), 60)).id)
    sign_in(app, host, phone, world.here.employee)
    page = phone.new_page()
    page.goto(f"{host}/quizzes/{quiz.id}")
    page.get_by_role("button", name="开始作答").click()
    return page


def sign_in(app, host, phone: BrowserContext, who: str) -> None:
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    phone.add_cookies([{"name": "anke_session", "value": signer.dumps({"_user_id": who, "_fresh": True}), "url": host}])


@pytest.fixture
def page(app, world, host, phone: BrowserContext) -> Page:
    """An employee before the start of a quiz of three choices and one text to fill in."""
    fill = ParsedQuestion(9, "火警电话是____。", Body("fill", blanks=(("119",),)), topic=TOPIC)
    return begin(app, world, host, phone, [*questions(3), fill], TOPIC)


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
    with page.expect_request("**/left") as told:  # the phone is put aside, and taken up again
        page.evaluate(OUT_OF_SIGHT, True)
        page.evaluate(OUT_OF_SIGHT, False)
    assert "seconds=0" in (told.value.post_data or "")
    page.get_by_role("button", name="检查并交卷").click()
    expect(page.get_by_text("第 2 题还没有答")).to_be_hidden()
    page.get_by_role("button", name="交卷", exact=True).click()

    expect(page.get_by_role("heading", name="100 分")).to_be_visible()
    assert (axe(page), overflow(page)) == ([], 0)


def test_a_reload_comes_back_to_the_question_and_its_answer(page):
    page.get_by_role("button", name="下一题").click()
    on_their_way: list[Route] = []
    page.route("**/answers", lambda route: on_their_way.append(route))
    answer_here(page)
    expect(page.locator(".save-status")).to_contain_text("正在保存")
    on_their_way[0].continue_()
    page.unroute("**/answers")
    page.get_by_role("button", name="下一题").click()
    page.get_by_role("button", name="上一题").click()
    expect(page.locator(".save-status")).to_contain_text("已保存")
    before = here(page).inner_text()

    page.evaluate("localStorage.clear()")  # another phone, or a browser that forgets
    page.reload()

    expect(page.locator("[data-page]:not([hidden])")).to_have_count(1)
    expect(here(page).get_by_role("button", name="保存这一题")).to_be_hidden()  # until the script is there
    assert here(page).inner_text() == before
    chosen = here(page).locator("input:checked").count() or here(page).locator("[type=text]").input_value() == "１１９"
    assert chosen


def test_the_paper_is_at_its_own_address_and_back_leads_to_where_it_goes_on(page):
    """The start is answered with the paper itself: a reload must not send the form anew, nor back show an old page."""
    expect(page).to_have_url(re.compile(r"/quiz/[0-9a-f-]{36}#1$"))
    while not here(page).locator("[type=text]").count():
        page.get_by_role("button", name="下一题").click()
    answer_here(page)  # a text is kept while it is written, not only when its field is left
    expect(page.locator(".save-status")).to_contain_text("已保存")
    page.go_back()
    page.get_by_role("button", name="继续作答").click()
    expect(page.locator(".dot.done")).to_have_count(1)
    expect(page.locator("[data-page]:not([hidden])")).to_have_count(1)
    for _ in range(12):
        if page.get_by_role("button", name="交卷", exact=True).is_visible():
            break
        page.get_by_role("button", name=re.compile("下一题|检查并交卷")).last.click()

    page.get_by_role("button", name="交卷", exact=True).click()

    expect(page.get_by_role("heading", name=re.compile("分$"))).to_be_visible()
    expect(page).to_have_url(re.compile("/result$"))
    page.go_back()
    expect(page.get_by_role("heading", name=re.compile("分$"))).to_be_visible()


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


def keys_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press a key until the focus is there."""
    for _ in range(80):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{target} is not reached by {key}")


def choose_by_keys(page: Page, select: Locator, text: str) -> None:
    keys_to(page, select)
    for _ in range(4):
        if select.evaluate("one => one.selectedOptions[0].text") == text:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{text} is not reached by ArrowDown")


def answer_of_any_kind(page: Page) -> str:
    """Answer the question now on the screen, wrongly by touch where there is something to touch, then rightly by keyboard alone;
    returns its kind in words.
    """
    form, keyboard = here(page), page.keyboard
    kind = form.locator(".quiz-top .pill").inner_text()

    def option(text: str) -> Locator:
        return form.locator("label.opt", has_text=text)

    if kind in ("单选", "判断"):
        wrong, right = ("作业", "通风") if kind == "单选" else ("正确", "错误")
        option(wrong).tap()
        expect(option(wrong).locator("input")).to_be_checked()
        keys_to(page, option(wrong).locator("input"))
        keys_to(page, option(right).locator("input"), "ArrowDown")
    elif kind == "多选":
        option("电工").tap()
        option("前台").tap()
        expect(form.locator("input:checked")).to_have_count(2)
        for text in ("前台", "焊工"):
            keys_to(page, option(text).locator("input"))
            keyboard.press("Space")
    elif kind == "填空":
        for blank, text in (("第 1 空", "１１９"), ("第 2 空", " 120")):
            keys_to(page, form.get_by_label(blank))
            keyboard.insert_text(text)
    elif kind == "排序":
        for place, step in enumerate(("先通风", "再检测", "后作业"), 1):
            choose_by_keys(page, form.get_by_label(f"{step} 排第几"), str(place))
    elif kind == "匹配":
        choose_by_keys(page, form.get_by_label("红色"), "禁止")
        choose_by_keys(page, form.get_by_label("黄色"), "警告")
    elif kind == "看图":
        box = form.locator(".scene").bounding_box()
        for across, down in ((0.75, 0.7), (0.5, 0.1)):  # a hazard, and where there is none
            page.touchscreen.tap(box["x"] + across * box["width"], box["y"] + down * box["height"])
        expect(form.locator("input:checked")).to_have_count(2)
        for cell in ("第 1 行第 4 列", "第 2 行第 2 列"):
            keys_to(page, form.get_by_label(cell))
            keyboard.press("Space")
    else:
        keys_to(page, form.get_by_label("您的答案"))
        keyboard.insert_text("大声呼救")
    return kind


def press_by_keys(page: Page, name: str) -> None:
    keys_to(page, page.get_by_role("button", name=name, exact=True))
    page.keyboard.press("Enter")


def test_every_kind_by_touch_and_by_keyboard_alone_on_a_narrow_phone(app, world, host, phone):
    page = begin(app, world, host, phone, every_kind(storage().put(photograph())), KINDS)
    page.set_viewport_size({"width": 360, "height": 720})
    assert page.locator(".dot").first.evaluate("dot => dot.offsetHeight") >= 44, "a finger finds the bar of a question"
    done = set()
    for number in range(8):
        if number == 4:
            phone.set_offline(True)
        kind = answer_of_any_kind(page)
        assert (axe(page), overflow(page)) == ([], 0), kind
        keep_picture(page, f"quiz-kind-{kind}")
        done.add(kind)
        press_by_keys(page, "下一题")
    expect(page.locator(".save-status")).to_contain_text("未联网")
    phone.set_offline(False)
    expect(page.locator(".save-status")).to_contain_text("已保存", timeout=30_000)

    page.reload()
    press_by_keys(page, "交卷")

    expect(page.get_by_role("heading", name="等待评分", exact=True)).to_be_visible()
    assert (axe(page), overflow(page)) == ([], 0)
    assert len(done) == 8
    with unit_of_work(SYSTEM, "system") as uow:
        attempt = uow.session.query(Attempt).one()
        (text,) = queries.texts_to_mark(uow, [attempt])
        service.mark_text(uow, attempt, text.version_id, 100)
        assert attempt.score == 100
        nothing = service.start(uow, uow.session.get_one(Quiz, attempt.quiz_id), world.here.person_ids[4])
        service.submit(uow, nothing)

    sign_in(app, host, phone, world.here.trainer)
    page.goto(f"{host}/quiz/{nothing.id}/result")
    several = page.locator(".kv dd").evaluate_all(LINES)
    assert sorted(map(len, several)) == [2, 2, 2, 3], "of the kinds that have several right ones, each"
    assert all(above["bottom"] <= below["top"] for lines in several for above, below in pairwise(lines)), several
