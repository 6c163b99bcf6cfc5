"""Teaching platforms: from a tap in a course to the page, and a thousand results on their way to a gradebook that often fails."""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

import httpx
from flask import Flask
from sqlalchemy import func, select

from bench.harness import scene, server
from bench.harness.figures import Report
from lms.core.uow import unit_of_work
from lms.integrations.lti import courses, keys, sending, service
from lms.integrations.lti.models import LtiPlatform, LtiScore
from lms.integrations.lti.rules import places
from lms.integrations.lti.rules import results as rules
from lms.integrations.lti.rules.launching import CLAIM
from lms.lectures import service as lectures
from lms.lectures.models import Lecture
from lms.registry.models import Person
from tests.integrations.lti_platform import CLIENT, DEPLOYMENT, Platform, serving

LAUNCHES, WITHIN = 300, 30  # seconds
ALONE, WARM = 60, 10
RESULTS = 1_000
FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"}
Ask = Callable[[str, str, dict[str, str], dict[str, str]], tuple[int, str, list[str]]]


def run() -> Report:
    report, port = Report("lti"), server.free_port()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # the platform tells of every call
    with scene.installation(port) as (_folder, env, app), serving() as platform:
        settings = app.extensions["settings"]
        app.extensions["settings"] = dataclasses.replace(settings, private_gateways=True)
        enterprise_id, _people = scene.enterprise(RESULTS)
        lecture_id = scene.lecture(enterprise_id)
        subjects = _register(platform, enterprise_id)
        target = f"{settings.base_url}/lectures/{lecture_id}"
        alone = [_launch(_inside(app), platform, subject, target) for subject in subjects[: WARM + ALONE]][WARM:]
        report.add_times("one launch after another, the launch and the page, inside the server", alone, 300)
        with server.serve(port, env | {"ANKE_PRIVATE_GATEWAYS": "1"}):
            took, lost = _together(port, platform, subjects, target)
        report.add_times(f"{LAUNCHES} launches in {WITHIN} s, the launch and the page", took, 1000)
        report.add("launches that did not arrive", lost, "launches", 0)
        _pass_back(report, platform, lecture_id)
    return report


def _register(platform: Platform, enterprise_id: UUID) -> list[str]:
    """The platform, and everybody's account there; returns the accounts."""
    told = service.Details(
        "Moodle", platform.url, CLIENT, f"{platform.url}/auth", f"{platform.url}/token", f"{platform.url}/keys", (),
        (DEPLOYMENT,), False,
    )  # fmt: skip
    with unit_of_work(scene.BENCH, "system") as uow:
        made = service.add(uow, enterprise_id, "Moodle")
        service.describe(uow, made, told)
        platform.platform_id, platform.tool_keys = made.id, keys.published(uow)
        people = uow.session.scalars(select(Person).where(Person.enterprise_id == enterprise_id).order_by(Person.id)).all()
        for number, person in enumerate(people):
            service.link(uow, made.id, person, f"u{number}", "identified")
        return [f"u{number}" for number in range(len(people))]


def _launch(ask: Ask, platform: Platform, subject: str, target: str) -> float:
    """Seconds of the launch and the page it leads to; what the platform does in between is not counted."""
    hints = {"iss": platform.url, "client_id": CLIENT, "login_hint": subject}
    status, place, cookies = ask("GET", f"/lti/{platform.platform_id}/login?{urlencode(hints)}", {}, {})
    assert status == 302, status
    asked = {name: values[0] for name, values in parse_qs(urlsplit(place).query).items()}
    token = platform.token(asked["nonce"], sub=subject, **{CLAIM + "target_link_uri": target})
    begun = time.perf_counter()
    form = {"id_token": token, "state": asked["state"]}
    status, place, more = ask("POST", f"/lti/{platform.platform_id}/launch", {"Cookie": _jar(cookies)}, form)
    assert status == 303, status
    status, _place, _more = ask("GET", place, {"Cookie": _jar([*cookies, *more])}, {})
    assert status == 200, status
    return time.perf_counter() - begun


def _jar(cookies: list[str]) -> str:
    return "; ".join(cookie.partition(";")[0] for cookie in cookies)


def _inside(app: Flask) -> Ask:
    """Asked of the application itself, as a browser that has been nowhere yet."""

    def ask(method: str, path: str, headers: dict[str, str], form: dict[str, str]) -> tuple[int, str, list[str]]:
        client = app.test_client(use_cookies=False)
        answer = client.open(path, method=method, headers=FRAME | headers, data=form or None)
        return answer.status_code, answer.headers.get("Location", ""), answer.headers.getlist("Set-Cookie")

    return ask


def _outside(port: int) -> Ask:
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, verify=False, timeout=30)

    def ask(method: str, path: str, headers: dict[str, str], form: dict[str, str]) -> tuple[int, str, list[str]]:
        client.cookies.clear()
        answer = client.request(method, path, headers=FRAME | headers, data=form or None)
        return answer.status_code, answer.headers.get("Location", ""), answer.headers.get_list("Set-Cookie")

    return ask


def _together(port: int, platform: Platform, subjects: list[str], target: str) -> tuple[list[float], int]:
    """Seconds of each launch, and how many did not arrive."""
    for subject in subjects[:WARM]:
        _launch(_outside(port), platform, subject, target)
    begun, own = time.perf_counter(), threading.local()

    def one(number: int) -> float | None:
        if not hasattr(own, "ask"):
            own.ask = _outside(port)
        time.sleep(max(number * WITHIN / LAUNCHES - (time.perf_counter() - begun), 0))
        try:
            return _launch(own.ask, platform, subjects[number], target)
        except (AssertionError, httpx.HTTPError):
            return None

    with ThreadPoolExecutor(40) as pool:
        took = list(pool.map(one, range(LAUNCHES)))
    return [one for one in took if one is not None], took.count(None)


def _pass_back(report: Report, platform: Platform, lecture_id: UUID) -> None:
    """Everybody has come from the course; the lecture ends, and what each has goes to the gradebook."""
    told = rules.course_of(platform.course())
    with unit_of_work(scene.BENCH, "system") as uow:
        made = uow.session.get_one(LtiPlatform, platform.platform_id)
        for link in service.links_of(uow, made):
            courses.visit(uow, made, link.person, link.subject, told, places.Place(places.LECTURE, lecture_id))
        lecture = uow.session.get_one(Lecture, lecture_id)
        lectures.start(uow, lecture)
    with unit_of_work(scene.BENCH, "system") as uow:
        lectures.close(uow, uow.session.get_one(Lecture, lecture_id), uow.now - timedelta(minutes=60), uow.now)
    platform.fails_each = 5
    begun = time.perf_counter()
    while _unsent():
        sending.send_lti_scores()
        time.sleep(0.05)
    given: dict[str, list[Any]] = platform.given(rules.MINUTES)
    report.add(f"{RESULTS} results, every fifth call fails", time.perf_counter() - begun, "s", 60)
    report.add("results lost", RESULTS - len(given), "results", 0)
    report.add("results doubled", sum(len(got) > 1 for got in given.values()), "results", 0)
    report.add("calls", platform.calls, "calls")


def _unsent() -> int:
    with unit_of_work(scene.BENCH, "system", write=False) as uow:
        return uow.session.scalar(select(func.count(LtiScore.id)).where(LtiScore.sent_at.is_(None))) or 0
