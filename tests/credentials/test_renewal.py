"""Near its end a certificate is renewed by the same training: reminders, a new number, and the old one shows the new one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.attendance.models import Mark
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.credentials import queries, rules, service
from lms.credentials.listeners import issue_certificates, remind_of_expiry
from lms.credentials.models import Certificate
from lms.lectures import service as lectures
from lms.lectures.models import Lecture
from lms.ledger.service import verify
from lms.notices.models import Notice
from tests.credentials.scenes import SYSTEM, certificates, held, mark

FULL = (0, 60)
DAY = date(2026, 11, 26)


@pytest.fixture
def on(monkeypatch):
    """Let so many days pass; it is ten in the morning then."""
    ten = clock.local(clock.now()).replace(hour=10, minute=0)

    def pass_days(days: int) -> None:
        monkeypatch.setattr(clock, "now", lambda: ten + timedelta(days=days))

    pass_days(0)
    return pass_days


def told() -> list[str]:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        wanted = select(Notice.kind).where(Notice.kind.startswith("certificate.expiring")).order_by(Notice.sent_at, Notice.kind)
        return list(uow.session.scalars(wanted))


@given(left=st.integers(-5, 90))
def test_the_nearest_reminder_that_has_come_is_due(left):
    step = rules.reminder_on(DAY, DAY + timedelta(days=left))

    assert step == (None if left < 0 or left > 60 else 7 if left <= 7 else 30 if left <= 30 else 60)


def test_the_holder_is_reminded_sixty_thirty_and_seven_days_before_and_once_each(world, on):
    (certificate,) = certificates(held(world.here, {2: FULL}))
    length = (certificate.valid_until - clock.local_date(clock.now())).days

    for days_left in (61, 60, 59, 30, 29, 8, 7, 1, 0, -1):
        on(length - days_left)
        remind_of_expiry()
        remind_of_expiry()

    assert told() == [f"certificate.expiring.{step}" for step in (60, 30, 7)]


def test_the_same_training_a_year_later_gives_a_new_number_and_the_old_one_shows_it(app, world, on, client_as):
    here = world.here
    first = held(here, {2: FULL, 3: FULL})
    old, others = certificates(first)
    on(330)
    remind_of_expiry()
    assert client_as(here.trainer).get("/certificates?state=ending").text.count(old.serial) > 0
    other_subject = held(here, {2: FULL}, title="消防演练")
    second = held(here, {2: FULL})
    (new,) = certificates(second)

    old, others = certificates(first)
    assert new.serial != old.serial
    assert (old.superseded_by_id, old.superseded_reason) == (new.id, f"复训合格，换发 {new.serial}")
    assert others.in_force, "somebody else's stays as it is"
    assert certificates(other_subject)[0].in_force, "another subject renews nothing and is not renewed"
    page = app.test_client().get(f"/verify/{old.public_code}").text
    assert "已换发" in page and f"/verify/{new.public_code}" in page
    with unit_of_work(SYSTEM, "system") as uow:
        service.settle(uow, uow.session.get_one(Lecture, first), here.person_ids)
    assert len(certificates(first)) == 2, "whoever looks at the old lecture again issues nothing for it"
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert verify(uow, here.enterprise_id).whole
        assert [one.id for one in queries.certificates_of(uow, here.person_ids[2]) if one.in_force][-1] == new.id
    on(364)
    before = len(told())
    remind_of_expiry()
    assert len(told()) == before + 1, "only the other one is reminded"


def test_the_same_training_long_before_the_end_renews_nothing(world, on):
    first = held(world.here, {2: FULL})
    on(200)
    second = held(world.here, {2: FULL})

    assert certificates(first)[0].in_force and certificates(second)[0].in_force


def test_another_one_for_the_same_training_lasts_no_longer_and_renews_nothing(world, on, client_as):
    first = held(world.here, {2: FULL})
    (old,) = certificates(first)
    on(10)
    other = held(world.here, {2: FULL})
    on(340)
    trainer, replace = client_as(world.here.trainer), {"do": "supersede", "reason": "姓名更正"}

    assert trainer.post(f"/certificates/{old.id}", data=replace).status_code == 303

    new = certificates(first)[-1]
    assert (new.serial != old.serial, new.in_force, new.valid_until) == (True, True, old.valid_until)
    assert str(old.valid_until) in trainer.get(f"/verify/{new.public_code}").text
    assert certificates(other)[0].in_force, "nobody was taught anew"
    on(370)
    trainer = client_as(world.here.trainer)
    assert "换发新证" not in trainer.get(f"/certificates/{new.id}").text
    assert trainer.post(f"/certificates/{new.id}", data=replace).status_code == 409
    assert certificates(first)[-1].in_force


def test_a_training_that_is_declared_void_renewed_nothing_and_what_it_replaced_is_given_again(app, world, on):
    here = world.here
    first, over = held(here, {2: FULL, 3: FULL}), held(here, {2: FULL}, title="消防演练")
    old, _others = certificates(first)
    (ended,) = certificates(over)
    on(330)
    second, third = held(here, {2: FULL}), held(here, {2: FULL}, title="消防演练")

    def void(lecture_id):
        with unit_of_work(SYSTEM, "system") as uow:
            lectures.void(uow, uow.session.get_one(Lecture, lecture_id), "签到是别人代的")
        issue_certificates()

    void(second)

    again = certificates(first)[-1]
    assert (again.in_force, again.valid_until, again.person_id) == (True, old.valid_until, old.person_id)
    assert len(certificates(first)) == 3, "nobody else is given another one"
    page = app.test_client().get(f"/verify/{old.public_code}").text
    assert f"/verify/{again.public_code}" in page and "已换发" in page
    on(370)
    void(third)
    assert [one.id for one in certificates(over)] == [ended.id], "what would have ended meanwhile is not given again"
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert verify(uow, here.enterprise_id).whole


def test_a_training_that_had_no_hours_for_a_while_gives_back_what_it_renewed_and_renews_it_again(world, on):
    first = held(world.here, {2: FULL})
    on(330)
    second = held(world.here, {2: FULL})

    def correct(kind, minute):
        with unit_of_work(SYSTEM, "system") as uow:
            lecture = uow.session.get_one(Lecture, second)
            lecture.min_presence = 10
            mark(uow, lecture, world.here.person_ids[2], kind, minute)
        issue_certificates()
        return [[one.in_force for one in certificates(lecture_id)] for lecture_id in (first, second)]

    assert correct(Mark.OUT, 20) == [[False, True], [False]]
    assert correct(Mark.IN, 30) == [[False, False], [False, True]]


def test_whoever_left_is_not_reminded(world, on):
    (certificate,) = certificates(held(world.here, {2: FULL}))
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.get_one(Certificate, certificate.id).person.left_on = clock.local_date(clock.now())
    on(360)

    remind_of_expiry()

    assert told() == []
