"""A whole hall takes its quiz: 300 people begin within ten seconds, answer ten questions each and hand in within five minutes.

What is measured is told apart. A start is the button, which is answered with the paper; a save is one tap; a submit is handing
in with grading, which is answered with the result page that is read back after the commit. Each is driven by clients who never
pause and told as a share of the floor just before and after. Then the hall itself, in real time; then a network that loses three
requests in ten and is gone for some minutes; then a server that is killed in the middle of the taps.

ANKE_BENCH_PEOPLE: 300 unless set. ANKE_BENCH_OUTAGE: seconds without a network, 300 unless set. ANKE_BENCH_PARTS: which of
rates, hall, outage, kill; all unless set. ANKE_BENCH_DATABASE_URL: on PostgreSQL.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bench import floor
from bench.harness import examinees, scene, server
from bench.harness.examinees import Counted, Examinee
from bench.harness.figures import Report, headline
from bench.harness.processes import cpu_of_tree, memory_of_tree

PEOPLE = int(os.environ.get("ANKE_BENCH_PEOPLE", "300"))
OUTAGE = float(os.environ.get("ANKE_BENCH_OUTAGE", "300"))
PARTS = os.environ.get("ANKE_BENCH_PARTS", "rates,hall,outage,kill").split(",")
RATED = int(os.environ.get("ANKE_BENCH_RATED", "300"))  # people of whom the rates are taken, however many are in the hall
STARTS_WITHIN, WITHIN = 10.0, 300.0
QUESTIONS = 10
CLIENTS = 50
LOSS = 0.3
BARS = {"start": 35, "save": 65, "submit": 28}


def run() -> Report:
    report = Report("quiz")
    lost = doubled = 0
    for part, act in (("rates", _rates), ("hall", _hall), ("outage", _outage), ("kill", _kill)):
        if part not in PARTS:
            continue
        people = {"rates": RATED, "hall": PEOPLE}.get(part, min(PEOPLE, RATED))
        port = server.free_port()
        with scene.installation(port) as (folder, env, app):
            enterprise_id, _people = scene.enterprise(people)
            quiz_id, person_ids = examinees.open_quiz(enterprise_id)
            taking = [Examinee(port, quiz_id, cookie) for cookie in examinees.signed_in(app, person_ids)]
            act(report, port, env, folder, taking)
            steps = examinees.counts_of_steps(quiz_id, taking)
        if part == "rates":
            for step, one in steps.items():
                report.headline[step] |= {"lost": one.lost, "doubled": one.doubled}
        counted = examinees.in_all(steps)
        _tell(report, part, counted)
        lost, doubled = lost + counted.lost, doubled + counted.doubled
    report.headline |= {"lost": lost, "doubled": doubled}
    report.notes.append(
        f"start: the button and the paper; save: one tap; submit: handing in and the result page; one request each. {CLIENTS}"
        " clients who never pause share the cores with the server. lost: acknowledged and not in the database, or"
        " there with another choice; doubled: in it twice."
    )
    return report


def _tell(report: Report, part: str, counted: Counted) -> None:
    report.add(f"{part}: lost", counted.lost, "attempts, answers and hand-ins", 0)
    report.add(f"{part}: doubled", counted.doubled, "attempts, answers and hand-ins", 0)


class Rated(NamedTuple):
    """What one step of all took. seconds: of each; elapsed: of all together; cpu: of the server, seconds; memory: MB after it."""

    seconds: list[float]
    elapsed: float
    cpu: float
    memory: float


def _rates(report: Report, port: int, env: dict[str, str], _folder: Path, taking: Sequence[Examinee]) -> None:
    """Everybody begins, taps and hands in as fast as the server lets them, each step by itself."""
    with floor.around(report) as base, server.serve(port, env) as running:
        asyncio.run(examinees.warm(port))
        steps = asyncio.run(_rate(running.pid, taking))
    _tell_rates(report, base.per_s, steps)


def _tell_rates(report: Report, base: float, steps: Mapping[str, Rated]) -> None:
    for step, (seconds, elapsed, cpu, memory) in steps.items():
        figures = headline(seconds, len(seconds) / elapsed, base, cpu / len(seconds), memory)
        report.headline[step] = figures
        report.add(f"{step}: per second", figures["per_s"], "/s")
        report.add(f"{step}: share of the floor", figures["share_of_floor"] * 100, "%", BARS[step], at_least=True)
        report.add_times(step, seconds)
        report.add(f"{step}: CPU of the server", figures["cpu_ms"], "ms")
        report.add(f"{step}: memory (PSS)", memory, "MB")


async def _rate(pid: int, taking: Sequence[Examinee]) -> dict[str, Rated]:
    await examinees.prepare(taking)
    steps = {}
    for step, acts in (
        ("start", [[one.start] for one in taking]),
        ("save", [[one.tap] * QUESTIONS for one in taking]),
        ("submit", [[one.submit] for one in taking]),
    ):
        cpu = cpu_of_tree(pid)
        elapsed = await examinees.drive(acts, CLIENTS)
        cpu = cpu_of_tree(pid) - cpu
        seconds = [taken for one in taking for taken in one.seconds[step]]
        steps[step] = Rated(seconds, elapsed, cpu, memory_of_tree(pid))
    return steps


def _hall(report: Report, port: int, env: dict[str, str], _folder: Path, taking: Sequence[Examinee]) -> None:
    """In real time: starts within ten seconds, then ten taps and the hand-in within five minutes."""
    with server.serve(port, env) as running:
        asyncio.run(examinees.warm(port))
        cpu, begun = cpu_of_tree(running.pid), time.perf_counter()
        asyncio.run(examinees.sit(taking, STARTS_WITHIN, WITHIN - 2 * STARTS_WITHIN, QUESTIONS))
        ended, all_begun = time.perf_counter(), max(one.began_at for one in taking)
        report.add(f"hall: {len(taking)} people who come within {STARTS_WITHIN:.0f} s have begun", all_begun - begun, "s")
        report.add("hall: from then to the last result", ended - all_begun, "s", WITHIN)
        for step in ("start", "save", "submit"):
            report.add_times(f"hall: {step}", [taken for one in taking for taken in one.seconds[step]])
        report.add("hall: CPU of the server, a person", (cpu_of_tree(running.pid) - cpu) / len(taking) * 1000, "ms")
        report.add("hall: memory (PSS)", memory_of_tree(running.pid), "MB")


def _outage(report: Report, port: int, env: dict[str, str], _folder: Path, taking: Sequence[Examinee]) -> None:
    """Three requests in ten are lost, half of them on the way back; then nothing comes through for minutes."""
    for at, one in enumerate(taking):
        one.make_shaky(LOSS, random.Random(at))
    with server.serve(port, env):
        asyncio.run(examinees.through_an_outage(taking, STARTS_WITHIN, OUTAGE, QUESTIONS))
    report.add("outage: seconds without a network", OUTAGE, "s")


def _kill(report: Report, port: int, env: dict[str, str], _folder: Path, taking: Sequence[Examinee]) -> None:
    """kill -9 of every process of the server in the burst of taps; what it had acknowledged must be there after a restart."""
    acknowledged = examinees.through_a_kill(taking, port, env, QUESTIONS)
    report.add("kill: acknowledged before the kill", acknowledged, "answers", 1, at_least=True)
