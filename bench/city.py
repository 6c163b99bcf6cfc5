"""A city of 1,000, 5,000 and 20,000 enterprises: how long it takes to make, and the pages of an officer in it.

ANKE_BENCH_CITY="1000" measures these sizes only. On the PostgreSQL of ANKE_BENCH_DATABASE_URL, else on SQLite.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
from datetime import date, timedelta

from bench.harness import scene, server
from bench.harness.figures import Report, percentile
from bench.harness.phones import Phone
from lms.access import demo

SIZES = "1000,5000,20000"
TIMES = 40
BAR_MS = 300
PAST_BAR_MS = 500
MAKING_BAR_S = 900
FULL = 20_000
YEAR = timedelta(days=365)
CAMPAIGN = re.compile(r"/campaigns/[0-9a-f-]{36}/summary")
LISTED = re.compile(r'href="((?:/campaigns/[0-9a-f-]{36})?/enterprises/[0-9a-f-]{36})"')
LATEST_FIRST = re.compile(r'href="(/campaigns/[0-9a-f-]{36})"')


def run() -> Report:
    report = Report("city")
    sizes = [int(size) for size in os.environ.get("ANKE_BENCH_CITY", SIZES).split(",")]
    p95: dict[str, list[tuple[int, float]]] = {}
    for size in sizes:
        port = server.free_port()
        with scene.installation(port) as (_folder, env, _app):
            made = subprocess.run(
                server.anke("demo", "--scale", str(size)),
                env=env,
                cwd=server.CHECKOUT,
                check=True,
                capture_output=True,
                text=True,
            )
            told = json.loads(made.stdout)
            report.add(f"{size}: making it", told["seconds"], "s", MAKING_BAR_S if size >= FULL else None)
            report.add(f"{size}: attendance rows", told["attendance"], "rows")
            with server.running(server.anke("serve", "--port", str(port)), port, env):
                for name, seconds, bar in asyncio.run(_read(port)):
                    report.add_times(f"{size}: {name}", seconds, bar)
                    p95.setdefault(name, []).append((size, percentile(seconds, 95) * 1000))
    if len(sizes) > 1:
        for name, points in p95.items():
            (least, short), (most, long) = points[0], points[-1]
            report.notes.append(f"{name}: {long / short:.1f} times as long for {most / least:.0f} times the enterprises")
    return report


async def _read(port: int) -> list[tuple[str, list[float], float]]:
    """Each page of the city's officer with the seconds it took and its bar."""
    phone = Phone(port)
    form = await phone.get("/sign-in")
    signed = {"csrf_token": form.form_token, "username": "city-officer", "password": demo.PASSWORD}
    await phone.post("/sign-in", signed)
    overview = await phone.get("/overview")
    matrix = CAMPAIGN.search(overview.text)
    assert matrix, overview.text[:800]
    campaign = matrix.group().removesuffix("/summary")
    index = await phone.get("/campaigns")
    earlier = list(dict.fromkeys(LATEST_FIRST.findall(index.text)))[-1]
    past = date.today() - YEAR  # noqa: DTZ011  # any day of the round a year ago will do
    street = f"{campaign}/enterprises?metric=not_lectured&street=430602008&industry=工贸"
    first = LISTED.search((await phone.get(f"{campaign}/enterprises?metric=not_lectured")).text)
    assert first, "nobody is behind"
    pages = (
        ("home", "/overview", BAR_MS),
        ("matrix", matrix.group(), BAR_MS),
        ("matrix of a district", f"{matrix.group()}?jurisdiction=430602", BAR_MS),
        ("worklist", f"{campaign}/enterprises?metric=attention", BAR_MS),
        ("patch", "/patch", BAR_MS),
        ("drill-down: street and industry", street, BAR_MS),
        ("drill-down: one enterprise", first.group(1), BAR_MS),
        ("as of a year ago", f"{earlier}/summary?as_of={past}", PAST_BAR_MS),
    )
    measured = []
    for name, path, bar in pages:
        seconds = []
        for _ in range(TIMES):
            answer = await phone.get(path, "page")
            assert answer.status == 200, (path, answer.status)
            seconds.append(phone.seconds["page"])
        measured.append((name, seconds[TIMES // 8 :], float(bar)))
    return measured
