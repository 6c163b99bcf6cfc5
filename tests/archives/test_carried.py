"""A worker carries their signed record to the next employer, who sees nothing without the worker's tap."""

import json
import re
from datetime import timedelta

from sqlalchemy import select, update

from lms.core import clock
from lms.core.uow import unit_of_work
from lms.credentials.models import CarriedRecord
from lms.ledger.receipts import is_sealed
from lms.ledger.service import verify
from tests.credentials.scenes import SYSTEM, certificates, held

TITLE = "总经理讲安全课：粉尘防爆与有限空间"


def offered(side) -> CarriedRecord:
    with unit_of_work(SYSTEM, "system") as uow:
        wanted = select(CarriedRecord).where(CarriedRecord.enterprise_id == side.enterprise_id)
        return uow.session.scalars(wanted.order_by(CarriedRecord.offered_at.desc())).first()


def test_the_next_employer_sees_verified_hours_only_with_the_workers_tap(app, world, client_as, monkeypatch):
    with monkeypatch.context() as past:
        last_year = clock.now() - timedelta(days=400)
        past.setattr(clock, "now", lambda: last_year)
        held(world.here, {2: (0, 60)}, title="去年的课")
    [valid] = certificates(held(world.here, {2: (0, 60)}))
    worker, firm = client_as(world.here.employee), client_as(world.there.trainer)
    worker.post("/me/record")
    path = f"/records/{offered(world.here).code}"

    assert TITLE not in firm.get(path).text
    firm.post(path)
    assert TITLE not in firm.get(path).text and firm.get(f"{path}.json").status_code == 404
    waiting = worker.get("/me/record").text
    assert "鸿和平机械有限责任公司（赵倩）想看您的培训记录" in waiting

    worker.post(f"/me/record/{offered(world.here).id}", data={"do": "agree"})
    page = firm.get(path).text
    assert TITLE in page and "签名有效" in page and "1 学时" in page and "4306**********1082" not in page
    assert "去年的课" not in page, "what has expired is not valid"
    assert f'<td data-label="有效期至">{valid.valid_until}</td>' in page
    told = json.loads(firm.get(f"{path}.json").data)
    assert is_sealed(told["statement"].encode(), told["signature"], told["key"])
    assert not re.search(r"\d{11}(?!\d)", told["statement"].split('"certificates"')[0])  # no phone
    assert "出示培训记录" in client_as(world.here.officer).get(f"/enterprises/{world.here.enterprise_id}/trail").text
    with unit_of_work(SYSTEM, "system") as uow:
        assert verify(uow, world.here.enterprise_id).whole

    worker.post(f"/me/record/{offered(world.here).id}", data={"do": "end"})
    assert firm.get(path).status_code == firm.get(f"{path}.json").status_code == 404


def test_nobody_else_asks_agrees_or_reads(app, world, client_as):
    worker = client_as(world.here.employee)
    worker.post("/me/record")
    path, one = f"/records/{offered(world.here).code}", offered(world.here)

    assert client_as(world.here.trainer).post(path).status_code == 409  # their own firm has the file anyway
    assert client_as(world.there.employee).get(path).status_code == 404
    assert client_as(world.there.employee).post(f"/me/record/{one.id}", data={"do": "agree"}).status_code == 404
    assert worker.post(f"/me/record/{one.id}", data={"do": "agree"}).status_code == 409  # nobody asked yet

    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.execute(update(CarriedRecord).values(ends_at=clock.now() - timedelta(seconds=1)))
    assert client_as(world.there.trainer).post(path).status_code == 404


def test_a_word_that_was_changed_is_not_taken_for_signed(app, world, client_as):
    held(world.here, {2: (0, 60)})
    worker, firm = client_as(world.here.employee), client_as(world.there.trainer)
    worker.post("/me/record")
    path = f"/records/{offered(world.here).code}"
    firm.post(path)
    shown_id = offered(world.here).id
    worker.post(f"/me/record/{shown_id}", data={"do": "agree"})
    with unit_of_work(SYSTEM, "system") as uow:
        one = uow.session.get_one(CarriedRecord, shown_id)
        one.statement = one.statement.replace('"live":"1"', '"live":"9"')

    assert "签名不对" in firm.get(path).text
