"""What no link leads to: a phone in the hall, the paper of a quiz, what stands at the door, a worker with a PIN; and certificates
that are no longer good, which look unlike the first one a walk meets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from lms.access.demo import PASSWORD
from tests.browser import OFFICE, PHONE, PROJECTOR, window
from tests.journey.hall import code_on
from tests.journey.pages import sign_in

RUNNING = re.compile("^复工第一课")  # the lecture of the demo that is open
OWN_PIN = "73915824"


def check_in(browser: Browser, url: str) -> Iterator[Page]:
    """A phone that nobody has used, after a scan of the wall."""
    with _signed_in(browser, url, PROJECTOR, "demo-trainer") as screen, window(browser, PHONE) as hall:
        _open_running(screen, url)
        screen.goto(screen.get_by_role("link", name="投屏签到码").evaluate("link => link.href"))
        phone = hall.new_page()
        phone.goto(code_on(screen))
        phone.get_by_label("身份证号后四位").wait_for()
        yield phone


def quiz_paper(browser: Browser, url: str) -> Iterator[Page]:
    """The first question of the quiz that waits for the demo's employee."""
    with _signed_in(browser, url, PHONE, "demo-employee") as phone:
        phone.goto(f"{url}/me")
        phone.get_by_role("link", name="开始考核").first.click()
        phone.get_by_role("button", name=re.compile("作答$")).click()
        phone.locator("form[data-page]").first.wait_for()
        yield phone


def kiosk(browser: Browser, url: str) -> Iterator[Page]:
    """A tablet at the door, paired."""
    with _devices(browser, url) as trainer, window(browser, OFFICE) as door:
        trainer.get_by_role("button", name="加一台签到机").click()
        code, tablet = trainer.locator(".invite-code").last.inner_text(), door.new_page()
        tablet.goto(f"{url}/kiosk")
        tablet.get_by_label("配对码").fill(code)
        tablet.get_by_role("button", name="打开签到机").click()
        tablet.get_by_role("heading", name="输入工号或手机尾号四位").wait_for()
        yield tablet


def leaders_phone(browser: Browser, url: str) -> Iterator[Page]:
    """The phone that goes round in a workshop."""
    with _devices(browser, url) as trainer, window(browser, PHONE) as round_the_hall:
        trainer.get_by_label("谁拿手机").fill("孙丽")
        trainer.get_by_role("button", name="生成链接").click()
        phone = round_the_hall.new_page()
        phone.goto(trainer.locator(".invite .mono").last.inner_text())
        phone.get_by_role("button", name="在这台设备上打开").click()
        phone.locator("#names-ask").wait_for()
        yield phone


def workers_record(browser: Browser, url: str) -> Iterator[Page]:
    """What somebody without an account sees of themselves: in by a PIN that was handed out, in place of which they choose one."""
    with _signed_in(browser, url, OFFICE, "demo-trainer") as trainer, window(browser, PHONE) as own:
        trainer.goto(f"{url}/people")
        trainer.locator("main tbody a").nth(3).click()
        trainer.get_by_role("button", name="发一个 PIN").click()
        given, phone = trainer.locator("dl.kv dd").all_inner_texts(), own.new_page()
        phone.goto(f"{url}/sign-in/worker")
        card = phone.locator("form", has_text="工号和 PIN")
        for name, text in zip(("place", "work_no", "pin"), given, strict=True):
            card.locator(f"[name$={name}]").fill(text)
        card.get_by_role("button", name="登录").click()
        for field in phone.locator("input[type=password], input[name*=pin]").all():
            field.fill(OWN_PIN)
        phone.locator("main button[type=submit]").click()
        phone.wait_for_url(lambda address: "/sign-in" not in address)
        phone.goto(f"{url}/me")
        yield phone


def certificates_of(state: str) -> Callable[[Browser, str], Iterator[Page]]:
    """What whoever scans a certificate in this state is told, without an account."""

    def verified(browser: Browser, url: str) -> Iterator[Page]:
        with _signed_in(browser, url, OFFICE, "demo-trainer") as trainer, window(browser, PHONE) as anybody:
            trainer.goto(f"{url}/certificates?state={state}")
            page = anybody.new_page()
            page.goto(trainer.get_by_role("link", name=re.compile("^查验 ")).first.evaluate("link => link.href"))
            yield page

    return verified


BESIDE: dict[str, Callable[[Browser, str], Iterator[Page]]] = {
    "check-in": check_in, "quiz-paper": quiz_paper, "kiosk": kiosk, "leaders-phone": leaders_phone,
    "workers-record": workers_record, "expired": certificates_of("expired"), "revoked": certificates_of("revoked"),
}  # fmt: skip


@contextmanager
def _signed_in(browser: Browser, url: str, kind: dict[str, object], account: str) -> Iterator[Page]:
    with window(browser, kind) as context:
        page = context.new_page()
        sign_in(page, url, account, PASSWORD)
        yield page


@contextmanager
def _devices(browser: Browser, url: str) -> Iterator[Page]:
    """The trainer's page of the devices of the lecture that is open."""
    with _signed_in(browser, url, OFFICE, "demo-trainer") as trainer:
        _open_running(trainer, url)
        trainer.get_by_role("link", name="签到设备").click()
        yield trainer


def _open_running(page: Page, url: str) -> None:
    page.goto(f"{url}/lectures")
    page.get_by_role("link", name=RUNNING).first.click()
