"""Everybody in a hall of 300 checks in at the same moment, each on a phone that knows them: scan, tap, read back.

A whole check-in is the scan, the page that says who one is, the tap and the page that is read back after the commit; its
event, its presence and its entry in the chain are in the database then. Once more with a network that loses three requests
in ten.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from bench import floor
from bench.harness import hall, scene, server
from bench.harness.figures import Report, headline
from bench.harness.phones import Phone
from bench.harness.processes import cpu_of_tree, memory_of_tree
from lms.attendance.models import AttendanceEvent
from lms.core.uow import unit_of_work
from lms.ledger.service import verify

PHONES = 300
ROUNDS = 5
LOSS = 0.3
BAR_PERCENT = 40


def run() -> Report:
    report = Report("check-in")
    port = server.free_port()
    with floor.around(report) as base, scene.installation(port) as (_folder, env, _app):
        enterprise_id, people = scene.enterprise(PHONES)
        with server.serve(port, env) as running:
            phones = asyncio.run(hall.make_known(port, scene.lecture(enterprise_id), people))
            lectures = [scene.lecture(enterprise_id) for _ in range(ROUNDS)]
            cpu = cpu_of_tree(running.pid)
            each, whole, elapsed = [], [], 0.0
            for lecture_id in lectures:
                taken = asyncio.run(_at_once(port, lecture_id, phones))
                each += taken.requests
                whole += taken.check_ins
                elapsed += taken.all_in
            cpu = cpu_of_tree(running.pid) - cpu
            memory = memory_of_tree(running.pid)
            shaky = scene.lecture(enterprise_id)
            asyncio.run(_at_once(port, shaky, phones, LOSS))
        counted = [counts(lecture_id) for lecture_id in [*lectures, shaky]]
        with unit_of_work(scene.BENCH, "system", write=False) as uow:
            whole_chain = verify(uow, enterprise_id).whole
    per_s = PHONES * ROUNDS / elapsed
    report.add("at once: check-ins", per_s, "/s")
    report.add("at once: share of the floor", per_s / base.per_s * 100, "%", BAR_PERCENT, at_least=True)
    report.add_times("at once: a whole check-in", whole)
    report.add_times("at once: a request", each)
    report.add("at once: CPU of the server, a check-in", cpu / (PHONES * ROUNDS) * 1000, "ms")
    report.add("memory (PSS)", memory, "MB")
    report.add("lost", sum(PHONES - here for here, _events in counted[:-1]), "check-ins", 0)
    report.add("doubled", sum(events - here for here, events in counted[:-1]), "check-ins", 0)
    here, events = counted[-1]
    report.add(f"with {LOSS:.0%} of requests lost: lost", PHONES - here, "check-ins", 0)
    report.add(f"with {LOSS:.0%} of requests lost: doubled", events - here, "check-ins", 0)
    report.add("chain whole afterwards", int(whole_chain), "", 1, at_least=True)
    report.headline = headline(whole, per_s, base.per_s, cpu / (PHONES * ROUNDS), memory) | losses(counted)
    report.notes.append(
        f"{ROUNDS} lectures, {PHONES} phones each at the same moment; a phone keeps who it knows and its own number from an"
        " earlier lecture, no session. The phones share the two cores with the server."
    )
    return report


@dataclass(frozen=True, slots=True)
class _Taken:
    """Seconds: of each request, of each check-in from the first scan in the hall to what was read back, and of all of them."""

    requests: list[float]
    check_ins: list[float]
    all_in: float


async def _at_once(port: int, lecture_id: UUID, phones: list[hall.Known], loss: float = 0.0) -> _Taken:
    fresh = [one.arrive(port, loss) for one in phones]
    begun = time.perf_counter()

    async def whole(phone: Phone, name: str) -> float:
        await hall.check_in(phone, lecture_id, name)
        return time.perf_counter() - begun

    check_ins = await asyncio.gather(*(whole(phone, one.name) for phone, one in zip(fresh, phones, strict=True)))
    return _Taken([taken for phone in fresh for taken in phone.seconds.values()], check_ins, max(check_ins))


def losses(counted: list[tuple[int, int]]) -> dict[str, int]:
    """What was lost and doubled of all lectures. counted: as counts() has it, of each."""
    return {"lost": sum(PHONES - here for here, _events in counted), "doubled": sum(events - here for here, events in counted)}


def counts(lecture_id: UUID) -> tuple[int, int]:
    """Different people with a check-in, and check-ins, as the database has it."""
    with unit_of_work(scene.BENCH, "system", write=False) as uow:
        wanted = select(func.count(func.distinct(AttendanceEvent.person_id)), func.count(AttendanceEvent.id))
        here, events = uow.session.execute(wanted.where(AttendanceEvent.lecture_id == lecture_id)).one()
        return here, events
