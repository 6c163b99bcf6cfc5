"""`python -m tools.gallery [FOLDER] [zh|en] [ACCOUNT…]`: walk the demo from the first page of every account, or of some, one
picture of each kind of page; and what no link leads to (`beside.py`), when nobody is named.

Two pages are of one kind when one route answers them. What cannot be looked at is said at the end, and the end is 1: an answer
that is an error, a page that is wider than its window.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from bench.harness import scene, server
from lms.access import demo
from lms.web.locale import COOKIE
from tests.browser import OFFICE, PHONE, overflow, start, window
from tests.journey.pages import sign_in
from tools.gallery.beside import BESIDE

ACCOUNTS = ("demo-trainer", "demo-head", "demo-employee", "demo-street", "demo-district", "demo-city")
SIZES = (OFFICE["viewport"], PHONE["viewport"])
FOLDER = Path("var/gallery")
PATIENCE = 120_000  # milliseconds: a long page takes its time on a machine that does other things
LINKS = "links => links.map(link => new URL(link.getAttribute('href'), document.baseURI).href)"  # also those in drawings
DRAWN = (".pdf", ".svg", ".png", ".zip", ".xlsx", ".csv", ".ics")  # seconds of work, and no page
NO_PAGES = ("application/pdf", "application/zip", "image/", "text/calendar", "text/csv", "application/vnd", "application/json")


def main(folder: Path, language: str = "zh", accounts: Sequence[str | None] = (None, *ACCOUNTS)) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    port, faults = server.free_port(), []
    with (
        scene.installation(port, demo=True) as (_folder, env, app),
        server.running(server.anke("serve", "--port", str(port)), port, env),
        sync_playwright() as playwright,
    ):
        browser = start(playwright)
        kept: dict[str, list[str]] = {}
        for account in accounts:
            kept[account or "anybody"], found = walk(app, browser, f"http://127.0.0.1:{port}", account, folder, language)
            faults += found
        if None in accounts:
            kept["beside"], found = without_links(browser, f"http://127.0.0.1:{port}", folder, language)
            faults += found
        browser.close()
    (folder / "index.html").write_text(index(kept), encoding="utf-8")
    print(f"{sum(map(len, kept.values()))} pages: {folder / 'index.html'}")
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


def walk(app: Flask, browser: Browser, url: str, account: str | None, folder: Path, language: str) -> tuple[list[str], list[str]]:
    """Breadth first over the links of one account's pages; the kinds that were kept, and what could not be looked at."""
    kept: list[str] = []
    faults: list[str] = []
    with window(browser, OFFICE) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        if account:
            sign_in(page, url, account, demo.PASSWORD)
        else:
            page.goto(url)
        context.add_cookies([{"name": COOKIE, "value": language, "url": url}])
        waiting, seen = deque([page.url]), set()
        while waiting:
            address = waiting.popleft()
            kind = kind_of(app, address)
            if kind is None or kind in seen:
                continue
            seen.add(kind)
            try:
                answer = None if is_file(page, address) else page.goto(address)
            except PlaywrightError as error:
                faults.append(f"{account}: {address}: {error.message.partition('Call log')[0].strip()}")
                continue
            if answer is None:
                continue
            if answer.status >= 400:
                faults.append(f"{account}: {address}: {answer.status}")
                continue
            waiting.extend(link for link in page.locator("a[href]").evaluate_all(LINKS) if link.startswith(url))
            name = f"{account or 'anybody'}-{kind}"
            faults += [f"{account}: {address}: {wide} px too wide at {width}" for width, wide in pictures(page, folder / name)]
            kept.append(kind)
    return kept, faults


def without_links(browser: Browser, url: str, folder: Path, language: str) -> tuple[list[str], list[str]]:
    """The pages that no link leads to, after the walk, which they may change; as above."""
    faults: list[str] = []
    for name, reach in BESIDE.items():
        for page in reach(browser, url):
            if language != "zh":
                page.context.add_cookies([{"name": COOKIE, "value": language, "url": url}])
                page.reload()
            faults += [f"{name}: {wide} px too wide at {width}" for width, wide in pictures(page, folder / f"beside-{name}")]
    return list(BESIDE), faults


def kind_of(app: Flask, address: str) -> str | None:
    """The endpoint that answers an address with a page."""
    try:
        endpoint, _values = app.url_map.bind("127.0.0.1").match(urlsplit(address).path, method="GET")
    except (HTTPException, RequestRedirect):
        return None
    return None if endpoint in ("static", "web.sign_out") or endpoint.startswith("api.") else str(endpoint)


def is_file(page: Page, address: str) -> bool:
    """Whether it is something to download."""
    if urlsplit(address).path.endswith(DRAWN):
        return True
    head = page.request.fetch(address, method="HEAD", max_redirects=5, timeout=PATIENCE)
    kept = head.headers.get("content-disposition", "")
    return kept.startswith("attachment") or head.headers.get("content-type", "").startswith(NO_PAGES)


def pictures(page: Page, name: Path) -> Iterator[tuple[int, int]]:
    """Keep a page in both windows; the widths at which it is wider than its window, and by how much."""
    for size in SIZES:
        page.set_viewport_size(size)
        page.screenshot(path=name.with_name(f"{name.name}-{size['width']}.png"), full_page=True)
        if wide := overflow(page):
            yield size["width"], wide
    page.set_viewport_size(SIZES[0])


def index(kept: dict[str, list[str]]) -> str:
    """A page that shows them all, by account."""
    parts = [
        "<!doctype html><meta charset=utf-8><title>Gallery</title><style>img{max-height:600px;border:1px solid #ccc}</style>"
    ]
    for account, kinds in kept.items():
        parts.append(f"<h1>{escape(account)}</h1>")
        for kind in kinds:
            parts.append(f"<h2>{escape(kind)}</h2>")
            parts += [f'<img loading=lazy src="{account}-{kind}-{size["width"]}.png">' for size in SIZES]
    return "\n".join(parts)


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(main(Path(given[0]) if given else FOLDER, *given[1:2], *([given[2:]] if given[2:] else [])))
