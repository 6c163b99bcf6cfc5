"""A real browser for tests: the distribution's Chromium, driven by Playwright, in the three windows the product is used in.

`phone`, `office` and `projector` are contexts (each with its own cookies); `new_phone()` makes as many more phones as a
test needs. When a context closes it fails its test if a page asked another host for something, threw an error or broke
its own content security policy.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, sync_playwright
from werkzeug.serving import make_server

from tests.services import served

# The one without a window of its own, for a third less of the processor, before those that hide theirs.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True,
    "user_agent": "Mozilla/5.0 (Linux; Android 14; M2102J2SC) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/130.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.50",
}  # fmt: skip
OFFICE: dict[str, Any] = {"viewport": {"width": 1320, "height": 900}}
PROJECTOR: dict[str, Any] = {"viewport": {"width": 1920, "height": 1080}}
OWN_HOSTS = ("127.0.0.1", "localhost")
SCREENS = Path("var/screens")
SERIOUS = ("serious", "critical")
# The one rule of 2.2 takes a target that lies under the tab bar for a small one.
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a worker."""
    with sync_playwright() as playwright:
        browser = start(playwright)
        yield browser
        browser.close()


@pytest.fixture
def host(app: Flask) -> Iterator[str]:
    """The address of the application, served as long as the test runs."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    with served(server):
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone in WeChat: 390 × 844, touch, Chinese."""
    with window(browser, PHONE) as context:
        yield context


@pytest.fixture
def new_phone(browser: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """Makes further phones, each another person's; they close with the test."""
    open_ones = []

    def make() -> BrowserContext:
        manager = window(browser, PHONE)
        open_ones.append(manager)
        return manager.__enter__()

    yield make
    for manager in open_ones:
        manager.__exit__(None, None, None)


@pytest.fixture
def office(browser: Browser) -> Iterator[BrowserContext]:
    """A desktop window of 1320 × 900."""
    with window(browser, OFFICE) as context:
        yield context


@pytest.fixture
def projector(browser: Browser) -> Iterator[BrowserContext]:
    """The hall's screen, 1920 × 1080."""
    with window(browser, PROJECTOR) as context:
        yield context


def start(playwright: Playwright) -> Browser:
    """Chinese in what it says itself as well (the order of a date, 选择文件), where it has the words: the one without a window of
    its own has English alone."""
    env: dict[str, str | float | bool] = {**os.environ, "LANGUAGE": "zh_CN"}
    return playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS), env=env)


@contextmanager
def window(browser: Browser, kind: dict[str, Any]) -> Iterator[BrowserContext]:
    """A context of that kind in Chinese and Beijing time, with its faults noted and, at the end, held against it."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **kind)
    faults: list[str] = []

    def note_request(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in OWN_HOSTS:
            faults.append(f"asked another host: {request.url}")

    def note_console(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            faults.append(f"broke its own policy: {message.text}")

    context.on("request", note_request)
    context.on("console", note_console)
    context.on("weberror", lambda error: faults.append(f"threw: {error.error}"))
    try:
        yield context
    finally:
        context.close()
    assert not faults, "\n".join(faults)


def axe(page: Page) -> list[str]:
    """What axe finds serious or critical against WCAG 2.1 AA on a page as it stands, a line each: rule, help, the elements."""
    violations = Axe().run(page, options={"runOnly": WCAG, "resultTypes": ["violations"]}).response["violations"]
    return [
        f"{found['id']}: {found['help']}: " + " · ".join(str(node["target"][0]) for node in found["nodes"][:5])
        for found in violations
        if found["impact"] in SERIOUS
    ]


def screenshot(page: Page, name: str) -> Path:
    """A picture of the whole page in var/screens."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    path = SCREENS / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path


def keep_picture(page: Page, name: str) -> None:
    """A picture for people to look at, taken when ANKE_TEST_PICTURES is set: they are a tenth of a run's time."""
    if "ANKE_TEST_PICTURES" in os.environ:
        screenshot(page, name)


def overflow(page: Page) -> int:
    """By how many CSS pixels a page is wider than its window; 0 when nothing scrolls sideways."""
    return page.evaluate("Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)")


def find_chromium() -> str:
    """The browser on this machine, or the one ANKE_CHROMIUM names; nothing is ever downloaded."""
    for name in (os.environ.get("ANKE_CHROMIUM", ""), *PROGRAMS):
        if path := shutil.which(name):
            return path
    raise RuntimeError(f"No browser found: apt-get install -y {PROGRAMS[0]} (Ubuntu: snap install chromium), or ANKE_CHROMIUM")
