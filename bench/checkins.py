"""300 phones check in: scan, say who one is, see it confirmed. Once over a minute, once all at the same moment."""

from __future__ import annotations

import asyncio
import random
import time
from uuid import UUID

from sqlalchemy import func, select

from bench import floor
from bench.harness import scene, server
from bench.harness.figures import Report
from bench.harness.phones import Phone
from lms.attendance.models import AttendanceEvent
from lms.core.uow import unit_of_work

PHONES = 300
BAR_MS = 1_000
STEPS = ("scan", "form", "identify", "done")  # the four requests of a phone that was never here before


def run() -> Report:
    report = Report("checkins")
    base = floor.add_to(report)
    port = server.free_port()
    with scene.installation(port) as (_folder, env, _app):
        enterprise_id, people = scene.enterprise(PHONES)
        with server.running(server.anke("serve", "--port", str(port)), port, env):
            asyncio.run(_warm(port))
            for what, within in (("within 60 s", 60.0), ("all at once", 0.0)):
                lecture_id = scene.lecture(enterprise_id)
                seconds, journeys, elapsed = asyncio.run(_arrive(port, lecture_id, people, within))
                report.add_times(f"{what}: a request", seconds, BAR_MS if within else None)
                report.add_times(f"{what}: the four requests of a phone", journeys)
                report.add(f"{what}: lost", PHONES - _events(lecture_id), "check-ins", 0)
                if not within:
                    report.add(f"{what}: throughput", PHONES / elapsed, "check-ins/s")
                    report.add(f"{what}: requests", len(seconds) / elapsed, "/s")
                    report.add(f"{what}: requests, share of the floor", len(seconds) / elapsed / base * 100, "%")
    report.notes.append(
        f"{PHONES} new phones from one address, as behind the one address of a hall; the phones share the two cores."
    )
    return report


async def _warm(port: int) -> None:
    """Both processes have imported and compiled what they need, as after the first lecture of a day."""
    await asyncio.gather(*(Phone(port).get(path) for path in ("/s/none", "/code", "/sign-in", "/health") for _ in range(8)))


async def _arrive(
    port: int, lecture_id: UUID, people: list[scene.Worker], within: float
) -> tuple[list[float], list[float], float]:
    """Seconds of each request, of each phone, and from the first to the last."""
    chance = random.Random(1)
    starts = sorted(chance.uniform(0, within) for _ in people)
    begun = time.perf_counter()

    async def come(person: scene.Worker, at: float) -> Phone:
        await asyncio.sleep(at)
        phone = Phone(port)
        answer = await phone.get(f"/s/{scene.token(lecture_id)}", "scan")
        assert answer.status == 303, answer
        answer_form = await phone.get(answer.location, "form")
        assert answer_form.status == 200, answer_form
        typed = {
            "csrf_token": answer_form.form_token, "do": "identify", "phone": person.phone, "tail": person.id_number[-4:],
        }  # fmt: skip
        answer = await phone.post(answer.location, typed, "identify")
        assert answer.status == 303, answer.text[-1500:]
        answer = await phone.get(answer.location, "done")
        assert answer.status == 200 and person.name in answer.text, answer.text[-1500:]
        await phone.close()
        return phone

    phones = await asyncio.gather(*(come(person, at) for person, at in zip(people, starts, strict=True)))
    elapsed = time.perf_counter() - begun
    seconds = [phone.seconds[step] for phone in phones for step in STEPS]
    return seconds, [sum(phone.seconds.values()) for phone in phones], elapsed


def _events(lecture_id: UUID) -> int:
    """Different people with a check-in, as the database has it."""
    with unit_of_work(scene.BENCH, "system", write=False) as uow:
        wanted = select(func.count(func.distinct(AttendanceEvent.person_id))).where(AttendanceEvent.lecture_id == lecture_id)
        return uow.session.scalar(wanted) or 0
