"""On SQLite and PostgreSQL alike: several workers at once send each message once, in order."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lms.core.uow import unit_of_work
from lms.integrations import rules, service
from lms.integrations.lti import service as service_of_platforms
from lms.integrations.lti.rules.launching import CLAIM
from lms.integrations.lti.sending import fetch_lti_rosters
from lms.integrations.sending import send_webhooks
from lms.registry.models import Person
from tests.credentials.scenes import hold
from tests.integrations.lti_platform import Platform, come, platform, platform_server, register
from tests.notices.conftest import SYSTEM, gateway, talking
from tests.waiting import until_it_waits
from tests.world import build_world

__all__ = ["Platform", "gateway", "platform", "platform_server"]


@pytest.fixture
def app(app_on_either):
    return talking(app_on_either)


def test_somebody_comes_from_a_course_and_their_minutes_go_back_there_once(app, platform):
    with unit_of_work(SYSTEM, "home") as uow:
        here = build_world(uow).here
    register(here, platform)
    with unit_of_work(SYSTEM, "home") as uow:
        lecture_id = hold(uow, here, {2: (0, 60)}).id
        uow._afterwards.clear()  # no certificate is printed here
        service_of_platforms.link(uow, platform.platform_id, uow.session.get_one(Person, here.person_ids[2]), "42", "identified")
    told = platform.course() | {CLAIM + "target_link_uri": f"/lectures/{lecture_id}"}
    for _ in range(2):
        assert come(app.test_client(), platform, **told).location == f"/lectures/{lecture_id}"
    fetch_lti_rosters()

    assert platform.given("minutes") == {"42": [60]}


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


def test_of_two_who_add_the_last_platform_at_once_one_is_refused(app_on_postgres):
    with unit_of_work(SYSTEM, "home") as uow:
        here = build_world(uow).here
        for number in range(service_of_platforms.MOST - 1):
            service_of_platforms.add(uow, here.enterprise_id, f"平台 {number}")
    refused = []

    def add():
        with app_on_postgres.app_context(), unit_of_work(SYSTEM, "home") as uow:
            try:
                service_of_platforms.add(uow, here.enterprise_id, "乙")
            except service_of_platforms.TooManyPlatforms:
                refused.append(True)

    other = threading.Thread(target=add)
    with unit_of_work(SYSTEM, "home") as uow:
        service_of_platforms.add(uow, here.enterprise_id, "甲")
        other.start()
        until_it_waits(other)
        assert other.is_alive(), "it waits for what is added here"
    other.join()

    assert refused == [True]
