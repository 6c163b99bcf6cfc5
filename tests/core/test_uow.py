import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from sqlalchemy import delete, event, func, select, text, update

from lms.access.actor import Actor
from lms.core.db import db
from lms.core.settings import THREADS
from lms.core.uow import hears, unit_of_work
from lms.registry.models import Jurisdiction

SYSTEM = Actor.system("test")


@dataclass(frozen=True)
class Said:
    name: str


@hears(Said)
def write_down(uow, event):
    uow.session.add(Jurisdiction(code=event.name, name=event.name, level="市", path=f"{event.name}/"))


def codes():
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return uow.session.scalars(select(Jurisdiction.code)).all()


def test_a_listener_writes_in_the_transaction_of_the_one_who_says(app):
    with pytest.raises(RuntimeError, match="on purpose"), unit_of_work(SYSTEM, "home") as uow:
        uow.say(Said("430600"))
        uow.session.flush()
        raise RuntimeError("on purpose")

    assert codes() == []


def test_an_effect_waits_until_the_facts_are_safe_and_is_forgotten_with_them(app):
    seen = []
    with unit_of_work(SYSTEM, "home") as uow:
        uow.say(Said("430600"))
        uow.after_commit(lambda: seen.append(codes()))
        assert seen == []
    with unit_of_work(SYSTEM, "home") as uow:
        uow.after_commit(lambda: seen.append("never"))
        uow.rollback()

    assert seen == [["430600"]]


def test_a_reading_unit_of_work_cannot_write(app):
    with pytest.raises(RuntimeError, match="tried to write"), unit_of_work(SYSTEM, "home", write=False) as uow:
        uow.say(Said("430600"))

    assert codes() == []


@pytest.mark.parametrize("run", [lambda uow: uow.execute, lambda uow: uow.session.execute])
@pytest.mark.parametrize("statement", [update(Jurisdiction).values(name="别处"), delete(Jurisdiction)])
def test_a_reading_unit_of_work_cannot_write_by_a_statement_either(world, run, statement):
    with pytest.raises(RuntimeError, match="tried to write"), unit_of_work(SYSTEM, "home", write=False) as uow:
        run(uow)(statement)

    assert codes()


def test_postgresql_runs_what_it_planned_without_compiling_it_first(app_on_postgres):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalar(text("SHOW jit")) == "off"


def test_what_only_reads_on_postgresql_takes_a_transaction_once_it_needs_one(app_on_postgres):
    moments = select(func.transaction_timestamp(), func.statement_timestamp())
    pieces = moments.execution_options(yield_per=1)
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        alone = [uow.execute(moments).one() for _ in range(2)]
        assert [begun == asked for begun, asked in alone] == [True, True]

        (begun, _asked), (later, _) = uow.session.execute(moments).one(), uow.execute(moments).one()
        assert begun == later > alone[1][0]
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert len(uow.execute(pieces).all()) == 1
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        uow.execute(moments)
        assert len(uow.execute(pieces).all()) == 1
    with unit_of_work(SYSTEM, "home") as uow:
        assert len({uow.execute(moments).one()[0] for _ in range(2)}) == 1


def test_a_question_nobody_can_answer_is_answered_with_none(uow):
    assert uow.ask(Said("430600")) is None


def test_who_asks_the_database_nothing_takes_no_connection(app):
    with unit_of_work(SYSTEM, "home", write=False):
        assert db.engine.pool.checkedout() == 0


def test_each_thread_that_serves_a_hall_finds_its_connection_again(app):
    """One above those that are kept was made, told how to behave and thrown away for each request."""
    made = []
    listener = "connect", lambda *_: made.append(1)
    event.listen(db.engine, *listener)
    try:
        for _hall in range(2):
            with ExitStack() as served:
                for _thread in range(THREADS):
                    served.enter_context(db.engine.connect())
    finally:
        event.remove(db.engine, *listener)

    assert len(made) <= THREADS


def test_whoever_waits_to_write_waits_in_line_and_takes_no_connection_meanwhile(app):
    def write(number):
        with app.app_context(), unit_of_work(SYSTEM, "home") as uow:
            uow.say(Said(f"43060{number}"))

    with unit_of_work(SYSTEM, "home") as first:
        first.session.execute(select(1))
        waiting = [threading.Thread(target=write, args=(number,)) for number in range(5)]
        for thread in waiting:
            thread.start()
        time.sleep(0.5)  # for them to come as far as they may
        assert db.engine.pool.checkedout() == 1
    for thread in waiting:
        thread.join()

    assert {f"43060{number}" for number in range(5)} <= set(codes())
