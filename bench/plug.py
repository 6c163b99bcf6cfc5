"""The plug is pulled ten times while 50 people check in and take a quiz: server and worker are killed at moments nobody chose.

What the server had acknowledged must be in the database, once; the chain must hold; and the jobs that were cut off must go on
where they were: whoever passed gets one certificate, with numbers without a gap.

ANKE_BENCH_KILLS: 10 unless set. ANKE_BENCH_PHONES: 50 unless set. ANKE_BENCH_DATABASE_URL: on PostgreSQL.
"""

from __future__ import annotations

import asyncio
import os
import random
import threading
import time
from collections.abc import Sequence
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select

from bench.harness import examinees, hall, scene, server
from bench.harness.examinees import Counted, Examinee
from bench.harness.figures import Report
from bench.harness.processes import kill
from lms.attendance.models import AttendanceEvent
from lms.core.uow import unit_of_work
from lms.credentials.models import Certificate, SerialCounter
from lms.ledger.service import verify
from lms.quizzes.models import Attempt

KILLS = int(os.environ.get("ANKE_BENCH_KILLS", "10"))
PHONES = int(os.environ.get("ANKE_BENCH_PHONES", "50"))
LIVES = (1.0, 5.0)  # seconds a server runs before it is killed
TAPS = 10
PATIENCE = 120.0  # seconds until the jobs are done after the last start


def run() -> Report:
    report = Report("plug")
    port = server.free_port()
    with scene.installation(port) as (_folder, env, app):
        enterprise_id, people = scene.enterprise(PHONES)
        quiz_id, person_ids = examinees.open_quiz(enterprise_id, pass_mark=1)
        with server.running(server.anke("serve", "--port", str(port)), port, env):
            phones = asyncio.run(hall.make_known(port, scene.lecture(enterprise_id), people))
        lecture_id = scene.lecture(enterprise_id)
        taking = [Examinee(port, quiz_id, cookie) for cookie in examinees.signed_in(app, person_ids)]
        killed, arrived = _through_kills(port, env, lecture_id, phones, taking)
        counted = examinees.counts(quiz_id, taking)
        _tell(report, enterprise_id, lecture_id, quiz_id, counted, arrived)
    report.add("kill -9 of every process of the server", killed, "times", KILLS, at_least=True)
    return report


def _through_kills(
    port: int, env: dict[str, str], lecture_id: UUID, phones: Sequence[hall.Known], taking: Sequence[Examinee]
) -> tuple[int, int]:
    """Everybody at their own pace while the server is killed again and again; how often it was, and who has checked in."""
    ended = threading.Event()
    killed = 0

    def pull() -> None:
        nonlocal killed
        chance = random.Random()
        while killed < KILLS:
            with server.running(server.anke("serve", "--port", str(port)), port, env) as running:
                time.sleep(chance.uniform(*LIVES))
                kill(running.pid)
                killed += 1
        with server.running(server.anke("serve", "--port", str(port)), port, env):
            ended.wait()
            _wait_for_certificates(taking)

    puller = threading.Thread(target=_in_app(pull))
    puller.start()
    try:
        arrived = asyncio.run(_live(port, lecture_id, phones, taking))
    finally:
        ended.set()
        puller.join()
    return killed, arrived


def _in_app(act):  # type: ignore[no-untyped-def]
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def run() -> None:
        with app.app_context():
            act()

    return run


async def _live(port: int, lecture_id: UUID, phones: Sequence[hall.Known], taking: Sequence[Examinee]) -> int:
    chance, within = random.Random(), KILLS * (sum(LIVES) / 2 + 2)

    async def come(known: hall.Known) -> None:
        await asyncio.sleep(chance.uniform(0, within))
        await hall.check_in(hall.Stubborn(port, dict(known.cookies)), lecture_id, known.name)

    coming = [asyncio.create_task(come(known)) for known in phones]
    await examinees.sit(taking, within / 3, within * 2 / 3, TAPS)
    await asyncio.gather(*coming)
    return len(coming)


def _wait_for_certificates(taking: Sequence[Examinee]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with unit_of_work(scene.BENCH, "system", write=False) as uow:
            issued = uow.session.scalar(select(func.count()).select_from(Certificate)) or 0
            passed = uow.session.scalar(select(func.count()).select_from(Attempt).where(Attempt.passed)) or 0
        if issued >= passed:
            return
        time.sleep(0.5)


def _tell(report: Report, enterprise_id: UUID, lecture_id: UUID, quiz_id: UUID, counted: Counted, arrived: int) -> None:
    storage = current_app.extensions["storage"]
    with unit_of_work(scene.BENCH, "system", write=False) as uow:
        events = uow.session.scalars(select(AttendanceEvent.person_id).where(AttendanceEvent.lecture_id == lecture_id)).all()
        passed = set(uow.session.scalars(select(Attempt.person_id).where(Attempt.quiz_id == quiz_id, Attempt.passed)))
        certificates = uow.session.scalars(select(Certificate)).all()
        given = uow.session.scalars(select(SerialCounter.last)).all()
        found = verify(uow, enterprise_id)
    report.add("check-ins acknowledged", arrived, "", PHONES, at_least=True)
    report.add("check-ins lost", arrived - len(set(events)), "", 0)
    report.add("check-ins doubled", len(events) - len(set(events)), "", 0)
    report.add("answers and hand-ins lost", counted.lost, "", 0)
    report.add("answers and attempts doubled", counted.doubled, "", 0)
    report.add("passed", len(passed), "people", 1, at_least=True)
    report.add("passed without a certificate", len(passed - {one.person_id for one in certificates}), "people", 0)
    report.add("certificates doubled", len(certificates) - len({one.person_id for one in certificates}), "", 0)
    report.add("numbers lost", sum(given) - len(certificates), "", 0)
    report.add("certificates whose bytes are not there", sum(not storage.get(one.pdf_sha256) for one in certificates), "", 0)
    report.add("chain whole afterwards", int(found.whole), "", 1, at_least=True)
    report.headline = {
        "lost": counted.lost + arrived - len(set(events)),
        "doubled": counted.doubled + len(events) - len(set(events)),
    }
