"""A batch of certificates as the job makes them: drawn, printed, signed, stored, and entered in register and chain."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from bench import certificate
from bench.harness import scene, server
from bench.harness.figures import Report
from bench.harness.processes import memory_of_tree
from lms.attendance import service as attendance
from lms.attendance.models import Mark, Method, Trust
from lms.core.uow import unit_of_work
from lms.credentials.models import Certificate
from lms.lectures import service as lectures
from lms.lectures.models import Lecture
from lms.lectures.rules.plans import Audience
from lms.ledger.service import verify
from lms.registry.queries import departments_on

NUMBER = int(os.environ.get("ANKE_BENCH_CERTIFICATES") or 10_000)
EACH_SECOND = 20
MEMORY_MB = 600
AT_ONCE = 500


def run() -> Report:
    report = Report("certificates10000")
    certificate.compare(report)
    with scene.installation(server.free_port()) as (_folder, env, _app):
        enterprise_id, _people = scene.enterprise(NUMBER)
        lecture_id = _held(enterprise_id)
        before, begun, most = _processor(), time.perf_counter(), 0.0
        issuing = subprocess.Popen(server.anke("certificate", "issue", str(lecture_id)), env=env, cwd=server.CHECKOUT)
        while issuing.poll() is None:
            most = max(most, memory_of_tree(issuing.pid))
            time.sleep(0.3)
        took, used = time.perf_counter() - begun, _processor() - before
        with unit_of_work(scene.BENCH, "system", write=False) as uow:
            serials = uow.session.scalars(select(Certificate.serial).order_by(Certificate.serial)).all()
            whole = verify(uow, enterprise_id).whole
        lost = len({*range(1, NUMBER + 1)} ^ {int(serial[-6:]) for serial in serials})
        report.add(f"of {NUMBER}, a second", len(serials) / took, "certificates", EACH_SECOND, at_least=True)
        report.add("processor each, of all processes", used / NUMBER * 1000, "ms")
        report.add("most memory at any time (PSS)", most, "MB", MEMORY_MB)
        report.add("numbers lost or used twice", lost + len(serials) - len(set(serials)), "", 0)
        report.add("chains that do not hold", 0 if whole else 1, "", 0)
    report.notes.append("The start of the processes is in it. ANKE_BENCH_CERTIFICATES says how many, 10000 unless told.")
    return report


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _held(enterprise_id: UUID) -> UUID:
    """A lecture that everybody heard from beginning to end, without a quiz."""
    with unit_of_work(scene.BENCH, "system") as uow:
        people = scene.people_of(uow, enterprise_id)
        starts_at = uow.now - timedelta(minutes=61)
        plan = lectures.Plan(
            title="总经理讲安全课：粉尘防爆与有限空间作业安全", campaign_id=None, lecturer_id=people[0],
            slots=(lectures.Slot(starts_at, starts_at + timedelta(minutes=60), "大礼堂"),),
            audience=Audience(departments=tuple(str(row.id) for row, _n in departments_on(uow, enterprise_id, uow.today))),
            quiz=None,
        )  # fmt: skip
        lecture = lectures.schedule(uow, enterprise_id, plan)
        lectures.open_check_in(uow, lecture)
        lectures.start(uow, lecture)
    for start in range(0, len(people), AT_ONCE):
        with unit_of_work(scene.BENCH, "system") as uow:
            sitting = uow.session.get_one(Lecture, lecture.id).sitting
            for person_id in people[start : start + AT_ONCE]:
                for mark, at in ((Mark.IN, starts_at), (Mark.OUT, starts_at + timedelta(minutes=60))):
                    attendance.record(uow, sitting, person_id, mark=mark, at=at, method=Method.SCAN, trust=Trust.LIVE)
    with unit_of_work(scene.BENCH, "system") as uow:
        lectures.close(uow, uow.session.get_one(Lecture, lecture.id), starts_at, starts_at + timedelta(minutes=60))
    return lecture.id
