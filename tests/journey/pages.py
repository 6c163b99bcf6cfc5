"""What every step of a walk does: sign in, look at the page, hold it against the house rules, read a code off a picture."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Page

from tests.browser import OFFICE, PHONE, axe, keep_picture, overflow

Found = TypeVar("Found")
FAULTS = ("系统出了问题", "没有找到这一页", "这一步没有")  # titles of web/error.html


def sign_in(page: Page, url: str, username: str, password: str) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda address: "/sign-in" not in address)


def look(page: Page, name: str, *, narrow: bool = False, known: bool = False) -> None:
    """The page must be accessible and not scroll sideways, with narrow also on a phone.

    narrow: for a page of the office window, which goes back to its own width. known: the sweep has asked axe about this page,
    which takes it half a second.
    """
    keep_picture(page, name)
    assert not page.title().startswith(FAULTS), f"{name} ({page.url}): {page.title()}"
    faults = [] if known else axe(page)
    assert not faults, f"{name} ({page.url}):\n" + "\n".join(faults)
    assert overflow(page) == 0, f"{name} scrolls sideways by {overflow(page)} px at {page.viewport_size}"
    if narrow:
        page.set_viewport_size(PHONE["viewport"])
        wide = overflow(page)
        keep_picture(page, f"{name}-390")
        page.set_viewport_size(OFFICE["viewport"])
        assert wide == 0, f"{name} scrolls sideways by {wide} px on a phone"


def scan(picture: Path) -> str:
    """What a scanner reads off a picture. Fails when it reads nothing or more than one code."""
    told = subprocess.run(["zbarimg", "--quiet", "--raw", str(picture)], capture_output=True, text=True)
    codes = told.stdout.split()
    assert len(codes) == 1, f"{picture} holds {len(codes)} codes: {told.stdout}{told.stderr}"
    return codes[0]


def until(find: Callable[[], Found | None], what: str, seconds: float = 30) -> Found:
    """The first true answer of `find`, asked again until then; fails naming what was waited for."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found := find():
            return found
        time.sleep(0.25)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")
