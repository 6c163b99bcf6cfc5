"""A city of 1,000, 5,000 and 20,000 enterprises: how long it takes to make; an officer's pages, a bulletin, a lecture in it.

ANKE_BENCH_CITY="1000" measures these sizes only. On the PostgreSQL of ANKE_BENCH_DATABASE_URL, else on SQLite.
ANKE_BENCH_CITY_FOLDER keeps the cities there, so that the next measurement need not make them again.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import quote
from uuid import UUID

from bench.harness import cities, server
from bench.harness.figures import Report, percentile
from bench.harness.phones import Phone
from lms.access import demo

SIZES = "1000,5000,20000"
TIMES, WARM = 40, 3
BAR_MS, PAST_BAR_MS = 300, 500
MAKING_BAR_S, BULLETIN_BAR_S, FACT_BAR_S = 900, 30, 5
FULL = 20_000
PATIENCE_S = 120
YEAR = timedelta(days=365)
CAMPAIGN = re.compile(r"/campaigns/([0-9a-f-]{36})/summary")
LISTED = re.compile(r'href="((?:/campaigns/[0-9a-f-]{36})?/enterprises/[0-9a-f-]{36})"')
LECTURE = re.compile(r'href="(/lectures/[0-9a-f-]{36})"')
LATEST_FIRST = re.compile(r'href="(/campaigns/[0-9a-f-]{36})"')


def run() -> Report:
    report = Report("city")
    sizes = [int(size) for size in os.environ.get("ANKE_BENCH_CITY", SIZES).split(",")]
    p95: dict[str, list[tuple[int, float]]] = {}
    for size in sizes:
        port = server.free_port()
        with cities.city(size, port) as (env, making):
            report.add(f"{size}: making it", making, "s", MAKING_BAR_S if size >= FULL else None)
            report.add(f"{size}: attendance rows", cities.attendance_rows(), "rows")
            with server.serve(port, env):
                asyncio.run(_measure(Officer(port), report, size, p95))
    if len(sizes) > 1:
        for name, points in p95.items():
            (least, short), (most, long) = points[0], points[-1]
            report.notes.append(f"{name}: {long / short:.1f} times as long for {most / least:.0f} times the enterprises")
    return report


async def _measure(officer: Officer, report: Report, size: int, p95: dict[str, list[tuple[int, float]]]) -> None:
    await officer.sign_in()
    for _name, path, _bar in officer.pages():  # while the worker looks through everything for the first time
        await officer.read(path, WARM)
    for name, path, bar in officer.pages():
        seconds = await officer.read(path)
        report.add_times(f"{size}: {name}", seconds, bar)
        p95.setdefault(name, []).append((size, percentile(seconds, 95) * 1000))
    gathered, printed = await officer.bulletin()
    report.add(f"{size}: bulletin, gathered by its job", gathered, "s")
    report.add(f"{size}: bulletin, printed by its job (pdf, docx, xlsx)", printed, "s")
    report.add(f"{size}: bulletin, both", gathered + printed, "s", BULLETIN_BAR_S)
    closing, seen = await officer.lecture()
    report.add(f"{size}: closing a lecture", closing, "s")
    report.add(f"{size}: from closing it to the matrix that shows it", seen, "s", FACT_BAR_S)


class Officer:
    """The city's officer with a browser: one reader, one page after the other."""

    def __init__(self, port: int) -> None:
        self.phone = Phone(port)

    async def sign_in(self) -> None:
        """And find out what there is to read."""
        form = await self.phone.get("/sign-in")
        signed = {"csrf_token": form.form_token, "username": "city-officer", "password": demo.PASSWORD}
        await self.phone.post("/sign-in", signed)
        overview = await self.phone.get("/overview")
        matrix = CAMPAIGN.search(overview.text)
        assert matrix, overview.text[:800]
        self.campaign_id, self.campaign = matrix.group(1), matrix.group().removesuffix("/summary")
        index = await self.phone.get("/campaigns")
        self.earlier = list(dict.fromkeys(LATEST_FIRST.findall(index.text)))[-1]
        first = LISTED.search((await self.phone.get(f"{self.campaign}/enterprises?metric=not_lectured")).text)
        done = LISTED.search((await self.phone.get(f"{self.campaign}/enterprises?metric=lectured")).text)
        assert first and done, "nobody is behind, or nobody lectured"
        lecture = LECTURE.search((await self.phone.get(done.group(1))).text)
        assert lecture, "an enterprise does not show its lecture"
        self.behind, self.lectured = first.group(1), lecture.group(1)

    def pages(self) -> tuple[tuple[str, str, float], ...]:
        """(name, address, bar in milliseconds) of each page."""
        now, then = self.campaign, self.earlier
        past = date.today() - YEAR  # noqa: DTZ011  # any day of the round a year ago will do
        cell = "street=430602008&industry=工贸"
        return (
            ("home", "/overview", BAR_MS),
            ("matrix", f"{now}/summary", BAR_MS),
            ("matrix of a district", f"{now}/summary?jurisdiction=430602", BAR_MS),
            ("matrix by officer and size", f"{now}/views?rows=officer&columns=size&jurisdiction=430602", BAR_MS),
            ("matrix by industry and size", f"{now}/views?rows=industry&columns=size", BAR_MS),
            ("worklist", f"{now}/enterprises?metric=attention", BAR_MS),
            ("patch", "/patch", BAR_MS),
            ("drill-down: street and industry", f"{now}/enterprises?metric=not_lectured&{cell}", BAR_MS),
            ("drill-down: one enterprise", self.behind, BAR_MS),
            ("drill-down: one lecture", self.lectured, BAR_MS),
            ("matrix as of a year ago", f"{then}/summary?as_of={past}", PAST_BAR_MS),
            ("list as of a year ago", f"{then}/enterprises?metric=not_lectured&as_of={past}", PAST_BAR_MS),
            ("drill-down as of a year ago", f"{then}/enterprises?metric=not_lectured&as_of={past}&{cell}", PAST_BAR_MS),
        )

    async def read(self, path: str, times: int = TIMES) -> list[float]:
        """The seconds of each time, one after the other."""
        seconds = []
        for _ in range(times):
            answer = await self.phone.get(path, "page")
            assert answer.status == 200, (path, answer.status)
            seconds.append(self.phone.seconds["page"])
        return seconds

    async def bulletin(self) -> tuple[float, float]:
        """Seconds from asking for a bulletin of the whole city to its draft, and from its publication to its files."""
        form = await self.phone.get(f"/bulletins/new?campaign={self.campaign_id}")
        asked = {"csrf_token": form.form_token, "campaign": self.campaign_id, "area": "430600", "day": str(date.today())}  # noqa: DTZ011
        begun = time.perf_counter()
        made = (await self.phone.post("/bulletins/new", asked)).location
        assert made, "no bulletin was begun"
        bulletin_id = UUID(made.rsplit("/", 1)[1])
        await self.phone.close()  # the server lets go of a connection on which nothing is asked for so long
        await _until(lambda: cities.gathered(bulletin_id))
        gathered = time.perf_counter() - begun
        begun = time.perf_counter()
        cities.publish(bulletin_id)
        await _until(lambda: cities.printed(bulletin_id))
        return gathered, time.perf_counter() - begun

    async def lecture(self) -> tuple[float, float]:
        """Seconds that closing a lecture takes, and from its beginning to the matrix whose cell counts the enterprise."""
        campaign_id = UUID(self.campaign_id)
        enterprise_id, district, industry = cities.one_behind(campaign_id)
        lecture_id = cities.opened(enterprise_id, campaign_id)
        before = await self._cell(district, industry)
        begun = time.perf_counter()
        cities.close(lecture_id)
        closed = time.perf_counter() - begun
        while await self._cell(district, industry) != before + 1:
            assert time.perf_counter() - begun < PATIENCE_S, "the matrix does not show it"
        return closed, time.perf_counter() - begun

    async def _cell(self, district: str, industry: str) -> int:
        """How many have lectured by the matrix."""
        page = await self.phone.get(f"{self.campaign}/summary")
        cells = re.findall(r'<td[^>]*><a href="([^"]+)"[^>]*>[^<]*<small>(\d+)/', page.text)
        wanted = f"street={district}&amp;industry={quote(industry)}"
        return next(int(number) for address, number in cells if wanted in address)


async def _until(holds: Callable[[], bool]) -> None:
    begun = time.perf_counter()
    while not holds():
        assert time.perf_counter() - begun < PATIENCE_S, "the job does not end"
        await asyncio.sleep(0.05)
