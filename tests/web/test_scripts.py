"""The scripts in a real browser, against a server played by the test: what a tap saves, and what a broken network cannot lose."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.web.test_components import draw, gallery_values

STATIC = Path(__file__).parents[2] / "lms" / "static"
HOST = "http://anke.test"
CSP = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"

QUIZ = """
{% extends "layouts/phone.html" %}
{% from "components/forms.html" import csrf, save_status %}
{% from "components/numbers.html" import countdown, seconds_ring %}
{% block content %}
<div data-pager>
  {% for n in [1, 2] %}<button type="button" class="dot" data-pager-go>{{ n }}</button>{% endfor %}
  {% for n in [1, 2] %}
  <form data-page data-quiz method="post" action="/quiz/1/answers">{{ csrf() }}
    <input type="hidden" name="question" value="q{{ n }}"><input type="hidden" name="counter" value="0">
    {% for choice in "AB" %}<label class="opt"><input type="checkbox" name="choice" value="{{ choice }}"><b>{{ choice }}</b>{{ n }}{{ choice }}</label>{% endfor %}
  </form>
  {% endfor %}
  {{ save_status() }}{{ countdown(1122) }}{{ seconds_ring(1, 15, "秒后换码") }}
  <button type="button" data-pager-next>下一题</button>
  <form id="finish" data-quiz="finish" method="post" action="/quiz/1/finish">{{ csrf() }}<button type="submit">交卷</button></form>
</div>
{% endblock %}
"""


class FakeServer:
    """Answers for the product; `down` cuts the network, `status` refuses all, `refuses` one question."""

    def __init__(self) -> None:
        self.answers: list[dict[str, list[str]]] = []
        self.finished = 0
        self.down = False
        self.status = 200
        self.refuses = ""

    def __call__(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if self.down and not path.startswith("/static"):
            route.abort()
        elif path == "/quiz/1":
            route.fulfill(body=draw(QUIZ, **gallery_values()), content_type="text/html", headers={"Content-Security-Policy": CSP})
        elif path == "/quiz/1/answers":
            body = parse_qs(route.request.post_data or "")
            status = 422 if body["question"] == [self.refuses] else self.status
            if status == 200:
                self.answers.append(body)
            route.fulfill(status=status, json={"saved": int(body["counter"][0]), "seconds_left": 600, "detail": "时间到了"})
        elif path == "/quiz/1/finish":
            self.finished += 1
            route.fulfill(body="<title>done</title>", content_type="text/html")
        elif (file := STATIC / path.removeprefix("/static/")).is_file():
            types = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
            route.fulfill(body=file.read_text(encoding="utf-8"), content_type=types[file.suffix])
        else:
            route.fulfill(status=404, body="")


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
def phone(browser: Browser, server: FakeServer) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.route("**/*", server)
    yield context
    context.close()


def opened(phone: BrowserContext) -> Page:
    page = phone.new_page()
    page.goto(f"{HOST}/quiz/1")
    expect(page.locator("[data-page][hidden]")).to_have_count(1)
    expect(page.locator("form[data-page][data-ready]")).to_have_count(2)
    return page


def choose(page: Page, choice: str, *, on: bool = True) -> None:
    page.locator(f"form:not([hidden]) input[value={choice}]").set_checked(on, force=True)


def waiting(page: Page) -> dict[str, object]:
    """What has not reached the server."""
    kept: dict[str, object] = json.loads(page.evaluate("localStorage.getItem('anke-quiz /quiz/1/answers')"))
    return kept


def test_every_tap_is_saved_with_a_rising_counter(phone, server):
    page = opened(phone)

    choose(page, "A")
    choose(page, "B")
    expect(page.locator(".save-status")).to_contain_text("已保存")

    assert server.answers[-1]["choice"] == ["A", "B"]
    assert server.answers[-1]["question"] == ["q1"]
    assert server.answers[-1]["csrf_token"] == ["token"]
    counters = [int(answer["counter"][0]) for answer in server.answers]
    assert counters == sorted(set(counters))


def test_a_tap_before_the_script_has_arrived_is_saved_too(phone, server):
    waiting: list[Route] = []
    phone.route("**/main.js", lambda route: waiting.append(route))
    page = phone.new_page()
    page.goto(f"{HOST}/quiz/1", wait_until="commit")
    page.get_by_label("A1A").check()
    assert not server.answers
    page.wait_for_function("document.readyState == 'interactive'")
    server(waiting.pop())

    expect(page.locator("[data-quiz-status]")).to_have_attribute("data-state", "saved")
    assert [answer["choice"] for answer in server.answers] == [["A"]]


def test_without_network_the_answers_wait_in_the_phone(phone, server):
    page = opened(phone)
    server.down = True
    choose(page, "A")
    page.get_by_role("button", name="下一题").click()
    choose(page, "B")
    expect(page.locator(".save-status")).to_contain_text("未联网")

    server.down = False
    expect(page.locator(".save-status")).to_contain_text("已保存", timeout=15000)

    assert {(a["question"][0], a["choice"][0]) for a in server.answers} == {("q1", "A"), ("q2", "B")}


def test_a_dead_battery_loses_nothing(phone, server):
    page = opened(phone)
    server.down = True
    choose(page, "B")
    expect(page.locator(".save-status")).to_contain_text("未联网")
    page.close()
    server.down = False

    page = opened(phone)
    expect(page.locator(".save-status")).to_contain_text("已保存")

    assert page.locator("form:not([hidden]) input[value=B]").is_checked()
    assert [a["choice"] for a in server.answers] == [["B"]]
    assert waiting(page) == {}


def test_a_closed_attempt_is_not_asked_again(phone, server):
    page = opened(phone)
    server.status = 409
    choose(page, "A")

    expect(page.locator(".save-status")).to_contain_text("时间到了")
    assert server.answers == []
    assert waiting(page) == {}  # for whoever is given the phone next


def test_an_answer_that_is_not_taken_does_not_keep_the_others_and_is_told_before_the_hand_in(phone, server):
    page = opened(phone)
    server.refuses = "q1"
    choose(page, "A")
    expect(page.locator(".save-status")).to_contain_text("时间到了")
    page.get_by_role("button", name="下一题").click()
    choose(page, "B")
    expect(page.locator(".dot").nth(1)).to_have_class("dot done")
    page.reload()
    expect(page.locator(".save-status")).to_contain_text("时间到了")
    page.get_by_role("button", name="交卷").click()
    expect(page.locator(".save-status")).to_contain_text("第 1 题没有存上")
    assert ([a["question"] for a in server.answers], server.finished) == ([["q2"]], 0)

    page.get_by_role("button", name="交卷").click()
    page.wait_for_url("**/finish")

    assert server.finished == 1


def test_a_dot_says_what_is_saved_not_what_was_tapped(phone, server):
    page = opened(phone)
    dot = page.locator(".dot").first
    server.down = True
    choose(page, "A")
    expect(page.locator(".save-status")).to_contain_text("未联网")
    expect(dot).to_have_class("dot")

    server.down = False
    expect(dot).to_have_class("dot done", timeout=15000)
    choose(page, "A", on=False)
    expect(dot).to_have_class("dot")


def test_the_last_tap_counts_in_whichever_window_it_was_made(phone, server):
    first, second = opened(phone), opened(phone)
    server.down = True
    choose(first, "A")
    choose(first, "A", on=False)
    server.down = False
    expect(first.locator(".save-status")).to_contain_text("已保存", timeout=15000)
    choose(second, "B")
    expect(second.locator(".save-status")).to_contain_text("已保存")

    last = max(server.answers, key=lambda answer: int(answer["counter"][0]))
    assert last["choice"] == ["B"]


def test_no_script_uses_what_a_web_view_of_2020_cannot_read():
    """Chromium 80 to 84, in the apps of phones that were never updated, would not run any of the file."""
    newer = re.compile(r"(\?\?|\|\||&&)=|\.(replaceAll|at|findLast)\(|\b(structuredClone|Promise\.any)\b")
    found = [(path.name, hit[0]) for path in (STATIC / "js").rglob("*.js") if (hit := newer.search(path.read_text("utf-8")))]

    assert found == []


def test_handing_in_waits_for_the_last_tap(phone, server):
    page = opened(phone)
    server.down = True
    choose(page, "A")
    page.get_by_role("button", name="交卷").click()
    assert server.finished == 0

    server.down = False
    page.wait_for_url("**/finish", timeout=15000)

    assert server.finished == 1
    assert [a["choice"] for a in server.answers] == [["A"]]


def test_the_server_sets_the_countdown(phone, server):
    page = opened(phone)
    expect(page.get_by_role("timer")).to_have_text("18:42")

    choose(page, "A")

    expect(page.get_by_role("timer")).to_have_text("10:00")


def test_the_ring_says_when_the_code_is_over(phone, server):
    phone.add_init_script("document.addEventListener('ring-over', () => (document.title += ' over'))")
    page = opened(phone)

    expect(page).to_have_title(re.compile(" over$"))
    expect(page.locator("[data-ring] .big")).to_have_text("0")


def test_nothing_breaks_the_content_security_policy(phone, server):
    faults: list[str] = []
    page = phone.new_page()
    page.on("console", lambda message: faults.append(message.text) if "Content Security Policy" in message.text else None)
    page.on("pageerror", lambda error: faults.append(str(error)))

    page.goto(f"{HOST}/quiz/1")
    expect(page.locator("[data-page][hidden]")).to_have_count(1)
    choose(page, "A")
    expect(page.locator(".save-status")).to_contain_text("已保存")

    assert faults == []
