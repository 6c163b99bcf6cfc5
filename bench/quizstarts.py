"""300 people begin the quiz of a lecture that was just closed, within ten seconds, each on their own phone."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import timedelta
from uuid import UUID

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import func, select

from bench import floor
from bench.harness import scene, server
from bench.harness.figures import Report
from bench.harness.phones import Phone
from lms.attendance import service as attendance
from lms.attendance.models import Mark
from lms.core.uow import unit_of_work
from lms.lectures import service as lectures
from lms.lectures.models import Attendee, Lecture
from lms.quizzes.models import Attempt, Quiz

PEOPLE = 300
WITHIN = 10.0
BAR_MS = 1_000
STEPS = ("entry", "start", "paper")


def run() -> Report:
    report = Report("quizstarts")
    base = floor.add_to(report)
    port = server.free_port()
    with scene.installation(port) as (_folder, env, app):
        enterprise_id, _people = scene.enterprise(PEOPLE)
        quiz_id, person_ids = _close(scene.lecture(enterprise_id))
        with server.running(server.anke("serve", "--port", str(port)), port, env):
            cookies = [_signed_in(app, person_id) for person_id in person_ids]
            seconds, elapsed = asyncio.run(_begin(port, quiz_id, cookies))
        with unit_of_work(scene.BENCH, "system", write=False) as uow:
            begun = uow.session.scalar(select(func.count(func.distinct(Attempt.person_id)))) or 0
        report.add_times("a request", seconds, BAR_MS)
        report.add("lost", PEOPLE - begun, "starts", 0)
        report.add("requests", len(seconds) / elapsed, "/s")
        report.add("requests, share of the floor", len(seconds) / elapsed / base * 100, "%")
    report.notes.append(
        "A start is three requests: the quiz's page, the button, the paper. Arrivals set the rate, not the server."
    )
    return report


def _close(lecture_id: UUID) -> tuple[UUID, list[UUID]]:
    """Everybody was there; returns the quiz that opens and its people."""
    with unit_of_work(scene.BENCH, "system") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        attendees = uow.session.scalars(select(Attendee).where(Attendee.lecture_id == lecture_id)).all()
        now = uow.now
        lecture.sitting.opened_at = now - timedelta(minutes=80)
        for attendee in attendees:
            attendance.enter(uow, lecture, attendee, mark=Mark.IN, at=now - timedelta(minutes=70), reason="bench")
        lectures.close(uow, lecture, now - timedelta(minutes=65), now, check_out_rest=True)
        return uow.session.scalars(select(Quiz.id).where(Quiz.lecture_id == lecture_id)).one(), [a.person_id for a in attendees]


def _signed_in(app: Flask, person_id: UUID) -> str:
    """The session of a phone that checked in earlier."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return str(signer.dumps({"_user_id": f"person:{person_id}", "_fresh": True}))


async def _begin(port: int, quiz_id: UUID, cookies: list[str]) -> tuple[list[float], float]:
    chance = random.Random(2)
    await asyncio.gather(*(Phone(port).get(path) for path in ("/sign-in", "/health") for _ in range(8)))
    begun = time.perf_counter()

    async def start(cookie: str) -> Phone:
        await asyncio.sleep(chance.uniform(0, WITHIN))
        phone = Phone(port, {"anke_session": cookie})
        page = await phone.get(f"/quizzes/{quiz_id}", "entry")
        assert page.status == 200, page.text[-1500:]
        answer = await phone.post(f"/quizzes/{quiz_id}", {"csrf_token": page.form_token}, "start")
        assert answer.status == 303, answer.text[-1500:]
        answer = await phone.get(answer.location, "paper")
        assert answer.status == 200, answer.text[-1500:]
        await phone.close()
        return phone

    phones = await asyncio.gather(*(start(cookie) for cookie in cookies))
    return [phone.seconds[step] for phone in phones for step in STEPS], time.perf_counter() - begun
