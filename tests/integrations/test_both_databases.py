"""On SQLite and PostgreSQL alike: several workers at once send each message once, in order."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pytest

from lms.core.uow import unit_of_work
from lms.integrations import rules, service
from lms.integrations.sending import send_webhooks
from tests.notices.conftest import SYSTEM, gateway
from tests.world import build_world

__all__ = ["gateway"]


@pytest.fixture
def app(app_on_either):
    settings = app_on_either.extensions["settings"]
    app_on_either.extensions["settings"] = dataclasses.replace(settings, private_gateways=True)
    return app_on_either


def test_four_workers_at_once_send_each_message_once_and_in_order(app, gateway):
    with unit_of_work(SYSTEM, "home") as uow:
        here = build_world(uow).here
        service.set_up(uow, here.enterprise_id, "门禁系统", gateway.url, [rules.LECTURE_CLOSED])
        for number in range(6):
            service.put_out(uow, here.enterprise_id, rules.LECTURE_CLOSED, uow.now, {"number": number})

    def work(_):
        with app.app_context():
            send_webhooks()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    assert [body["data"]["number"] for body in gateway.bodies()] == list(range(6))
