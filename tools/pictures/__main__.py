"""`python -m tools.pictures`: walk through a demo of its own as the trainer, an officer and a leader, write docs/images.

The demo is dated from today and its chance is fixed, so that a picture changes when the product does (and with the date). The
pictures of an employee and of a head are taken by the test that walks a lecture with them.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Page, sync_playwright

from bench.harness import scene, server
from lms.access import demo
from tests.browser import FLAGS, PHONE, find_chromium, window
from tests.journey import bureau
from tests.journey.counting import Hand
from tests.journey.pages import sign_in
from tools.pictures import officer
from tools.pictures.keeping import DOCUMENTED, IMAGES, keep

DESK = {"viewport": {"width": 1120, "height": 760}}
HALL = {"viewport": {"width": 1280, "height": 720}}
HELD, RUNNING, COMING, CLOSED = "总经理讲安全课", "复工第一课", "消防与应急疏散", "动火作业与用电安全"


def main(url: str | None = None) -> None:
    """url: of a demo that runs already; None starts one."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    if url:
        take(url)
        return
    port = server.free_port()
    with (
        scene.installation(port, demo=True) as (_folder, env, _app),
        server.running(server.anke("serve", "--port", str(port)), port, env),
    ):
        take(f"http://127.0.0.1:{port}")
    walk = [sys.executable, "-m", "pytest", "-q", "tests/journey/test_lecture_day.py"]
    subprocess.run(walk, env=os.environ | {DOCUMENTED: "1"}, check=True)


def take(url: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        with window(browser, DESK) as office:
            page = office.new_page()
            sign_in(page, url, "demo-trainer", demo.PASSWORD)
            plan(page, url)
            lectures = {title: _address(page, url, title) for title in (HELD, RUNNING, COMING)}
            page.goto(lectures[COMING])
            keep(page, "notified")
            page.goto(lectures[RUNNING])
            keep(page, "attention")
            page.locator("[data-board]").evaluate("board => board.scrollIntoView()")
            keep(page, "board")
            page.get_by_label("找人").fill("李")
            keep(page, "find")
            paper(page, url, lectures[RUNNING])
            page.goto(lectures[RUNNING])
            page.locator("a[id^=enter-]").first.click()
            keep(page, "enter")
            page.goto(lectures[RUNNING])
            page.get_by_role("link", name="结束讲课").click()
            keep(page, "close")
            page.goto(lectures[HELD])
            page.locator("#make-up a").first.click()
            keep(page, "make-up")
            correct(page, lectures[HELD])
            quiz(page, url, lectures)
            page.goto(lectures[RUNNING])
            stage = urljoin(url, str(page.get_by_role("link", name="投屏签到码").get_attribute("href")))
            cookies = office.cookies()
        with window(browser, HALL) as hall:
            hall.add_cookies(cookies)  # type: ignore[arg-type]
            screen = hall.new_page()
            screen.goto(stage)
            keep(screen, "projector")
        with window(browser, DESK) as district:
            page = district.new_page()
            sign_in(page, url, "demo-district", demo.PASSWORD)
            officer.look(page, url)
            officer.happened(page, url)
            officer.publish(page, url)
        with window(browser, DESK) as desk:
            page = desk.new_page()
            sign_in(page, url, "demo-city", demo.PASSWORD)
            officer.lead(page, url)
        with window(browser, PHONE) as hall:
            page = hall.new_page()
            sign_in(page, url, "demo-district", demo.PASSWORD)
            bureau.sit_in(Hand(page, touch=True), url, officer.keep_officer)
            officer.on_site(page, url)
        with window(browser, PHONE) as phone:
            answer(phone.new_page(), url)
        browser.close()


def plan(page: Page, url: str) -> None:
    page.goto(f"{url}/lectures/new")
    page.get_by_label("标题").fill("总经理讲安全课：有限空间作业")
    keep(page, "plan")


def paper(page: Page, url: str, lecture: str) -> None:
    """Print the sheet of a lecture, show its first page, and the page on which it is keyed in."""
    page.goto(lecture)
    token = page.locator("#sheets input[name=csrf_token]").first.get_attribute("value")
    action = urljoin(url, str(page.locator("#sheets form").first.get_attribute("action")))
    answer = page.request.post(action, form={"csrf_token": str(token)}, headers={"Referer": lecture})
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sheet.pdf").write_bytes(answer.body())
        made = ["pdftoppm", "-r", "60", "-png", "-f", "1", "-l", "1", "-singlefile", f"{folder}/sheet.pdf"]
        subprocess.run([*made, str(IMAGES / "trainer-sheet")], check=True)
    page.goto(lecture)
    page.locator("#sheets a", has_text="录入").first.click()
    page.get_by_label("签到的行号").fill("1-4, 7, 9")
    keep(page, "key-in")


def correct(page: Page, lecture: str) -> None:
    """The record of one person in a lecture that is over, and the page on which a mark of it is put right."""
    page.goto(lecture)
    page.get_by_label("找人").fill("0102")
    page.locator("#board tbody tr:not([hidden]) a").first.click()
    keep(page, "record")
    page.get_by_role("link", name="更正").first.click()
    keep(page, "correct")


def quiz(page: Page, url: str, lectures: dict[str, str]) -> None:
    """What a trainer does around a quiz: its rules while they are open, a retest of one that has closed."""
    page.goto(f"{lectures[COMING].partition('?')[0]}/quiz/rules")
    keep(page, "quiz-rules")
    page.goto(f"{_address(page, url, CLOSED).partition('?')[0]}/retests")
    page.get_by_label("抽几个人").fill("6")
    page.get_by_role("button", name="随机抽人并通知").click()
    keep(page, "quiz-retest")
    page.goto(f"{url}/marking")
    keep(page, "quiz-marking")
    held = lectures[HELD].partition("?")[0]
    page.goto(f"{held}/quiz/analysis")
    keep(page, "quiz-analysis")
    hardest = page.locator("table").last.locator("tbody a").first.get_attribute("href")
    page.goto(urljoin(url, f"{hardest}/regrade?how=void"))
    keep(page, "quiz-regrade")
    answered(page, held)


def answered(page: Page, lecture: str) -> None:
    """Print a quiz for somebody, photograph it, and show the page on which it is keyed in."""
    page.goto(f"{lecture}/quiz/sheets")
    form: dict[str, str | float | bool] = {
        name: str(page.locator(f"input[name={name}]").first.get_attribute("value")) for name in ("csrf_token", "person")
    }
    printed = page.request.post(f"{lecture}/quiz/sheets", form=form, headers={"Referer": lecture})
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "quiz.pdf").write_bytes(printed.body())
        made = ["pdftoppm", "-r", "120", "-jpeg", "-f", "1", "-l", "1", "-singlefile", f"{folder}/quiz.pdf", f"{folder}/photo"]
        subprocess.run(made, check=True)
        page.set_input_files("input[type=file]", f"{folder}/photo.jpg")
        page.get_by_role("button", name="上传").last.click()
    page.get_by_role("link", name="开始录入").click(timeout=60_000)
    for line in page.locator("input[id^=answer-]").all()[:5]:
        line.fill("√" if "√" in str(line.get_attribute("placeholder")) else "B")
    keep(page, "quiz-paper")


def answer(page: Page, url: str) -> None:
    """A question on the phone of somebody who has still to take the quiz."""
    sign_in(page, url, "demo-employee", demo.PASSWORD)
    page.goto(f"{url}/me")
    page.locator("section.due a").first.click()
    page.locator(".phone-foot button").click()
    page.locator("[data-page]:not([hidden]) label.opt").first.tap()
    keep(page, "quiz-phone")


def _address(page: Page, url: str, title: str) -> str:
    """The newest lecture whose title begins like this."""
    page.goto(f"{url}/lectures")
    return urljoin(url, str(page.get_by_role("link", name=re.compile(f"^{title}")).first.get_attribute("href")))


if __name__ == "__main__":
    main(*sys.argv[1:])
