"""A batch that is stopped in the middle, in whichever way, goes on where it was: no number is lost or used twice."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from lms.core.storage import Storage, storage
from lms.core.uow import unit_of_work
from lms.credentials import issuing, service
from lms.credentials.models import Certificate
from lms.ledger.service import verify
from tests.conftest import SECRET
from tests.credentials.scenes import SYSTEM, add_people, certificates, hold
from tests.world import Side, build_world

FULL = (0, 60)
PEOPLE = 8


@pytest.fixture
def here(app, monkeypatch) -> Side:
    """A firm whose lecture eight people heard; nothing is issued by itself."""
    monkeypatch.setattr("lms.credentials.listeners.enqueue", lambda *_, **__: None)
    monkeypatch.setattr(issuing, "CHUNK", 3)
    with unit_of_work(SYSTEM, "system") as uow:
        side = build_world(uow).here
        add_people(uow, side, PEOPLE)
    return side


@pytest.fixture
def lecture_id(here):
    with unit_of_work(SYSTEM, "system") as uow:
        return hold(uow, here, dict.fromkeys(range(5, 5 + PEOPLE), FULL)).id


def all_right(lecture_id, enterprise_id) -> bool:
    """Everybody has one, the numbers are 1 to 8, every file is there, and the chain agrees."""
    found = certificates(lecture_id)
    assert [int(one.serial[-6:]) for one in found] == list(range(1, PEOPLE + 1))
    assert len({one.person_id for one in found}) == PEOPLE
    assert all(storage().get(one.pdf_sha256).startswith(b"%PDF") for one in found)
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        return verify(uow, enterprise_id).whole


def test_several_processes_print_and_the_numbers_follow_each_other(here, lecture_id, monkeypatch):
    monkeypatch.setattr(issuing, "MANY", 2)
    before = subprocess_ids()

    assert issuing.issue_due(lecture_id).issued == PEOPLE

    assert all_right(lecture_id, here.enterprise_id)
    assert subprocess_ids() <= before, "those who helped are gone"


def test_a_batch_in_which_somebodys_facts_change_goes_on_with_new_drafts(here, lecture_id, monkeypatch):
    record, told = service.record, []

    def changed(uow, drawn, sha256):
        told.append(drawn.number)
        return None if len(told) == 5 else record(uow, drawn, sha256)

    monkeypatch.setattr(service, "record", changed)

    assert issuing.issue_due(lecture_id).issued == PEOPLE

    assert told[:6] == [1, 2, 3, 4, 5, 5]
    assert all_right(lecture_id, here.enterprise_id)


@pytest.mark.parametrize(
    "fault",
    [OSError(errno.ENOSPC, "No space left on device"), ConnectionRefusedError(errno.ECONNREFUSED, "the store is gone")],
    ids=["full disk", "dead store"],
)
def test_a_store_that_takes_no_more_in_the_middle_stops_the_batch_and_the_next_look_finishes_it(
    here, lecture_id, monkeypatch, fault
):
    put, room = Storage.put, [4]

    def while_there_is_room(self, content):
        if not room[0]:
            raise fault
        room[0] -= 1
        return put(self, content)

    monkeypatch.setattr(Storage, "put", while_there_is_room)
    with pytest.raises(type(fault)):
        issuing.issue_due(lecture_id)
    assert len(certificates(lecture_id)) == 4

    room[0] = 100
    assert issuing.issue_due(lecture_id).issued == PEOPLE - 4
    assert all_right(lecture_id, here.enterprise_id)


def test_a_batch_that_is_killed_goes_on_where_it_was(app, here, lecture_id, tmp_path):
    """kill -9, while helpers print; they end with it."""
    settings = app.extensions["settings"]
    env = os.environ | {
        "ANKE_ENV": "demo", "ANKE_DATA_DIR": str(settings.data_dir), "ANKE_SECRET_KEY": SECRET,
    }  # fmt: skip
    code = (
        "from lms.credentials import issuing; issuing.CHUNK, issuing.MANY = 2, 2\n"
        "from lms.app import create_app\n"
        "with create_app().app_context(): issuing.issue_due()"
    )
    running = subprocess.Popen([sys.executable, "-c", code], env=env, cwd=Path(__file__).parents[2])
    until = time.monotonic() + 120
    while number() < 3 and running.poll() is None and time.monotonic() < until:
        time.sleep(0.05)  # counting takes of the processor what printing needs
    helpers = children_of(running.pid)
    running.send_signal(signal.SIGKILL)
    running.wait()
    issued = number()
    assert 3 <= issued < PEOPLE
    assert helpers
    while any(map(alive, helpers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(alive, helpers))

    assert issuing.issue_due(lecture_id).issued == PEOPLE - issued

    assert all_right(lecture_id, here.enterprise_id)


def number() -> int:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        return uow.session.scalar(select(func.count(Certificate.id))) or 0


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children_of(pid: int) -> set[int]:
    return {int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def subprocess_ids() -> set[int]:
    return children_of(os.getpid())
