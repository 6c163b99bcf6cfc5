"""What an upgrade has to do with the data it finds is done once, and a fault in one thing keeps no other waiting."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask_migrate import stamp

from lms.access import catching_up
from lms.access.actor import Actor
from lms.access.models import CatchUp
from lms.cli import cli
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


def test_a_row_that_fails_keeps_no_other_row_from_being_caught_up(app, caplog):
    done = []

    def do(uow, some):
        if 5 in some:
            raise ValueError
        uow.after_commit(lambda: done.extend(some))

    with pytest.raises(catching_up.NotAll, match="1 of 8, first 5"):
        catching_up.in_parts(Actor.system("test"), range(8), do, at_once=3)
    assert done == [0, 1, 2, 3, 4, 6, 7]
    assert [one.part for one in caplog.records if one.message == "not_caught_up"] == ["5"]


def test_whoever_runs_the_installation_is_told_what_is_not_caught_up(app, monkeypatch):
    stamp()
    settings = app.extensions["settings"]
    for name, value in (("ENV", "test"), ("DATA_DIR", str(settings.data_dir)), ("SECRET_KEY", settings.secret_key)):
        monkeypatch.setenv(f"ANKE_{name}", value)
    monkeypatch.setenv("ANKE_DATABASE_URL", settings.database_url)
    with unit_of_work(Actor.system("test"), "system") as uow:
        uow.session.add_all([CatchUp(name="late", due_at=uow.now), CatchUp(name="well", due_at=uow.now, done_at=uow.now)])
    said = CliRunner().invoke(cli, ["doctor"])
    assert said.exit_code == 0 and "late" in said.stderr and "well" not in said.stderr
