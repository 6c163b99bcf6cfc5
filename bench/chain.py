"""The chain of one enterprise: entries appended in transactions of a hundred, and all of it looked through."""

from __future__ import annotations

import os
import time

from sqlalchemy import select

from bench.harness import scene, server
from bench.harness.figures import Report
from lms.core.uow import unit_of_work
from lms.ledger.service import append, verify
from lms.registry.models import Person

ENTRIES = int(os.environ.get("ANKE_BENCH_ENTRIES") or 20_000)
TOGETHER = 100
APPEND, VERIFY = 2_000, 50_000


def run() -> Report:
    report = Report("chain")
    with scene.installation(server.free_port()):
        enterprise_id, _people = scene.enterprise(1)
        with unit_of_work(scene.BENCH, "system", write=False) as uow:
            person_id = uow.session.scalars(select(Person.id)).one()
        begun, used = time.perf_counter(), time.process_time()
        for _transaction in range(ENTRIES // TOGETHER):
            with unit_of_work(scene.BENCH, "system") as uow:
                for number in range(TOGETHER):
                    fact = {"person": person_id, "mark": "in", "number": number, "recorded_at": uow.now, "reason": "没带手机"}
                    append(uow, enterprise_id, "bench.done", person_id, fact)
        report.add(
            "appended a second, in transactions of 100", ENTRIES / (time.perf_counter() - begun), "entries", APPEND, at_least=True
        )
        report.add("processor each", (time.process_time() - used) / ENTRIES * 1_000_000, "µs")
        begun, used = time.perf_counter(), time.process_time()
        with unit_of_work(scene.BENCH, "system", write=False) as uow:
            found = verify(uow, enterprise_id)
        took = time.perf_counter() - begun
        report.add("looked through a second", found.entries / took, "entries", VERIFY, at_least=True)
        report.add("by seconds of the processor", found.entries / (time.process_time() - used), "entries")
        report.add("chains that do not hold", 0 if found.whole else 1, "", 0)
    return report
