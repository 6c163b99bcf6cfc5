"""300 people begin the quiz of a lecture that was just closed, within ten seconds, each on their own phone."""

from __future__ import annotations

import asyncio
import random
import time
from uuid import UUID

from sqlalchemy import func, select

from bench import floor
from bench.harness import examinees, scene, server
from bench.harness.figures import Report
from bench.harness.phones import Phone
from lms.core.uow import unit_of_work
from lms.quizzes.models import Attempt

PEOPLE = 300
WITHIN = 10.0
BAR_MS = 1_000
STEPS = ("entry", "start")


def run() -> Report:
    report = Report("quizstarts")
    base = floor.add_to(report)
    port = server.free_port()
    with scene.installation(port) as (_folder, env, app):
        enterprise_id, _people = scene.enterprise(PEOPLE)
        quiz_id, person_ids = examinees.open_quiz(enterprise_id)
        with server.serve(port, env):
            seconds, elapsed = asyncio.run(_begin(port, quiz_id, examinees.signed_in(app, person_ids)))
        with unit_of_work(scene.BENCH, "system", write=False) as uow:
            begun = uow.session.scalar(select(func.count(func.distinct(Attempt.person_id)))) or 0
        report.add_times("a request", seconds, BAR_MS)
        report.add("lost", PEOPLE - begun, "starts", 0)
        report.add("requests", len(seconds) / elapsed, "/s")
        report.add("requests, share of the floor", len(seconds) / elapsed / base * 100, "%")
    report.notes.append(
        "A start is two requests: the quiz's page, and the button, answered with the paper. Arrivals set the rate."
    )
    return report


async def _begin(port: int, quiz_id: UUID, cookies: list[str]) -> tuple[list[float], float]:
    chance = random.Random(2)
    await examinees.warm(port)
    begun = time.perf_counter()

    async def start(cookie: str) -> Phone:
        await asyncio.sleep(chance.uniform(0, WITHIN))
        phone = Phone(port, {"anke_session": cookie})
        page = await phone.get(f"/quizzes/{quiz_id}", "entry")
        assert page.status == 200, page.text[-1500:]
        paper = await phone.post(f"/quizzes/{quiz_id}", {"csrf_token": page.form_token}, "start")
        assert paper.status == 200 and "content-location" in paper.headers, paper.text[-1500:]
        await phone.close()
        return phone

    phones = await asyncio.gather(*(start(cookie) for cookie in cookies))
    return [phone.seconds[step] for phone in phones for step in STEPS], time.perf_counter() - begun
