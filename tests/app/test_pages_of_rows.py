"""An officer's pages of one row (a firm in a campaign, a bulletin, an observation) on a phone: accessible, no wider than it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Route

from tests.app.populate import populate
from tests.app.test_policy import rule_url, rules
from tests.browser import axe, overflow
from tests.world import World

ROOMS = ("lms.campaigns.", "lms.compliance.", "lms.registry.", "lms.supervision.")
HERE = "http://localhost"


def test_an_officers_pages_with_an_id_are_accessible_on_a_phone(
    app: Flask, world: World, client_as: Callable[[str], FlaskClient], phone: BrowserContext
) -> None:
    ids, client, page = populate(world.here), client_as(world.here.officer), phone.new_page()

    def answer(route: Route) -> None:
        told = client.get(route.request.url.removeprefix(HERE))
        route.fulfill(status=told.status_code, headers=dict(told.headers), body=told.data)

    page.route("**/*", answer)  # no server: what the browser asks for, the application answers
    faults, seen = [], 0
    for rule in rules(app):
        view = app.view_functions[rule.endpoint]
        if "GET" not in (rule.methods or ()) or not rule.arguments or not view.__module__.startswith(ROOMS):
            continue
        if not rule.arguments <= set(ids):
            continue
        path = rule_url(app, rule, {name: ids[name] for name in rule.arguments})
        told = client.get(path)
        if told.status_code != 200 or told.mimetype != "text/html":
            continue
        page.goto(HERE + path)
        seen += 1
        faults += [f"{rule.endpoint}: {fault}" for fault in axe(page)]
        if wide := overflow(page):
            faults.append(f"{rule.endpoint}: {wide} px too wide")
    assert seen > 5
    assert not faults, "\n".join(faults)
