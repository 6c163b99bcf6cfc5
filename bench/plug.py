"""The plug is pulled ten times during a lecture with 50 phones: server and worker are killed at moments nobody chose.

A trainer opens the lecture, 50 people check in, the trainer closes it, they take the quiz, and the worker issues certificates.
Everybody asks until there is an answer, as the pages' own scripts and people's fingers do. One kill falls within 0.3 s of the tap
that opens and one within 0.3 s of the tap that closes; those after it wait a while for certificates that are due and not yet
there. The lecture takes no hour here: its phones scan as if they had been without a network for as long.

What the server had acknowledged must be in the database, once; the chain must hold; and the jobs that were cut off must go on
where they were: whoever passed gets one certificate, with numbers without a gap.

ANKE_BENCH_KILLS: 10 unless set; fewer may not fall into every part of the lecture, which misses a bar.
ANKE_BENCH_PHONES: 50 unless set. ANKE_BENCH_DATABASE_URL: on PostgreSQL.
"""

from __future__ import annotations

import asyncio
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import func, select

from bench.harness import examinees, hall, scene, server
from bench.harness.examinees import Counted, Examinee
from bench.harness.figures import Report
from bench.harness.processes import kill
from lms.attendance.models import AttendanceEvent, Mark
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.credentials.models import Certificate, SerialCounter
from lms.lectures.models import Attendee, Lecture, LectureState
from lms.ledger.models import ChainEntry
from lms.ledger.service import verify
from lms.quizzes.models import Attempt, Quiz

KILLS = int(os.environ.get("ANKE_BENCH_KILLS", "10"))
PHONES = int(os.environ.get("ANKE_BENCH_PHONES", "50"))
LIVES = (1.0, 5.0)  # seconds a server runs before it is killed
IN_A_TAP = 0.3  # seconds from a tap of the trainer within which the server is killed
ISSUING = 3.0  # seconds from a pass without a certificate within which the server is killed: some gather before any is made
START = 4.0  # seconds, about, until a server answers again
TAPS = 10
PATIENCE = 120.0  # seconds until the jobs are done after the last start
LENGTH = timedelta(minutes=65)
BEFORE = timedelta(minutes=2)  # that people came before the lecturer began
OPENING, ARRIVING, CLOSING, QUIZ, DUE = "opens", "people check in", "closes", "people take the quiz", "certificates are due"


@dataclass(slots=True)
class Script:
    """How far the lecture is. tapped: the trainer taps now. killed: how often, by what was going on."""

    lecture_id: UUID
    sitting_id: UUID
    doing: str = OPENING
    tapped: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    killed: Counter[str] = field(default_factory=Counter)


def run() -> Report:
    report = Report("plug")
    port = server.free_port()
    with scene.installation(port) as (_folder, env, app):
        enterprise_id, people = scene.enterprise(PHONES)
        session = scene.trainer(app, enterprise_id)
        with server.serve(port, env):
            phones = asyncio.run(hall.make_known(port, scene.lecture(enterprise_id), people))
        lecture_id = scene.lecture(enterprise_id, pass_mark=1, opened=False)
        with unit_of_work(scene.BENCH, "system", write=False) as uow:
            script = Script(lecture_id, uow.session.get_one(Lecture, lecture_id).sitting.id)
            quiz_id = uow.session.scalars(select(Quiz.id).where(Quiz.lecture_id == lecture_id)).one()
        trainer = hall.Stubborn(port, {"anke_session": session})
        taking = _through_kills(app, port, env, script, trainer, phones, quiz_id)
        _tell(report, enterprise_id, script, quiz_id, examinees.counts(quiz_id, taking), len(phones))
    return report


def _through_kills(
    app: Flask,
    port: int,
    env: dict[str, str],
    script: Script,
    trainer: hall.Stubborn,
    phones: Sequence[hall.Known],
    quiz_id: UUID,
) -> list[Examinee]:
    """The lecture from its opening to its certificates, while the server is killed again and again; who took the quiz."""

    def pull() -> None:
        with app.app_context():
            chance = random.Random()
            while script.killed.total() < KILLS:
                with server.serve(port, env) as running:
                    doing = _wait_for_a_moment(script, chance)
                    kill(running.pid)
                    script.killed[doing] += 1
            with server.serve(port, env):
                script.ended.wait()
                _wait_for_certificates()

    puller = threading.Thread(target=pull)
    puller.start()
    try:
        return asyncio.run(_live(app, port, script, trainer, phones, quiz_id))
    finally:
        script.ended.set()
        puller.join()


def _wait_for_a_moment(script: Script, chance: random.Random) -> str:
    """Let the server live until its plug is pulled; what goes on then."""
    if script.tapped.wait(chance.uniform(*LIVES)) or script.doing in (OPENING, CLOSING):
        script.tapped.wait(LIVES[1])
        script.tapped.clear()
        doing = script.doing
        time.sleep(chance.uniform(0, IN_A_TAP))
        return doing
    if script.doing != QUIZ:
        return script.doing
    until = time.monotonic() + LIVES[1]
    while not _due() and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(chance.uniform(0, ISSUING))
    return DUE if _due() else QUIZ


async def _live(
    app: Flask, port: int, script: Script, trainer: hall.Stubborn, phones: Sequence[hall.Known], quiz_id: UUID
) -> list[Examinee]:
    chance = random.Random()
    arriving = (KILLS - 2) // 3
    quiz_kills = KILLS - 2 - arriving

    async def come(known: hall.Known) -> None:
        await asyncio.sleep(chance.uniform(0, arriving * (sum(LIVES) / 2 + START)))
        await hall.check_in(hall.Stubborn(port, dict(known.cookies)), script.lecture_id, known.name, LENGTH + BEFORE)

    await _tap(script, trainer, "open", {})
    script.doing = ARRIVING
    await asyncio.gather(*map(come, phones))
    script.doing = CLOSING
    starts, ends = clock.local(clock.now() - LENGTH), clock.local(clock.now())
    held = {"day": f"{starts:%Y-%m-%d}", "started": f"{starts:%H:%M}", "ended": f"{ends:%H:%M}", "check_out_rest": "y"}
    await _tap(script, trainer, "close", held)
    script.doing = QUIZ
    with unit_of_work(scene.BENCH, "system", write=False) as uow:
        person_ids = uow.session.scalars(select(Attendee.person_id).where(Attendee.lecture_id == script.lecture_id)).all()
    taking = [Examinee(port, quiz_id, cookie) for cookie in examinees.signed_in(app, person_ids)]
    within = quiz_kills * (sum(LIVES) / 2 + START)
    await examinees.sit(taking, within * 2 / 3, within / 3, TAPS)
    return taking


async def _tap(script: Script, trainer: hall.Stubborn, step: str, said: dict[str, str]) -> None:
    """The trainer's button, until there is an answer: done, or that it was done by a tap whose answer was cut off."""
    page = await trainer.get(f"/lectures/{script.lecture_id}")
    script.tapped.set()
    answer = await trainer.post(f"/sittings/{script.sitting_id}/{step}", {"csrf_token": page.form_token, **said})
    assert answer.status in (303, 409), answer.text[-1500:]
    while script.tapped.is_set() and script.killed.total() < KILLS:  # the server is killed about now
        await asyncio.sleep(0.05)


def _due() -> int:
    """How many have passed and have no certificate yet."""
    with unit_of_work(scene.BENCH, "system", write=False) as uow:
        issued = uow.session.scalar(select(func.count()).select_from(Certificate)) or 0
        passed = uow.session.scalar(select(func.count()).select_from(Attempt).where(Attempt.passed)) or 0
    return passed - issued


def _wait_for_certificates() -> None:
    until = time.monotonic() + PATIENCE
    while _due() > 0 and time.monotonic() < until:
        time.sleep(0.5)


def _tell(report: Report, enterprise_id: UUID, script: Script, quiz_id: UUID, counted: Counted, arrived: int) -> None:
    storage = current_app.extensions["storage"]
    with unit_of_work(scene.BENCH, "system", write=False) as uow:
        marks = uow.session.execute(
            select(AttendanceEvent.mark, AttendanceEvent.person_id).where(AttendanceEvent.lecture_id == script.lecture_id)
        ).all()
        entered = uow.session.scalars(select(ChainEntry.kind).where(ChainEntry.subject_id == script.lecture_id)).all()
        closed = uow.session.get_one(Lecture, script.lecture_id).state == LectureState.CLOSED
        passed = set(uow.session.scalars(select(Attempt.person_id).where(Attempt.quiz_id == quiz_id, Attempt.passed)))
        certificates = uow.session.scalars(select(Certificate)).all()
        given = uow.session.scalars(select(SerialCounter.last)).all()
        found = verify(uow, enterprise_id)
    came, left = ([person_id for mark, person_id in marks if mark == wanted] for wanted in (Mark.IN, Mark.OUT))
    lost, doubled = arrived - len(set(came)), len(came) - len(set(came))
    for doing in (OPENING, ARRIVING, CLOSING, QUIZ, DUE):
        who = "the trainer " if doing in (OPENING, CLOSING) else ""
        bar = None if doing == QUIZ else 1
        report.add(f"killed while {who}{doing}", script.killed[doing], "times", bar, at_least=True)
    report.add("kill -9 of every process of the server", script.killed.total(), "times", KILLS, at_least=True)
    for step in ("opened", "closed"):
        report.add(f"the lecture {step} other than once", abs(entered.count(f"lecture.{step}") - 1), "times", 0)
    report.add("the lecture is closed", int(closed), "", 1, at_least=True)
    report.add("check-ins acknowledged", arrived, "", PHONES, at_least=True)
    report.add("check-ins lost", lost, "", 0)
    report.add("check-ins doubled", doubled, "", 0)
    report.add("not checked out at the end, or twice", len(set(came) - set(left)) + len(left) - len(set(left)), "", 0)
    report.add("answers and hand-ins lost", counted.lost, "", 0)
    report.add("answers and attempts doubled", counted.doubled, "", 0)
    report.add("passed", len(passed), "people", 1, at_least=True)
    report.add("passed without a certificate", len(passed - {one.person_id for one in certificates}), "people", 0)
    report.add("certificates doubled", len(certificates) - len({one.person_id for one in certificates}), "", 0)
    report.add("numbers lost", sum(given) - len(certificates), "", 0)
    report.add("certificates whose bytes are not there", sum(not storage.get(one.pdf_sha256) for one in certificates), "", 0)
    report.add("chain whole afterwards", int(found.whole), "", 1, at_least=True)
    report.headline = {"lost": counted.lost + lost, "doubled": counted.doubled + doubled}
