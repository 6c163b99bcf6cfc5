"""A server killed dead in a burst of taps: what it said is saved is there when it starts again (of the bench, small)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from bench.harness import examinees, scene, server
from bench.harness.examinees import Counted, Examinee


def test_a_server_killed_dead_in_a_burst_of_taps_loses_no_answer_it_acknowledged(monkeypatch):
    monkeypatch.setattr(examinees, "BURST", 1.0)
    port = server.free_port()
    with scene.installation(port) as (_folder, env, app):
        enterprise_id, _people = scene.enterprise(5)
        quiz_id, person_ids = examinees.open_quiz(enterprise_id)
        taking = [Examinee(port, quiz_id, cookie) for cookie in examinees.signed_in(app, person_ids)]

        # In a thread of its own: a browser that other tests have open keeps this one's event loop running.
        with ThreadPoolExecutor(1) as aside:
            acknowledged = aside.submit(examinees.through_a_kill, taking, port, env, taps=5).result()

        assert acknowledged > 0
        assert examinees.counts(quiz_id, taking) == Counted(lost=0, doubled=0)
        assert all(one.handed_in for one in taking)
