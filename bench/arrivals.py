"""People come to a hall within a minute, each with a phone that was never here: 300, then 2,000."""

from __future__ import annotations

import asyncio

from bench.check_in import counts
from bench.harness import hall, scene, server
from bench.harness.figures import Report
from bench.harness.processes import cpu_of_tree, memory_of_tree

WITHIN = 60.0
HALLS = (300, 2_000)
BAR_MS = 1_000


def run() -> Report:
    report = Report("arrivals")
    for number in HALLS:
        port = server.free_port()
        with scene.installation(port) as (_folder, env, _app):
            enterprise_id, people = scene.enterprise(number)
            lecture_id = scene.lecture(enterprise_id)
            with server.serve(port, env) as running:
                phones = asyncio.run(hall.arrive(port, lecture_id, people, WITHIN))
                cpu, memory = cpu_of_tree(running.pid), memory_of_tree(running.pid)
            here, events = counts(lecture_id)
        what = f"{number:,} within {WITHIN:.0f} s"
        report.add_times(f"{what}: a request", [taken for phone in phones for taken in phone.seconds.values()], BAR_MS)
        report.add(f"{what}: CPU of the server", cpu, "s")
        report.add(f"{what}: memory (PSS)", memory, "MB")
        report.add(f"{what}: lost", number - here, "check-ins", 0)
        report.add(f"{what}: doubled", events - here, "check-ins", 0)
    report.notes.append("Phones from one address, as behind the one address of a hall; they share the two cores with the server.")
    report.notes.append("ANKE_BENCH_DATABASE_URL=postgresql://… measures on that server, in databases of its own.")
    return report
