"""What changes when one machine is outgrown: the queue and the rate limits on Redis, by settings alone."""

import dataclasses
import threading

import pytest

from lms.app import RATES, create_app
from lms.core.db import db
from lms.core.jobs import job
from tests.conftest import settings_for

ran = threading.Event()
heard: list[str] = []


@job
def write_it_down(word: str) -> None:
    """Not part of the product: seen only by the test below."""
    heard.append(word)
    ran.set()


@pytest.fixture
def on_redis(tmp_path, redis_url):
    app = create_app(dataclasses.replace(settings_for(tmp_path), redis_url=redis_url, env="demo"))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        db.create_all()
        yield app
        db.engine.dispose()


def test_a_job_asked_for_here_is_done_by_a_worker_there(on_redis):
    ran.clear()
    heard.clear()
    on_redis.extensions["jobs"].enqueue("write_it_down", word="done")
    assert heard == []  # nothing runs in the process that asks

    other = create_app(on_redis.extensions["settings"])
    consumer = other.extensions["jobs"].huey.create_consumer(workers=1, periodic=False, initial_delay=0.05)
    consumer.start()
    try:
        assert ran.wait(10)
    finally:
        consumer.stop(graceful=True)
    assert heard == ["done"]


def test_two_machines_count_the_same_questions(on_redis):
    other, allowed = create_app(on_redis.extensions["settings"]), int(RATES["claims.new"].split()[0])
    clients = [on_redis.test_client(), other.test_client()]

    answers = [clients[turn % 2].get("/claim").status_code for turn in range(allowed + 1)]

    assert set(answers[:-1]) == {200} and answers[-1] == 429
