import threading

import pytest
from sqlalchemy import select

from lms.access.actor import Actor
from lms.core import beside as besides
from lms.core.beside import beside
from lms.core.uow import WroteWhileReading, unit_of_work
from lms.registry.models import Jurisdiction

SYSTEM = Actor.system("test")


def codes(uow):
    return [threading.current_thread().name, *uow.session.scalars(select(Jurisdiction.code))]


def test_what_is_read_beside_a_page_is_read_meanwhile_and_at_the_time_of_the_page(app):
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.add(Jurisdiction(code="430600", name="岳阳市", level="市", path="430600/"))
    begun, gone_on = threading.Event(), threading.Event()

    def ask(other):
        begun.set()
        assert gone_on.wait(10), "the page waited"
        return other is uow, other.now == uow.now, codes(other)[1:]

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        answer = beside(uow, ask)
        assert begun.wait(10), "nothing is read beside"
        gone_on.set()
        assert answer() == (False, True, ["430600"])


def test_what_is_read_beside_a_page_writes_nothing_and_its_fault_is_the_page_s(app):
    def write(other):
        other.session.add(Jurisdiction(code="430600", name="岳阳市", level="市", path="430600/"))
        other.session.flush()

    with pytest.raises(WroteWhileReading), unit_of_work(SYSTEM, "home", write=False) as uow:
        beside(uow, write)()


def test_a_page_that_would_have_to_wait_for_its_turn_reads_by_itself(app):
    done = threading.Event()
    busy = [besides._threads.submit(done.wait, 10) for _ in range(besides.AT_ONCE)]
    try:
        with unit_of_work(SYSTEM, "home", write=False) as uow:
            assert beside(uow, codes)() == [threading.current_thread().name]
    finally:
        done.set()
    assert all(each.result() for each in busy)
