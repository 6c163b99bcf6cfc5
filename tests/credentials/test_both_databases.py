"""However many issue at once, and on whichever database: one certificate each, numbers without gap or double."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from io import BytesIO

import pytest
from sqlalchemy import select

from lms.archives.firm_package import enterprise_package
from lms.archives.queries import hours_of_enterprise
from lms.core.uow import unit_of_work
from lms.credentials import issuing, queries, service
from lms.credentials.listeners import open_cycles, settle_graded
from lms.credentials.models import HoursLine, TrainingKind
from lms.lectures.models import Lecture
from lms.ledger.service import verify
from lms.registry.models import Enterprise, Person
from tests.credentials.scenes import SYSTEM, add_people, certificates, hold, take_quiz
from tests.world import build_world

FULL = (0, 60)


@pytest.fixture
def app(app_on_either, monkeypatch):
    """An application in which nothing is issued by itself."""
    monkeypatch.setattr("lms.credentials.listeners.enqueue", lambda *_, **__: None)
    return app_on_either


def test_fifty_at_once_issue_one(app):
    with unit_of_work(SYSTEM, "system") as uow:
        lecture_id = hold(uow, build_world(uow).here, {2: FULL}).id

    def press(_: int) -> int:
        with app.app_context():
            return issuing.issue_due(lecture_id).issued

    with ThreadPoolExecutor(50) as pool:
        issued = sum(pool.map(press, range(50)))

    assert issued == 1
    assert len(certificates(lecture_id)) == 1


def test_a_score_that_no_worker_was_woken_for_is_decided_by_the_next_look_and_once(app):
    with unit_of_work(SYSTEM, "system") as uow:
        here = build_world(uow).here
        lecture_id = hold(uow, here, {2: FULL, 3: FULL}, quiz=True).id
    passed, failed = here.person_ids[2:4]
    for person_id, right in ((passed, 4), (failed, 1)):
        with unit_of_work(SYSTEM, "system") as uow:
            take_quiz(uow, uow.session.get_one(Lecture, lecture_id), person_id, right)

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert queries.graded_since(uow, 10) == {lecture_id: [passed, failed]}
        assert queries.completion_of(uow, lecture_id, passed).score is None
    settle_graded()
    settle_graded()

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert queries.graded_since(uow, 10) == {}
        found = {row.person_id: (row.score, row.completed) for row, *_who in queries.decided_of(uow, lecture_id)}
        assert (found[passed], found[failed]) == ((100, True), (25, False))
        assert uow.session.scalars(select(HoursLine.person_id).where(HoursLine.lecture_id == lecture_id)).all() == [passed]


def test_twenty_at_once_take_numbers_without_gap_or_double(app):
    """Not through issue_due, which takes turns within a process: here the counter itself decides."""
    with unit_of_work(SYSTEM, "system") as uow:
        here = build_world(uow).here
        add_people(uow, here, 20)
        lecture_id = hold(uow, here, dict.fromkeys(range(5, 25), FULL)).id

    def press(_: int) -> bool:
        with app.app_context():
            while True:
                with unit_of_work(SYSTEM, "system", write=False) as uow:
                    drafts, _faulty = service.draft(uow, "http://anke.test", lecture_id, Counter(), limit=1)
                if not drafts:
                    return False
                with unit_of_work(SYSTEM, "system") as uow:
                    if service.record(uow, drafts[0], "0" * 64):
                        return True

    with ThreadPoolExecutor(20) as pool:
        issued = sum(pool.map(press, range(20)))

    found = certificates(lecture_id)
    assert issued == len({row.person_id for row in found}) == 20
    assert [int(row.serial[-6:]) for row in found] == list(range(1, 21))
    assert {row.serial[:9] for row in found} == {"AK-430602"}


def test_cycles_the_hours_of_an_enterprise_and_its_file_are_the_same_on_both(app):
    with unit_of_work(SYSTEM, "system") as uow:
        here = build_world(uow).here
        hold(uow, here, {2: FULL, 3: FULL})
    open_cycles()
    with unit_of_work(SYSTEM, "system") as uow:
        person = uow.session.get_one(Person, here.person_ids[3])
        day = uow.today
        entered = service.Entered(TrainingKind.OUTSIDE, "有限空间", "培训学校", day, day, Decimal(8), "")
        service.accept_training(uow, service.enter_training(uow, person, entered, "证书.pdf", BytesIO(b"%PDF-1.7")))

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        told = hours_of_enterprise(uow, uow.session.get_one(Enterprise, here.enterprise_id), uow.today.year)
        package = enterprise_package(uow, uow.session.get_one(Enterprise, here.enterprise_id))
        assert verify(uow, here.enterprise_id).whole
    assert (told.total.earned, told.total.first_hand, told.total.asked, told.total.missing) == (10, 2, 2, 24)
    assert len(package.read()) > 1_000
