"""The bureau's summary of 1,284 firms, over HTTP from the production server, one reader after the other."""

from __future__ import annotations

import asyncio
import re
from datetime import date, timedelta

from bench.harness import scene
from bench.harness.figures import Report
from bench.harness.phones import Phone
from lms.access import demo

TIMES = 60
BAR_MS = 150
LINK = re.compile(r"/campaigns/[0-9a-f-]{36}/summary")


def run() -> Report:
    report = Report("bureau")
    with scene.served_demo() as running:
        for name, seconds, wire in asyncio.run(_read(running.port)):
            report.add_times(name, seconds, BAR_MS)
            report.add(f"{name}: size", wire / 1024, "KB")
    return report


async def _read(port: int) -> list[tuple[str, list[float], int]]:
    """Each page with the seconds it took and its bytes."""
    measured = []
    for username, what in (("demo-district", "district"), ("demo-city", "city")):
        phone = Phone(port)
        form = await phone.get("/sign-in")
        await phone.post("/sign-in", {"csrf_token": form.form_token, "username": username, "password": demo.PASSWORD})
        overview = await phone.get("/overview")
        while overview.status == 303:
            overview = await phone.get(overview.location)
        summary = LINK.search(overview.text)
        assert summary, overview.text[:800]
        past = date.today() - timedelta(days=10)  # noqa: DTZ011  # any past day will do
        for name, path in ((what, summary.group()), (f"{what}, as of ten days ago", f"{summary.group()}?as_of={past}")):
            seconds = []
            for _ in range(TIMES):
                answer = await phone.get(path, "page")
                assert answer.status == 200, answer.status
                seconds.append(phone.seconds["page"])
            measured.append((name, seconds[TIMES // 6 :], answer.wire))
    return measured
