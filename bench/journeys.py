"""What each page of a person's way costs: processor, statements, and how much of it is the database's and the drawing's.

In one process, without a server: the demo's accounts follow the links of the pages as people do, and each page is read again
and again. What these people write is measured by check-in, quiz, certificates10000 and bulletin.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape

from flask import Flask, before_render_template, template_rendered
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from bench.harness import scene, server
from bench.harness.figures import Report, percentile
from lms.access import demo
from lms.core.db import db

TIMES, UNCOUNTED = 12, 3
BAR_MS = 300  # of processor, a page: what a person may wait for one with nobody else about
LINK, TOKEN = re.compile(r'href="(/[^"#]*)'), re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')

# The endpoints of the pages, in the order in which they are come to.
JOURNEYS = (
    ("J1 trainer", "demo-trainer", (
        "lectures.index", "lectures.new", "archives.lecture", "attendance.board_print", "attendance.person_record",
        "credentials.index", "archives.enterprise", "archives.orders",
    )),
    ("J2 employee", "demo-employee", (
        "archives.me", "quizzes.entry", "archives.own_record", "archives.own_hours", "archives.own_certificates",
        "badges.picture_page", "credentials.verify",
    )),
    ("J3 head", "demo-head", (
        "lectures.index", "archives.lecture", "attendance.lecturing", "lectures.view", "archives.enterprise",
    )),
    ("J4 officer", "demo-street", (
        "compliance.home", "patch.index", "signals.index", "seeing.index", "compliance.enterprises", "chasing.firm",
        "supervision.index", "supervision.observe",
    )),
    ("J5 city leader", "demo-city", (
        "compliance.home", "compliance.summary", "seeing.index", "seeing.leader", "bulletins.index", "bulletins.show",
        "bulletins.firms", "situation.index",
    )),
)  # fmt: skip


@dataclass
class Cost:
    """Of one answer; seconds. asking: waiting for the database's cursor; drawing: within templates, what they ask included."""

    statements: int = 0
    asking: float = 0
    drawing: float = 0


def run() -> Report:
    report = Report("journeys")
    # In a thread of its own: a request takes over the application's context of its thread, and who was here with it.
    with scene.installation(server.free_port(), demo=True) as (_folder, _env, app), ThreadPoolExecutor(1) as apart:
        for journey in JOURNEYS:
            apart.submit(_walk, report, app, db.engine, *journey).result()
    report.notes.append(f"each the median of {TIMES - UNCOUNTED} answers; the bar is of the processor's time")
    return report


def _walk(report: Report, app: Flask, engine: Engine, journey: str, username: str, endpoints: Sequence[str]) -> None:
    client = _signed_in(app, username)
    links = [*_links(app, client.get("/home", follow_redirects=True).text)]
    for endpoint in endpoints:
        path = next((path for found, path in links if found == endpoint), "")
        assert path, f"{journey}: no link to {endpoint} in {sorted({found for found, _path in links})}"
        links = [*_links(app, _measure(report, engine, f"{journey}: {endpoint}", client, path)), *links]


def _measure(report: Report, engine: Engine, what: str, client: FlaskClient, path: str) -> str:
    seconds = []
    for _ in range(TIMES):
        with _counting(engine) as cost:
            began = time.process_time()
            answer = client.get(path)
            seconds.append(time.process_time() - began)
        assert answer.status_code == 200, (path, answer.status_code)
        text = answer.text
    report.add(f"{what}: processor", percentile(seconds[UNCOUNTED:], 50) * 1000, "ms", BAR_MS)
    report.add(
        f"{what}: statements", cost.statements, f"taking {cost.asking * 1000:.0f} ms; {cost.drawing * 1000:.0f} ms of drawing"
    )
    return text


@contextmanager
def _counting(engine: Engine) -> Iterator[Cost]:
    cost, began = Cost(), [0.0, 0.0]

    def before(*_told: object) -> None:
        began[0] = time.perf_counter()

    def after(*_told: object) -> None:
        cost.statements += 1
        cost.asking += time.perf_counter() - began[0]

    def draw(_app: Flask, **_told: object) -> None:
        began[1] = time.perf_counter()

    def drawn(_app: Flask, **_told: object) -> None:
        cost.drawing += time.perf_counter() - began[1]

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    with before_render_template.connected_to(draw), template_rendered.connected_to(drawn):
        yield cost
    event.remove(engine, "before_cursor_execute", before)
    event.remove(engine, "after_cursor_execute", after)


def _signed_in(app: Flask, username: str) -> FlaskClient:
    client = app.test_client()
    form = TOKEN.search(client.get("/sign-in").text)
    assert form
    client.post("/sign-in", data={"csrf_token": form.group(1), "username": username, "password": demo.PASSWORD})
    return client


def _links(app: Flask, text: str) -> Iterator[tuple[str, str]]:
    """The links of a page with the endpoints that answer them, in their order."""
    addresses = app.url_map.bind("127.0.0.1")
    for link in map(unescape, LINK.findall(text)):
        path = link.partition("?")[0]
        try:
            yield addresses.match(path, method="GET")[0], link
        except (HTTPException, RequestRedirect):
            continue
