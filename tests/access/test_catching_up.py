"""What an upgrade has to do with the data it finds is done once, and a fault in one thing keeps no other waiting."""

from datetime import timedelta

from lms.access import catching_up
from lms.access.actor import Actor
from lms.access.models import CatchUp
from lms.core import clock
from lms.core.uow import unit_of_work


def test_each_is_done_once_and_what_fails_is_tried_again_an_hour_later_beside_the_others(app, monkeypatch):
    now, done = clock.now(), []
    monkeypatch.setattr(clock, "now", lambda: now)
    with unit_of_work(Actor.system("test"), "system") as uow:
        uow.session.add_all(CatchUp(name=name, due_at=now) for name in ("a", "b"))

    def fails():
        done.append("a")
        raise RuntimeError

    monkeypatch.setattr(catching_up, "_works", {"a": fails, "b": lambda: done.append("b")})
    for _ in range(2):
        catching_up.catch_up_now()
    assert done == ["a", "b"]

    monkeypatch.setitem(catching_up._works, "a", lambda: done.append("a, well"))
    for _ in range(2):
        now += timedelta(hours=1)
        catching_up.catch_up_now()
    assert done == ["a", "b", "a, well"]
