"""Two lectures of the same time whose facts come in at the same instant: their minutes count once."""

import threading
from decimal import Decimal

from lms.attendance.models import Mark
from lms.core.uow import unit_of_work
from lms.credentials import queries
from lms.lectures.models import Lecture
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
