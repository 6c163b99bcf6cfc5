"""On SQLite and PostgreSQL alike: several workers, a worker killed dead, thousands told at once."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from lms.core.uow import unit_of_work
from lms.notices.models import ChannelKind
from lms.notices.sending import deliver
from lms.notices.service.outbox import AT_ONCE
from tests.conftest import SECRET
from tests.notices.conftest import SYSTEM, add_people, deliveries, say, sms, states, talking
from tests.world import build_world

WORKER = """
import dataclasses, sys
from pathlib import Path
from lms.app import create_app
from lms.notices.sending import deliver
from tests.conftest import settings_for
app = create_app(dataclasses.replace(settings_for(Path(sys.argv[1]), sys.argv[2] or None), private_gateways=True))
with app.app_context():
    deliver()
"""


@pytest.fixture
def app(app_on_either):
    return talking(app_on_either)


@pytest.fixture
def here(app):
    with unit_of_work(SYSTEM, "home") as uow:
        return build_world(uow).here


def test_six_workers_at_once_send_each_message_once_and_each_digest_whole(app, here, gateway, wall):
    sms(here, gateway)
    people = add_people(here, 60)
    for at in range(3):
        say(here, people, title=f"第 {at} 件事", urgent=False, wake=False)
    say(here, people, title="急事", wake=False)
    wall.forward(hours=23)

    def work(_):
        with app.app_context():
            deliver()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    wall.forward(minutes=1)
    deliver()

    per_person = Counter(body["to"] for body in gateway.bodies())
    assert set(per_person.values()) == {2} and len(per_person) == 60
    digests = [body["text"] for body in gateway.bodies() if "急事" not in body["text"]]
    assert len(digests) == 60 and all("安课：3 条消息" in text for text in digests)
    assert states() == {"sent": 240}


def test_a_worker_killed_dead_in_the_middle_loses_nothing(app, here, gateway, wall):
    """kill -9 while the gateway keeps it waiting: what it had claimed goes later, with the same keys."""
    sms(here, gateway)
    people = add_people(here, 40)
    say(here, people, wake=False)

    def answer(heard, before):
        if before >= 10:
            time.sleep(20)
        return 200, {"code": 0}

    gateway.answer = answer
    settings = app.extensions["settings"]
    command = [sys.executable, "-c", WORKER, str(settings.data_dir), settings.database_url]
    worker = subprocess.Popen(command, env=os.environ | {"ANKE_SECRET_KEY": SECRET}, start_new_session=True)
    ends = time.monotonic() + 60
    while len(gateway.heard) < 12 and time.monotonic() < ends:
        time.sleep(0.05)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert states() == {"queued": 40}, "nothing is called sent of which nobody knows"
    claimed = {str(one.id) for one in deliveries() if one.claimed_until}
    assert len(claimed) == AT_ONCE[ChannelKind.SMS]

    gateway.answer = lambda heard, before: (200, {"code": 0})
    sms(here, gateway, url=f"{gateway.url}/later")  # what the dead worker sent may be heard long after it: told by its address
    wall.at = wall.at.replace(year=2099)  # whenever the worker's own clock let its claim end
    deliver()

    sent, later = ([one.json()["id"] for one in gateway.heard if one.path == path] for path in ("/sms", "/later"))
    assert len(sent) == len(set(sent)) >= 12 and set(sent) <= claimed, "twice only what the dead worker had claimed"
    assert len(later) == len(set(later)) == 40 and states() == {"sent": 40}
    keys = {}
    for body in gateway.bodies():
        assert keys.setdefault(body["to"], body["id"]) == body["id"]
