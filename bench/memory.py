"""What the whole process tree of `anke serve` holds in memory: at rest, after pages, and while certificates are printed."""

from __future__ import annotations

import asyncio
import time

from bench.harness import scene
from bench.harness.figures import Report
from bench.harness.phones import Phone
from bench.harness.processes import memory_of, memory_of_tree, tree
from lms.access import demo

BAR_MB = 300
OFFICER = ("/overview", "/campaigns", "/enterprises")
TRAINER = ("/lectures", "/people", "/questions", "/certificates")
ROUNDS = 10


def run() -> Report:
    report = Report("memory")
    with scene.served_demo() as running:
        report.add("just started (PSS)", memory_of_tree(running.pid), "MB")
        peak = asyncio.run(_use(running.port, running.pid))
        report.add("start to first answer", running.started_in, "s", 5)
        report.add("most at any time (PSS)", peak, "MB")
        settled = _settled(running.pid)
        report.add("after use (PSS)", settled, "MB", BAR_MB)
        for name, size in parts(running.pid):
            report.add(f"  of it {name}", size, "MB")
    report.notes.append("PSS: pages that processes share are counted once. The certificates still due are printed meanwhile.")
    return report


async def _use(port: int, pid: int) -> float:
    """Sign in as an officer and as a trainer, open their pages on every worker; returns the most seen, in MB."""
    peak = memory_of_tree(pid)
    for username, paths in (("demo-district", OFFICER), ("demo-trainer", TRAINER)):
        phone = Phone(port)
        form = await phone.get("/sign-in")
        typed = {"csrf_token": form.form_token, "username": username, "password": demo.PASSWORD}
        answer = await phone.post("/sign-in", typed)
        assert answer.status == 303, answer.text[-500:]
        for _ in range(ROUNDS):
            for path in paths:
                await phone.close()  # another connection may reach another worker
                answer = await phone.get(path)
                assert answer.status == 200, (path, answer.status)
            peak = max(peak, memory_of_tree(pid))
    until = time.monotonic() + 30
    while time.monotonic() < until:
        peak = max(peak, memory_of_tree(pid))
        await asyncio.sleep(0.5)
    return peak


def _settled(pid: int) -> float:
    time.sleep(5)
    return memory_of_tree(pid)


def parts(pid: int) -> list[tuple[str, float]]:
    """Each process of a tree with its share of memory in MB."""
    found = []
    for one in tree(pid):
        size = memory_of(one)
        if size is not None:
            found.append(("the one that watches" if one == pid else "one that serves or runs the jobs", size))
    return found
