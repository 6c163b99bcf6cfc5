"""Pages of one row (a firm in a campaign, a bulletin, a quiz) on a phone: accessible, no wider than it; in English
at a desk neither, where no button is cut and no word of ours is left in Chinese.

An officer's all; of a trainer's, which a lecture's day does not lead to, the first of each file of views.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import refresh
from playwright.sync_api import BrowserContext, Route

from lms.web.locale import COOKIE
from tests.app.populate import populate
from tests.app.test_policy import rule_url, rules
from tests.browser import OFFICE, PHONE, axe, overflow
from tests.english import faults_in_english
from tests.world import World

ROOMS = {
    "officer": ("lms.campaigns.", "lms.compliance.", "lms.registry.", "lms.supervision."),
    "trainer": (
        *("lms.archives.", "lms.credentials.", "lms.web.", "lms.integrations.lti.", "lms.lectures.views.cascade"),
        *(f"lms.attendance.views.{each}" for each in ("projector", "sheets", "stations")),
        *(f"lms.quizzes.views.{each}" for each in ("analysis", "law", "regrade", "retest", "sheet", "signal")),
        "lms.registry.views.imports",
    ),
}
HERE = "http://localhost"
OF_THE_FILE = "imports.show: left in Chinese: 姓名"  # as its first row has it


@pytest.mark.parametrize("role", ROOMS)
def test_pages_with_an_id_are_accessible_on_a_phone(
    role: str, app: Flask, world: World, client_as: Callable[[str], FlaskClient], phone: BrowserContext
) -> None:
    ids, (client, abroad), page = populate(world.here), (client_as(getattr(world.here, role)) for _ in range(2)), phone.new_page()
    abroad.set_cookie(COOKIE, "en")

    def answer(route: Route) -> None:
        told = client.get(route.request.url.removeprefix(HERE))
        route.fulfill(status=told.status_code, headers=dict(told.headers), body=told.data)

    page.route("**/*", answer)  # no server: what the browser asks for, the application answers
    faults, seen, doors = [], 0, set()
    for rule in rules(app):
        view = app.view_functions[rule.endpoint]
        if "GET" not in (rule.methods or ()) or not rule.arguments or not view.__module__.startswith(ROOMS[role]):
            continue
        if not rule.arguments <= set(ids):
            continue
        path = rule_url(app, rule, {name: ids[name] for name in rule.arguments})
        told = client.get(path)
        if told.status_code != 200 or told.mimetype != "text/html" or "<html" not in told.text:
            continue
        if role == "trainer" and view.__module__ in doors:
            continue
        doors.add(view.__module__)
        page.goto(HERE + path)
        seen += 1
        faults += [f"{rule.endpoint}: {fault}" for fault in axe(page)]
        if wide := overflow(page):
            faults.append(f"{rule.endpoint}: {wide} px too wide")
        refresh()  # the language is kept as long as the application's context, which is the test's
        told = abroad.get(path).text
        refresh()
        faults += [
            f"{rule.endpoint}: {fault}" for fault in faults_in_english(page, told, (OFFICE["viewport"], PHONE["viewport"]))
        ]
    assert seen > 5
    faults = [fault for fault in faults if fault != OF_THE_FILE]
    assert not faults, "\n".join(faults)
