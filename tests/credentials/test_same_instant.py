"""What comes in at the same instant: minutes of two lectures count once, and no certificate is left of hours taken back."""

import io
import threading
from collections import Counter
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from lms.attendance.models import Mark
from lms.core.uow import unit_of_work
from lms.credentials import queries, service
from lms.credentials.listeners import open_cycles
from lms.credentials.models import Certificate, EnteredTraining, TrainingKind
from lms.lectures.models import Lecture
from lms.registry.models import Enterprise, Person
from tests.credentials.scenes import SYSTEM, hold, mark
from tests.world import build_world


def test_what_two_transactions_find_at_once_counts_once(app_on_postgres, monkeypatch):
    monkeypatch.setattr("lms.credentials.listeners.enqueue", lambda *_, **__: None)
    with unit_of_work(SYSTEM, "system") as uow:
        here = build_world(uow).here
        lectures = [hold(uow, here, {3: (0, 60)}, title=title).id for title in ("有限空间", "粉尘防爆")]
    person_id = here.person_ids[2]

    def come(uow, lecture_id):
        lecture = uow.session.get_one(Lecture, lecture_id)
        mark(uow, lecture, person_id, Mark.IN, 0)
        mark(uow, lecture, person_id, Mark.OUT, 60)

    def beside():
        with app_on_postgres.app_context(), unit_of_work(SYSTEM, "system") as uow:
            come(uow, lectures[1])

    other = threading.Thread(target=beside)
    with unit_of_work(SYSTEM, "system") as uow:
        come(uow, lectures[0])
        uow.session.flush()
        other.start()
        other.join(1.5)
        assert other.is_alive(), "it waits for what was found here"
    other.join()

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        lines = queries.hours_lines_of(uow, person_id)
        assert sum((line.hours for line in lines), Decimal(0)) == 1


def test_hours_taken_back_while_their_certificate_is_being_recorded_leave_none_in_force(app_on_postgres, monkeypatch):
    monkeypatch.setattr("lms.credentials.listeners.enqueue", lambda *_, **__: None)
    with unit_of_work(SYSTEM, "system") as uow:
        here = build_world(uow).here
        uow.session.get_one(Enterprise, here.enterprise_id).industry = "危险化学品"
    open_cycles()
    with unit_of_work(SYSTEM, "system") as uow:
        person, day = uow.session.get_one(Person, here.person_ids[2]), uow.today - timedelta(days=2)
        told = service.Entered(TrainingKind.OUTSIDE, "复训班", "安全培训中心", day, uow.today, Decimal(20), "")
        training = service.enter_training(uow, person, told, "证书.pdf", io.BytesIO(b"%PDF-1.7"))
        service.accept_training(uow, training)
        training_id = training.id
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        [drawn], _faulty = service.draft(uow, "https://anke.example", None, Counter(), limit=9)

    def take_back():
        with app_on_postgres.app_context(), unit_of_work(SYSTEM, "system") as uow:
            service.void_training(uow, uow.session.get_one(EnteredTraining, training_id), "证书是别人的")

    other = threading.Thread(target=take_back)
    with unit_of_work(SYSTEM, "system") as uow:
        assert service.record(uow, drawn, "0" * 64)
        uow.session.flush()
        other.start()
        other.join(1.5)
        assert other.is_alive(), "it waits for the certificate"
    other.join()

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        [issued] = uow.session.scalars(select(Certificate)).all()
        assert issued.withdrawn and not issued.in_force
