"""A city of so many enterprises, made for one measurement or kept for the next; and what happens in it while it is measured."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import func, select

from bench.harness import databases, scene, server
from lms.app import serving
from lms.attendance import service as attendance
from lms.attendance.models import AttendanceEvent, Mark, Method, Trust
from lms.compliance.bulletins.models import Bulletin, BulletinState
from lms.compliance.bulletins.rules import NAMING
from lms.compliance.models import Standing, StandingState
from lms.core.db import db
from lms.core.jobs import enqueue
from lms.core.settings import read_settings
from lms.core.uow import unit_of_work
from lms.lectures import service as lectures
from lms.lectures.models import Lecture
from lms.lectures.rules.plans import Audience

MADE = "made.json"  # what `anke demo` said when it had made the city
HELD = timedelta(minutes=61)


@contextmanager
def city(size: int, port: int) -> Iterator[tuple[dict[str, str], float]]:
    """(environment of its server, seconds it took to make), with the application at hand.

    In ANKE_BENCH_CITY_FOLDER it stays, with the database anke_city_SIZE where there is a PostgreSQL, and is measured again
    without being made again; brought up to the schema of this checkout first.
    """
    kept = os.environ.get("ANKE_BENCH_CITY_FOLDER")
    with TemporaryDirectory() as own, databases.own(f"anke_city_{size}" if kept else None) as url:
        folder = Path(kept) / f"{'postgresql' if url else 'sqlite'}-{size}" if kept else Path(own)
        folder.mkdir(parents=True, exist_ok=True)
        env = server.environment(folder, port) | url
        _told(env, "init")
        if not (folder / MADE).exists():
            (folder / MADE).write_text(_told(env, "demo", "--scale", str(size)))
        app = serving(read_settings(env))
        with app.app_context():
            yield env, json.loads((folder / MADE).read_text())["seconds"]
            db.engine.dispose()


def _told(env: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(server.anke(*arguments), env=env, cwd=server.CHECKOUT, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def attendance_rows() -> int:
    with unit_of_work(scene.BENCH, "system", write=False) as uow:
        return uow.session.scalar(select(func.count(AttendanceEvent.id))) or 0


def one_behind(campaign_id: UUID) -> tuple[UUID, str, str]:
    """(enterprise, code of its district, industry) of one that has not lectured for a campaign and has few people."""
    with unit_of_work(scene.BENCH, "system", write=False) as uow:
        line = uow.session.scalars(
            select(Standing)
            .where(Standing.campaign_id == campaign_id, Standing.until_on.is_(None), Standing.state == StandingState.NOT_STARTED)
            .order_by(Standing.id)
            .limit(1)
        ).one()
        return line.enterprise_id, line.street_code[:6], line.industry


def opened(enterprise_id: UUID, campaign_id: UUID) -> UUID:
    """A lecture for a campaign that began an hour ago, with everybody checked in and out."""
    with unit_of_work(scene.BENCH, "system") as uow:
        people = scene.people_of(uow, enterprise_id)
        began = uow.now - HELD
        plan = lectures.Plan(
            title="岗位风险与应急处置", campaign_id=campaign_id, lecturer_id=people[0],
            slots=(lectures.Slot(began, uow.now, "会议室"),), audience=Audience(person_ids=tuple(map(str, people))), quiz=None,
        )  # fmt: skip
        lecture = lectures.schedule(uow, enterprise_id, plan)
        lectures.open_check_in(uow, lecture)
        lectures.start(uow, lecture)
        for person_id in people:
            for mark, at in ((Mark.IN, began), (Mark.OUT, uow.now)):
                attendance.record(uow, lecture.sitting, person_id, mark=mark, at=at, method=Method.SCAN, trust=Trust.LIVE)
        return lecture.id


def close(lecture_id: UUID) -> None:
    """The trainer closes it, now."""
    with unit_of_work(scene.BENCH, "system") as uow:
        lectures.close(uow, uow.session.get_one(Lecture, lecture_id), uow.now - HELD, uow.now)


def gathered(bulletin_id: UUID) -> bool:
    with unit_of_work(scene.BENCH, "system", write=False) as uow:
        return uow.session.get_one(Bulletin, bulletin_id).state is BulletinState.DRAFT


def publish(bulletin_id: UUID) -> None:
    """A draft is out with all its lists, as if those named had been heard and two people had signed; its printing waits."""
    with unit_of_work(scene.BENCH, "system") as uow:
        bulletin = uow.session.get_one(Bulletin, bulletin_id)
        number = uow.session.scalar(select(func.max(Bulletin.number))) or 0
        bulletin.lists, bulletin.state, bulletin.published_at = list(NAMING), BulletinState.PUBLISHED, uow.now
        bulletin.year, bulletin.number = uow.today.year, number + 1
        uow.after_commit(lambda: enqueue("print_bulletins"))


def printed(bulletin_id: UUID) -> bool:
    with unit_of_work(scene.BENCH, "system", write=False) as uow:
        return bool(uow.session.get_one(Bulletin, bulletin_id).files)
