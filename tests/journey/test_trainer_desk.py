"""What a trainer does at a desk beside the walk of a lecture, in the demo and counted: one of a hundred is found and entered, and
what there is to do around a quiz.
"""

from __future__ import annotations

import re
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from lms.access.demo import PASSWORD
from lms.core import clock
from tests.journey.conftest import Live
from tests.journey.counting import Hand
from tests.journey.pages import sign_in
from tests.pictures import keep, keep_sheet

HELD, RUNNING, COMING, CLOSED = "总经理讲安全课", "复工第一课", "消防与应急疏散", "动火作业与用电安全"
READ = 60_000  # milliseconds: a job reads a photo


@pytest.fixture
def trainer(demo_server: Live, office: BrowserContext) -> Hand:
    page = office.new_page()
    sign_in(page, demo_server.url, "demo-trainer", PASSWORD)
    return Hand(page)


def open_lecture(trainer: Hand, title: str) -> str:
    """The newest lecture whose title begins like this, from the list; returns its address."""
    with trainer.step(f"open {title}"):
        trainer.click(trainer.page.get_by_role("link", name=re.compile(f"^{title}")).first)
    expect(trainer.page.get_by_role("heading", level=1)).to_contain_text(title)
    return trainer.page.url.partition("?")[0]


def test_one_of_a_hundred_is_found_by_typing_and_entered_in_three_clicks(demo_server: Live, trainer: Hand) -> None:
    page = trainer.page
    page.goto(f"{demo_server.url}/lectures")
    lecture = open_lecture(trainer, RUNNING)
    keep(page, "trainer-attention")
    keep(page, "trainer-board", at="[data-board]")
    label = str(page.locator("a[id^=enter-]").first.get_attribute("aria-label"))
    name = label.rpartition("：")[2]
    with trainer.step("find"):
        page.keyboard.press("/")
        trainer.fill(page.get_by_label("找人"), name[0])
    expect(page.locator(".missing [data-find]:visible", has_text=name)).to_have_count(1)
    keep(page, "trainer-find", at="[data-board]")
    with trainer.step("enter"):
        trainer.click(page.get_by_role("link", name=label))
        keep(page, "trainer-enter")
        trainer.fill(page.get_by_label("原因", exact=True), "没有带手机，本人在场")
        trainer.click(page.get_by_role("button", name="登记", exact=True))

    expect(page.locator("#board tbody tr", has_text=name)).to_contain_text("代签")
    trainer.within(clicks=3, fields=2)
    paper = Hand(page)
    printed = page.context.expect_event("response", lambda answer: answer.request.method == "POST")  # in a tab of its own
    with paper.step("a sheet for the door"), printed:
        paper.click(page.get_by_role("button", name="打印签到表"))
    page.goto(lecture)
    keep_sheet(page, str(page.locator("#sheets a", has_text="打印").get_attribute("href")), "trainer-sheet")
    with paper.step("key it in"):
        paper.click(page.locator("#sheets a", has_text="录入"))
        paper.fill(page.get_by_label("签到的行号"), "1-4, 7, 9")
        keep(page, "trainer-key-in")
        paper.click(page.get_by_role("button", name="保存", exact=True))
    expect(page.get_by_text(re.compile("^已录入签到 [1-9]"))).to_be_visible()
    paper.within(clicks=3, fields=1)


def test_a_retest_is_drawn_a_paper_keyed_in_and_a_bad_question_found_in_thirteen_clicks(
    demo_server: Live, trainer: Hand, tmp_path: Path
) -> None:
    page, lectures = trainer.page, f"{demo_server.url}/lectures"
    page.goto(lectures)
    open_lecture(trainer, COMING)
    keep(page, "trainer-notified")
    with trainer.step("rules"):
        trainer.click(page.get_by_role("link", name="出题规则"))
    expect(page.locator("main")).to_contain_text("按现在的规则试抽")
    keep(page, "trainer-quiz-rules")

    page.goto(lectures)
    open_lecture(trainer, CLOSED)
    with trainer.step("draw a retest"):
        trainer.click(page.get_by_role("link", name="抽考"))
        trainer.fill(page.get_by_label("抽几个人"), "6")
        trainer.click(page.get_by_role("button", name="随机抽人并通知"))
    expect(page.locator("tbody tr")).to_have_count(6)
    keep(page, "trainer-quiz-retest")

    page.goto(lectures)
    held = open_lecture(trainer, HELD)
    with trainer.step("a question that nobody can answer"):
        trainer.click(page.get_by_role("link", name="题目分析").first)
        keep(page, "trainer-quiz-analysis")
        trainer.click(page.locator("table").last.locator("tbody a").first)
        trainer.click(page.get_by_role("link", name="重评答卷"))
        trainer.click(page.get_by_role("link", name="作废这道题"))
    expect(page.locator("main")).to_contain_text("成绩")
    keep(page, "trainer-quiz-regrade")

    page.goto(f"{demo_server.url}/marking")
    expect(page.get_by_role("button", name="评好这一题").first).to_be_visible()
    keep(page, "trainer-quiz-marking")

    page.goto(f"{held}/quiz/sheets")
    fields = {each: page.locator(f"input[name={each}]").first.get_attribute("value") for each in ("csrf_token", "person")}
    printed = page.request.post(f"{held}/quiz/sheets", form=fields, headers={"Referer": held})
    (tmp_path / "quiz.pdf").write_bytes(printed.body())
    made = ["pdftoppm", "-r", "120", "-jpeg", "-f", "1", "-l", "1", "-singlefile", f"{tmp_path}/quiz.pdf", f"{tmp_path}/photo"]
    subprocess.run(made, check=True)
    with trainer.step("key in a paper"):
        trainer.attach(page.locator("input[type=file]"), [tmp_path / "photo.jpg"])
        trainer.click(page.get_by_role("button", name="上传").last)
        begin = page.get_by_role("link", name="开始录入")
        expect(begin).to_be_visible(timeout=READ)
        trainer.click(begin)
        for line in page.locator("input[id^=answer-]").all()[:5]:
            line.fill("√" if "√" in str(line.get_attribute("placeholder")) else "B")
    keep(page, "trainer-quiz-paper")
    trainer.within(clicks=13, fields=2)


def test_a_plan_half_typed_outlives_the_sign_in_and_a_lost_network(demo_server: Live, trainer: Hand) -> None:
    page, title = trainer.page, "主要负责人讲安全课：年底收尾"
    page.goto(f"{demo_server.url}/lectures/new")
    page.wait_for_load_state("networkidle")
    page.get_by_label("标题").fill(title)
    page.get_by_label("地点").fill("三号会议室")
    draft = page.get_by_role("button", name="存为草稿")
    made = str(page.locator("form:has-text('存为草稿') input[name=csrf_token]").input_value())  # its token says when
    page.clock.set_fixed_time(datetime.now(clock.ZONE) + timedelta(minutes=3))
    held = []

    def keep_the_first(route: Route) -> None:
        held.append(route.request.method == "POST")
        route.fulfill(status=204) if sum(held) == 1 and held[-1] else route.continue_()

    page.route("**/lectures/new", keep_the_first)
    with page.expect_request(lambda asked: asked.method == "POST") as sent:
        draft.click()
    assert made in str(sent.value.post_data), "the minutes at the form are counted from when it was opened"

    page.context.set_offline(True)
    page.wait_for_function("!navigator.onLine")  # told by the browser a moment later
    draft.click()
    expect(page.get_by_text("网络断了，没有提交")).to_be_visible()
    page.context.set_offline(False)

    page.context.clear_cookies()
    page.get_by_label("标题").press("End")
    page.get_by_label("地点").fill("四号会议室")
    page.get_by_label("地点").press("Tab")
    expect(page.get_by_text("登录已经过期")).to_be_visible()
    draft.click()
    expect(page.get_by_text("登录已经过期")).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="去登录").click()
    sign_in(opened.value, demo_server.url, "demo-street", PASSWORD)
    draft.click()
    expect(page.get_by_text("现在登录的是别人，没有提交")).to_be_visible()
    sign_in(opened.value, demo_server.url, "demo-trainer", PASSWORD)
    draft.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    expect(page.locator("main")).to_contain_text("四号会议室")
