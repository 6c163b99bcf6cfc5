"""The board of a lecture while people check in: what a refresh costs, and how soon the screens of many who watch it show a name.

A refresh is measured by itself, around the application, each after somebody came or went. Then people come in half a minute while
twenty trainers have the page open, which asks every one and a half seconds: from the recording of a check-in to each screen that
shows it. At last a lecture that half of the list came to is closed: until the draft of its make-up names the other half. Told for
300 and 500 people.

ANKE_BENCH_PEOPLE: one size alone.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Callable
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from bench.harness import hall, scene, server
from bench.harness.figures import Report
from bench.harness.phones import Phone
from bench.harness.processes import cpu_of_tree
from lms.attendance import service
from lms.attendance.models import AttendanceEvent, Mark, Method, Presence, Trust
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.lectures import service as lectures
from lms.lectures.models import Attendee, Lecture
from lms.lectures.rules import Audience

SIZES = tuple(int(size) for size in os.environ.get("ANKE_BENCH_PEOPLE", "300,500").split(","))
TIMES = 120
BAR_MS = 50
VIEWERS, EVERY = 20, 1.5  # seconds, as the page has it
WITHIN = 30.0
ON_SCREEN_MS = {300: 3_000, 500: 2_000}
DRAFTED = 5.0


def run() -> Report:
    report = Report("board")
    for size in SIZES:
        port = server.free_port()
        with scene.installation(port) as (_folder, env, app):
            enterprise_id, people = scene.enterprise(size)
            session = scene.trainer(app, enterprise_id)
            _measure_refreshes(report, app, session, scene.lecture(enterprise_id), size)
            watched = scene.lecture(enterprise_id)
            with server.serve(port, env) as running:
                cpu = cpu_of_tree(running.pid)
                late, taken = asyncio.run(_watch(port, session, watched, people))
                cpu = cpu_of_tree(running.pid) - cpu
            report.add(f"closing it, {size // 2} of {size} there: the make-up drafted", _close(enterprise_id), "s", DRAFTED)
        what = f"{VIEWERS} screens, {size} people within {WITHIN:.0f} s"
        report.add_times(f"{what}: from recording to screen", late, ON_SCREEN_MS.get(size))
        report.add_times(f"{what}: a refresh over the network", taken)
        report.add(f"{what}: names that a screen never showed", VIEWERS * size - len(late), "", 0)
        report.add(f"{what}: CPU of the server", cpu, "s")
    report.notes.append("A refresh: around the WSGI application, sign-in and permission included, network not.")
    report.notes.append(
        "Phones and screens share the cores with the server; a screen asks every 1.5 s, so that is what it waits at most."
    )
    return report


def _measure_refreshes(report: Report, app: Flask, session: str, lecture_id: UUID, size: int) -> None:
    client = app.test_client()
    client.set_cookie("anke_session", session)
    with unit_of_work(scene.BENCH, "system", write=False) as uow:
        listed = select(Attendee.person_id).where(Attendee.lecture_id == lecture_id).order_by(Attendee.id)
        people = uow.session.scalars(listed).all()
    news = iter([(person_id, mark) for mark in (Mark.IN, Mark.OUT) for person_id in people])
    for arrived in (0, size // 2, size):
        while _there(lecture_id) < arrived:
            _record(lecture_id, *next(news))
        seconds, tag, length = _refresh(client, lecture_id, "", lambda: _record(lecture_id, *next(news)))
        report.add_times(f"from {arrived} of {size} there, news each time: a refresh", seconds, BAR_MS)
        report.add(f"from {arrived} of {size} there: size", length / 1024, "KB")
        seconds, _tag, _length = _refresh(client, lecture_id, tag, lambda: None)
        report.add_times(f"from {arrived} of {size} there: nothing new (304)", seconds, BAR_MS)


def _there(lecture_id: UUID) -> int:
    with unit_of_work(scene.BENCH, "system", write=False) as uow:
        came = select(func.count(Presence.first_in_at)).where(Presence.lecture_id == lecture_id)
        return uow.session.scalars(came).one()


def _record(lecture_id: UUID, person_id: UUID, mark: Mark) -> None:
    with unit_of_work(scene.BENCH, "system") as uow:
        sitting = uow.session.get_one(Lecture, lecture_id).sitting
        service.record(uow, sitting, person_id, mark=mark, at=uow.now, method=Method.SCAN, trust=Trust.LIVE)


def _refresh(client: FlaskClient, lecture_id: UUID, tag: str, happens: Callable[[], None]) -> tuple[list[float], str, int]:
    """Seconds of each refresh, the tag of the last answer, and its bytes. tag: what the page already shows. happens: what is
    done before each, beside the time.
    """
    seconds, headers = [], {"If-None-Match": tag} if tag else {}
    for _ in range(TIMES):
        happens()
        begun = time.perf_counter()
        answer = client.get(f"/lectures/{lecture_id}/board", headers=headers)
        seconds.append(time.perf_counter() - begun)
        assert answer.status_code == (304 if tag else 200), answer.status
    return seconds[TIMES // 6 :], answer.headers.get("ETag", ""), len(answer.data)


def _close(enterprise_id: UUID) -> float:
    """Seconds from the tap that ends a lecture to the draft of its make-up with everybody who did not come."""
    lecture_id = scene.lecture(enterprise_id)
    with unit_of_work(scene.BENCH, "system") as uow:
        lectures.start(uow, uow.session.get_one(Lecture, lecture_id))
        people = uow.session.scalars(select(Attendee.person_id).where(Attendee.lecture_id == lecture_id)).all()
    came = people[: len(people) // 2]
    for person_id in came:
        _record(lecture_id, person_id, Mark.IN)
    begun = time.perf_counter()
    with unit_of_work(scene.BENCH, "system") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        assert lecture.sitting.started_at is not None
        lectures.close(uow, lecture, lecture.sitting.started_at, uow.now)
    with unit_of_work(scene.BENCH, "system", write=False) as uow:
        draft = uow.session.scalars(select(Lecture).where(Lecture.makes_up_for_id == lecture_id)).one()
        named = set(Audience.read(draft.audience).person_ids)
    taken = time.perf_counter() - begun
    assert {str(person_id) for person_id in people} - {str(person_id) for person_id in came} <= named
    return taken


async def _watch(port: int, session: str, lecture_id: UUID, people: list[scene.Worker]) -> tuple[list[float], list[float]]:
    """Seconds from each recording to each screen, and of each refresh."""
    over = asyncio.Event()
    screens = [asyncio.create_task(_screen(port, session, lecture_id, number, over)) for number in range(VIEWERS)]
    await asyncio.sleep(EVERY)
    await hall.arrive(port, lecture_id, people, WITHIN)
    over.set()
    shown = await asyncio.gather(*screens)
    with unit_of_work(scene.BENCH, "system", write=False) as uow:
        recorded = select(AttendanceEvent.recorded_at).where(AttendanceEvent.lecture_id == lecture_id)
        came = [at.timestamp() for at in uow.session.scalars(recorded.order_by(AttendanceEvent.recorded_at))]
    late, taken = [], []
    for seen, seconds in shown:
        taken += seconds
        known = 0
        for at, names in seen:
            late += [at - recorded for recorded in came[known:names]]
            known = max(known, names)
    return late, taken


async def _screen(
    port: int, session: str, lecture_id: UUID, number: int, over: asyncio.Event
) -> tuple[list[tuple[float, int]], list[float]]:
    """One open page, which asks as the page does: when it showed how many who are there, and the seconds of each refresh."""
    phone, tag = Phone(port, {"anke_session": session}), ""
    seen: list[tuple[float, int]] = []
    seconds: list[float] = []
    await asyncio.sleep(random.Random(number).uniform(0, EVERY))
    last = False
    while not last:
        last = over.is_set()  # once more after everybody has come
        answer = await phone.refresh(f"/lectures/{lecture_id}/board", tag)
        assert answer.status in (200, 304), answer.status
        seconds.append(phone.seconds["refresh"])
        if answer.status == 200:
            tag = answer.headers["etag"]
            seen.append((clock.now().timestamp(), answer.text.count("?mark=out")))
        await asyncio.sleep(EVERY)
    await phone.close()
    return seen, seconds
