"""What a phone that was never here fetches for its first check-in page, in bytes over the wire, by a real browser."""

from __future__ import annotations

from typing import Any

from bench.harness import scene, server
from bench.harness.figures import Report
from tests.browser import find_chromium

BAR_KB = 100
PHONE = {"width": 390, "height": 844}


def run() -> Report:
    from playwright.sync_api import sync_playwright

    report = Report("firstload")
    port = server.free_port()
    with scene.installation(port) as (_folder, env, _app):
        enterprise_id, _people = scene.enterprise(100)
        lecture_id = scene.lecture(enterprise_id)
        with server.serve(port, env), sync_playwright() as play:
            browser = play.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
            page = browser.new_page(viewport=PHONE)
            wire, whole = _fetched(page, f"http://127.0.0.1:{port}/s/{scene.token(lecture_id)}")
            assert page.locator("input[name=phone]").is_visible(), page.content()[:800]
            browser.close()
    for address in sorted(wire):
        name = "the scan" if "/s/" in address else "the page" if "/checkin/" in address else address.rpartition("/")[2]
        report.add(f"  {name.partition('?')[0]}", wire[address] / 1024, "KB")
    report.add("over the wire, headers included", sum(wire.values()) / 1024, "KB", BAR_KB)
    report.add("unpacked", sum(whole.values()) / 1024, "KB")
    report.add("requests", len(wire), "requests")
    others = [address for address in wire if f"127.0.0.1:{port}" not in address]
    report.add("requests to other hosts", len(others), "requests", 0)
    return report


def _fetched(page: Any, address: str) -> tuple[dict[str, int], dict[str, int]]:
    """Address → bytes over the wire, and unpacked, of everything that opening this address fetches."""
    told = page.context.new_cdp_session(page)
    told.send("Network.enable")
    addresses: dict[str, str] = {}
    wire: dict[str, int] = {}
    whole: dict[str, int] = {}

    def sent(event: dict[str, Any]) -> None:
        if redirect := event.get("redirectResponse"):
            wire[redirect["url"]] = wire.get(redirect["url"], 0) + int(redirect["encodedDataLength"])
        addresses[event["requestId"]] = event["request"]["url"]

    def data(event: dict[str, Any]) -> None:
        where = addresses[event["requestId"]]
        whole[where] = whole.get(where, 0) + int(event["dataLength"])

    def finished(event: dict[str, Any]) -> None:
        where = addresses[event["requestId"]]
        wire[where] = wire.get(where, 0) + int(event["encodedDataLength"])

    told.on("Network.requestWillBeSent", sent)
    told.on("Network.dataReceived", data)
    told.on("Network.loadingFinished", finished)
    page.goto(address, wait_until="networkidle")
    return wire, whole
