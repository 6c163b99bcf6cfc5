"""A quiz through a server killed dead, and through a network that fails: nothing acknowledged is lost (of the bench, small)."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from bench.harness import examinees, scene, server
from bench.harness.examinees import Counted, Examinee

PEOPLE = 30


@pytest.fixture
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Installations of the bench are on it."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url").replace("+psycopg", "")
        monkeypatch.setenv("ANKE_BENCH_DATABASE_URL", url)
    else:
        monkeypatch.delenv("ANKE_BENCH_DATABASE_URL", raising=False)
    return request.param


@contextmanager
def hall(port: int) -> Iterator[tuple[dict[str, str], list[Examinee], Callable[[], Counted]]]:
    with scene.installation(port) as (_folder, env, app):
        enterprise_id, _people = scene.enterprise(PEOPLE)
        quiz_id, person_ids = examinees.open_quiz(enterprise_id)
        taking = [Examinee(port, quiz_id, cookie) for cookie in examinees.signed_in(app, person_ids)]
        yield env, taking, lambda: examinees.counts(quiz_id, taking)


def aside(act: Callable[..., Any], *values: Any) -> Any:
    """In a thread of its own: a browser that other tests have open keeps this one's event loop running."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(act, *values).result()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # on both: ANKE_BENCH_PARTS=kill anke bench quiz
def test_a_server_killed_dead_in_a_burst_of_taps_loses_no_answer_it_acknowledged(database, monkeypatch):
    monkeypatch.setattr(examinees, "BURST", 1.0)
    port = server.free_port()
    with hall(port) as (env, taking, counts):
        acknowledged = aside(examinees.through_a_kill, taking, port, env, 5)

        assert acknowledged > 0
        assert counts() == Counted(lost=0, doubled=0)
        assert all(one.handed_in for one in taking)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # on both: ANKE_BENCH_PARTS=outage anke bench quiz
def test_an_outage_and_three_requests_in_ten_lost_lose_and_double_nothing(database):
    port = server.free_port()
    with hall(port) as (env, taking, counts):
        for at, one in enumerate(taking):
            one.make_shaky(0.3, random.Random(at))
        with server.running(server.anke("serve", "--port", str(port)), port, env):
            aside(lambda: asyncio.run(examinees.through_an_outage(taking, 2.0, 4.0, 10)))

        assert counts() == Counted(lost=0, doubled=0)
        assert all(one.handed_in and len(one.acknowledged) == 10 for one in taking)
