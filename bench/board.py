"""The live board of a hall of 300 inside the server: what a refresh costs when something happened, and when nothing did."""

from __future__ import annotations

import time
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from bench.harness import scene, server
from bench.harness.figures import Report
from lms.access.models import Role
from lms.access.service import add_user
from lms.attendance import service
from lms.attendance.models import Mark, Method, Trust
from lms.core.uow import unit_of_work
from lms.lectures.models import Attendee, Lecture

PEOPLE = 300
TIMES = 120
BAR_MS = 50


def run() -> Report:
    report = Report("board")
    with scene.installation(server.free_port()) as (_folder, _env, app):
        enterprise_id, _people = scene.enterprise(PEOPLE)
        lecture_id = scene.lecture(enterprise_id)
        client = _trainer(app, enterprise_id)
        for arrived in (0, PEOPLE // 2, PEOPLE):
            _check_in(lecture_id, arrived)
            seconds, tag, size = _refresh(client, lecture_id, "")
            report.add_times(f"{arrived} of {PEOPLE} there: a refresh", seconds, BAR_MS)
            report.add(f"{arrived} of {PEOPLE} there: size", size / 1024, "KB")
            seconds, _tag, _size = _refresh(client, lecture_id, tag)
            report.add_times(f"{arrived} of {PEOPLE} there: nothing new (304)", seconds, BAR_MS)
    report.notes.append("Measured around the WSGI application, sign-in and permission included, network not.")
    return report


def _trainer(app: Flask, enterprise_id: UUID) -> FlaskClient:
    with unit_of_work(scene.BENCH, "system") as uow:
        user = add_user(
            uow, username="bench", name="赵倩", password="not used here", role=Role.TRAINER, enterprise_id=enterprise_id
        )
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = f"user:{user.id}", True
    return client


def _check_in(lecture_id: UUID, wanted: int) -> None:
    """Check in the first so many people of the list; who is in already stays so."""
    with unit_of_work(scene.BENCH, "system") as uow:
        sitting = uow.session.get_one(Lecture, lecture_id).sitting
        people = uow.session.scalars(
            select(Attendee.person_id).where(Attendee.lecture_id == lecture_id).order_by(Attendee.id).limit(wanted)
        )
        for person_id in people.all():
            service.record(uow, sitting, person_id, mark=Mark.IN, at=uow.now, method=Method.SCAN, trust=Trust.LIVE)


def _refresh(client: FlaskClient, lecture_id: UUID, tag: str) -> tuple[list[float], str, int]:
    """Seconds of each refresh, the tag of the last answer, and its bytes. tag: what the page already shows."""
    seconds, headers = [], {"If-None-Match": tag} if tag else {}
    for _ in range(TIMES):
        begun = time.perf_counter()
        answer = client.get(f"/lectures/{lecture_id}/board", headers=headers)
        seconds.append(time.perf_counter() - begun)
        assert answer.status_code == (304 if tag else 200), answer.status
    return seconds[TIMES // 6 :], answer.headers.get("ETag", ""), len(answer.data)
