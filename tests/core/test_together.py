"""What many ask for at the same moment is written in few transactions, and what cannot be is left to be asked for alone."""

import threading
from functools import partial

import pytest
from sqlalchemy import select

from lms.access.actor import Actor
from lms.core.together import Together
from lms.core.uow import unit_of_work
from lms.registry.models import Jurisdiction
from tests.waiting import at_once

SYSTEM = Actor.system("test")


def codes():
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return set(uow.session.scalars(select(Jurisdiction.code)))


def add(uow, names):
    """Adds each; leaves alone what begins with x, and cannot bear an empty one."""
    for name in names:
        if not name:
            raise ValueError("no name")
        if not name.startswith("x"):
            uow.session.add(Jurisdiction(code=name, name=name, level="市", path=f"{name}/"))
    return [None if name.startswith("x") else name for name in names]


def read(uow, names):
    there = set(uow.session.scalars(select(Jurisdiction.code).where(Jurisdiction.code.in_(names))))
    return [f"{name} is there" if name in there else "lost" for name in names]


def wish_at_once(app, together, names):
    """What each gets that many threads wish for at the same moment."""

    def wish(name):
        with app.app_context():
            return name, together.do(name)

    return dict(at_once([partial(wish, name) for name in names]))


def test_what_many_wish_for_at_once_is_there_for_each_in_fewer_transactions_than_wishes(app):
    transactions = []

    def write(uow, names):
        transactions.append(len(names))
        return add(uow, names)

    names = [f"{number:06}" for number in range(16)]
    with unit_of_work(SYSTEM, "home"):  # somebody writes: meanwhile they gather
        threads = threading.Thread(target=lambda: got.update(wish_at_once(app, Together(SYSTEM, "home", write, read), names)))
        got: dict[str, str] = {}
        threads.start()
        threads.join(0.5)
    threads.join()

    assert got == {name: f"{name} is there" for name in names}
    assert set(names) <= codes()
    assert len(transactions) < len(names) == sum(transactions)


def test_what_is_left_alone_is_told_to_the_one_who_wished_it(app):
    got = wish_at_once(app, Together(SYSTEM, "home", add, read), ["000001", "x", "000002"])

    assert got == {"000001": "000001 is there", "x": None, "000002": "000002 is there"}
    assert codes() == {"000001", "000002"}


@pytest.mark.parametrize("names", [[""], ["", "000001", "000002"]])
def test_a_wish_that_breaks_writes_nothing_and_leaves_nobody_waiting(app, names):
    together = Together(SYSTEM, "home", add, read)

    got = wish_at_once(app, together, names)

    assert got[""] is None
    assert codes() == {name for name, result in got.items() if result}, "each was written or is told that it was not"
    assert together.do("000009") == "000009 is there", "the next one is served"


def test_what_cannot_be_read_back_is_not_told_as_done(app):
    def blind(uow, names):
        raise RuntimeError("on purpose")

    assert Together(SYSTEM, "home", add, blind).do("000001") is None
