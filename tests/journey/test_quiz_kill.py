"""A quiz through a server killed dead: nothing acknowledged is lost.

Of the bench, small and on SQLite. `ANKE_BENCH_PARTS=outage,kill anke bench quiz` does it whole and with a failing network, on
PostgreSQL too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from bench.harness import examinees, scene, server
from bench.harness.examinees import Counted, Examinee

PEOPLE = 30


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


def test_a_server_killed_dead_in_a_burst_of_taps_loses_no_answer_it_acknowledged(monkeypatch):
    monkeypatch.delenv("ANKE_BENCH_DATABASE_URL", raising=False)
    monkeypatch.setattr(examinees, "BURST", 1.0)
    port = server.free_port()
    with hall(port) as (env, taking, counts):
        acknowledged = aside(examinees.through_a_kill, taking, port, env, 5)

        assert acknowledged > 0
        assert counts() == Counted(lost=0, doubled=0)
        assert all(one.handed_in for one in taking)
        for one in taking[:2]:  # an answer that stands there as another is lost as well
            counter, (question, _choice) = one.acknowledged.popitem()
            one.acknowledged[counter] = question, "another"
        assert counts() == Counted(lost=2, doubled=0)
