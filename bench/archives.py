"""The archive of an enterprise of a thousand people over three years, as its job makes it; its trail; the page of one person."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import insert, select

from bench.harness import scene, server
from bench.harness.figures import Report
from lms.archives.copies import copy_of
from lms.archives.listings import trail_listing
from lms.archives.making import make_archive
from lms.archives.models import ArchiveOrder, Format
from lms.archives.person_book import person_book
from lms.archives.queries.trail import TrailFilter, trail_page
from lms.archives.service import order
from lms.core.db import new_id
from lms.core.exports import as_csv
from lms.core.jobs import Jobs
from lms.core.uow import UnitOfWork, unit_of_work
from lms.credentials.listeners import open_cycles
from lms.credentials.models import Completion, HoursLine
from lms.credentials.service.chain import enter_hours
from lms.lectures.models import Attendee, Lecture, LectureState, Sitting
from lms.registry.models import Enterprise, Person

PEOPLE = int(os.environ.get("ANKE_BENCH_PEOPLE") or 1000)
LECTURES = 12  # a year
EXPORTED = 10_000
JOB_SECONDS, FILE_SECONDS, COPY_SECONDS, PAGE_MS, TRAIL_MS = 60, 30, 60, 1000, 1000


def run() -> Report:
    report = Report("archives")
    with scene.installation(server.free_port()) as (_folder, _env, app):
        app.extensions["jobs"] = _NoJobs()
        enterprise_id, _people = scene.enterprise(PEOPLE)
        with unit_of_work(scene.BENCH, "system") as uow:
            person_id = _history(uow, enterprise_id)
        for _round in range(PEOPLE // 500 + 1):
            open_cycles()
        for kind, bar in ((Format.PDF, JOB_SECONDS), (Format.XLSX, JOB_SECONDS), (Format.ZIP, FILE_SECONDS)):
            took, used, size = _made(enterprise_id, kind)
            report.add(f"{kind.value} of {PEOPLE} people, three years", took, "s", bar)
            report.add(f"{kind.value}: processor", used, "s")
            report.add(f"{kind.value}: size", size / 1_000_000, "MB")
        with app.test_request_context():
            _trail(report, enterprise_id)
        _page(report, app, person_id)
    return report


class _NoJobs(Jobs):
    """Nothing is made but what is measured."""

    def __init__(self) -> None:
        pass

    def enqueue(self, name: str, /, *, after: float = 0, **values: object) -> None:
        pass


def _made(enterprise_id: UUID, kind: Format) -> tuple[float, float, int]:
    with unit_of_work(scene.BENCH, "system") as uow:
        order_id = order(uow, uow.session.get_one(Enterprise, enterprise_id), kind).id
    took, used = _timed(lambda: make_archive(order_id))
    with unit_of_work(scene.BENCH, "system", write=False) as uow:
        return took, used, uow.session.get_one(ArchiveOrder, order_id).size or 0


def _timed(function: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall and of the processor, children included."""
    used, begun = _processor(), time.perf_counter()
    function()
    return time.perf_counter() - begun, _processor() - used


def _processor() -> float:
    each = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in each)


def _history(uow: UnitOfWork, enterprise_id: UUID) -> UUID:
    """Lectures of three years that everybody heard, a line of hours each; returns the id of somebody who has 300 lines."""
    people = list(uow.session.scalars(select(Person.id).where(Person.enterprise_id == enterprise_id)))
    own = {"enterprise_id": enterprise_id}
    for at in range(3 * LECTURES):
        started = uow.now - timedelta(days=30 * at + 1)
        lecture = Lecture(
            **own, title=f"第 {at + 1} 堂安全课", number=100 + at, year=started.year, lecturer_id=people[0],
            lecturer_is_head=False, audience={}, created_by="bench", created_at=started, state=LectureState.CLOSED,
            closed_at=started,
        )  # fmt: skip
        lecture.sittings.append(
            Sitting(
                **own, place="礼堂", planned_starts_at=started, planned_ends_at=started + timedelta(hours=1), started_at=started,
                ended_at=started + timedelta(hours=1), closed_at=started,
            )
        )  # fmt: skip
        uow.session.add(lecture)
        uow.session.flush()
        heard = own | {"lecture_id": lecture.id}
        done = [
            heard | {
                "id": new_id(), "person_id": one, "completed": True, "attended": True, "examined": False, "passed": True,
                "minutes": 60, "reasons": ["在场 60/60 分钟", "合格"], "decided_at": started, "certificate_due": False,
            }
            for one in people
        ]  # fmt: skip
        uow.session.execute(
            insert(Attendee),
            [heard | {"id": new_id(), "person_id": one, "department_name": "车间", "category": "其他从业人员", "is_extra": False}
             for one in people],
        )  # fmt: skip
        uow.session.execute(insert(Completion), done)
        for one in done:
            enter_hours(uow, _line(one, started, heard))
    extra = done[0]
    for at in range(300 - 3 * LECTURES):
        enter_hours(uow, _line(extra, uow.now - timedelta(days=at), heard))
    return UUID(str(extra["person_id"]))


def _line(one: dict[str, Any], at: datetime, heard: dict[str, UUID]) -> HoursLine:
    return HoursLine(
        **heard, id=new_id(), person_id=one["person_id"], completion_id=one["id"], kind="earned", hours=Decimal(1),
        category="其他从业人员", trust="live", earned_on=at.date(), rule="JS1", reason="在场 60/60 分钟，合格", recorded_at=at,
    )  # fmt: skip


def _trail(report: Report, enterprise_id: UUID) -> None:
    with unit_of_work(scene.BENCH, "system", write=False) as uow:
        name = uow.session.scalars(select(Person.name).where(Person.enterprise_id == enterprise_id)).first() or ""
        for what, wanted in (("by kind", TrailFilter(kinds=("hours.recorded",))), ("by name", TrailFilter(q=name))):
            rows = trail_page(uow, enterprise_id, wanted, 1).total
            took, _used = _timed(lambda wanted=wanted: trail_page(uow, enterprise_id, wanted, 1))  # type: ignore[misc]
            report.add(f"trail of {3 * LECTURES * PEOPLE} entries {what} ({rows} found)", took * 1000, "ms", TRAIL_MS)
        hours = TrailFilter(kinds=("hours.recorded",))
        total = trail_page(uow, enterprise_id, hours, 1).total
        took, _used = _timed(lambda: trail_page(uow, enterprise_id, hours, None))
        report.add(f"reading {total} entries for the export", took, "s")
        took, _used = _timed(
            lambda: as_csv(trail_listing(uow.now, "操作记录", trail_page(uow, enterprise_id, hours, None).rows, ()))
        )
        each = took * 1000 * EXPORTED / total
        report.add(f"the export of {total} entries, read and written as CSV, for {EXPORTED} of them", each, "ms", TRAIL_MS)


def _page(report: Report, app: Flask, person_id: UUID) -> None:
    with app.test_request_context(), unit_of_work(scene.BENCH, "system", write=False) as uow:
        took, _used = _timed(lambda: person_book(uow, uow.session.get_one(Person, person_id)).frozen())
        report.add("everything of a person with 300 lines", took * 1000, "ms", PAGE_MS)
        took, _used = _timed(lambda: copy_of(uow, uow.session.get_one(Person, person_id)))
        report.add("the copy that this person may ask for", took, "s", COPY_SECONDS)
