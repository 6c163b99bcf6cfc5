"""From facts to certificates: what is issued, once, without gaps, and what takes it back."""

import hashlib
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from lms.archives.queries.trail import TrailFilter, trail_page
from lms.attendance.models import Mark
from lms.core.db import db
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.credentials import commands, queries, service
from lms.credentials.listeners import issue_certificates
from lms.credentials.models import Certificate, Completion, HoursKind, HoursLine
from lms.credentials.rules import CertificateState
from lms.lectures.models import Lecture
from lms.ledger.service import verify
from lms.quizzes.models import Attempt
from lms.registry.models import Person
from tests.credentials.scenes import SYSTEM, certificates, held, mark, take_quiz
from tests.forging import lifting

FULL = (0, 60)


def completion(lecture_id, person_id) -> Completion:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        found = queries.completion_of(uow, lecture_id, person_id)
        assert found is not None
        return found


def ledger(person_id) -> list[tuple[HoursKind, Decimal]]:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        return [(line.kind, line.hours) for line in reversed(queries.hours_lines_of(uow, person_id))]


@pytest.fixture
def by_hand(monkeypatch):
    """Nothing is issued by itself."""
    monkeypatch.setattr("lms.credentials.listeners.enqueue", lambda *_, **__: None)


def test_who_was_there_and_passed_holds_a_certificate_without_asking(world):
    here = world.here
    lecture_id = held(here, {2: FULL, 3: FULL, 4: (0, 20)}, quiz=True)
    assert certificates(lecture_id) == []

    with unit_of_work(SYSTEM, "system") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        take_quiz(uow, lecture, here.person_ids[2], right=4)
        take_quiz(uow, lecture, here.person_ids[3], right=1)
        take_quiz(uow, lecture, here.person_ids[4], right=4)

    (certificate,) = certificates(lecture_id)
    assert certificate.person_id == here.person_ids[2]
    year = certificate.issued_at.year
    assert certificate.serial == f"AK-430602-{year}-000001"
    assert certificate.data["score"] == 100
    assert certificate.data["presence"] == "全程到课"
    assert certificate.data["masked_id"] == "4306**********8441"
    assert len(certificate.public_code) >= 22
    assert ledger(here.person_ids[2]) == [(HoursKind.EARNED, Decimal(1))]
    assert ledger(here.person_ids[3]) == []
    assert "不到 75 分" in completion(lecture_id, here.person_ids[3]).reasons


def test_a_missing_check_out_is_decided_again_when_it_is_added(world):
    here = world.here
    lecture_id = held(here, {2: (0, None)})
    before = completion(lecture_id, here.person_ids[2])
    assert (before.completed, before.minutes) == (False, None)
    assert "未签退，在场时长待确认" in before.reasons

    with unit_of_work(SYSTEM, "system") as uow:
        mark(uow, uow.session.get_one(Lecture, lecture_id), here.person_ids[2], Mark.OUT, 60)

    assert completion(lecture_id, here.person_ids[2]).completed
    assert len(certificates(lecture_id)) == 1
    assert ledger(here.person_ids[2]) == [(HoursKind.EARNED, Decimal(1))]


def test_what_was_completed_wrongly_is_voided_and_its_certificate_taken_back(world):
    here = world.here
    lecture_id = held(here, {2: FULL})
    with unit_of_work(SYSTEM, "system") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        lecture.min_presence = 100
        mark(uow, lecture, here.person_ids[2], Mark.OUT, 10)
        mark(uow, lecture, here.person_ids[2], Mark.IN, 40)

    (certificate,) = certificates(lecture_id)
    assert certificate.revoked_at is not None
    assert "合格认定已更正" in certificate.revoked_reason
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        [told] = trail_page(uow, here.enterprise_id, TrailFilter(kinds=("certificate.ended",)), 1).rows
    assert told.by == "安课"
    assert ledger(here.person_ids[2]) == [(HoursKind.EARNED, Decimal(1)), (HoursKind.VOIDED, Decimal(-1))]

    with unit_of_work(SYSTEM, "system") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        lecture.min_presence = 50
        service.settle(uow, lecture, [here.person_ids[2]])
    issue_certificates()

    first, second = certificates(lecture_id)
    assert not first.in_force
    assert second.in_force
    assert second.data["hours"] == "0.5"
    assert sum(hours for _kind, hours in ledger(here.person_ids[2])) == Decimal("0.5")


def test_what_was_decided_before_stays_readable_beside_what_is_different_now(world, client_as):
    here = world.here
    lecture_id = held(here, {2: FULL})
    with unit_of_work(SYSTEM, "system") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        mark(uow, lecture, here.person_ids[2], Mark.OUT, 10)
        mark(uow, lecture, here.person_ids[2], Mark.IN, 40)

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        told = [(name, change.said) for change, name in queries.changes_of(uow, lecture_id)]
    assert told == [("刘洋", ["在场 10 → 30 分钟"]), ("刘洋", ["在场 60 → 10 分钟", "合格 → 未合格"])]
    for who in (here.trainer, here.employee):
        page = client_as(who).get(f"/lectures/{lecture_id}").text
        assert "在场 60 → 10 分钟，合格 → 未合格" in page and "在场 60/60 分钟，不设考核，合格" in page


def test_a_quiz_that_is_marked_anew_replaces_the_certificate_with_the_old_score(world):
    here = world.here
    lecture_id = held(here, {2: FULL}, quiz=True)
    with unit_of_work(SYSTEM, "system") as uow:
        attempt = take_quiz(uow, uow.session.get_one(Lecture, lecture_id), here.person_ids[2], right=3)
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.get_one(Attempt, attempt.id).score = 100
        lecture = uow.session.get_one(Lecture, lecture_id)
        service.settle(uow, lecture, here.person_ids)
        assert [change.said for change, _name in queries.changes_of(uow, lecture_id)] == [["考核 75 → 100 分"]]
    issue_certificates()

    old, new = certificates(lecture_id)
    assert (old.data["score"], old.superseded_reason, old.superseded_by_id) == (75, "考核成绩更正", new.id)
    assert new.data["score"] == 100
    assert ledger(here.person_ids[2]) == [(HoursKind.EARNED, Decimal(1))]


def test_hours_and_certificates_are_entries_of_the_chain_and_who_alters_them_is_found(world):
    here = world.here
    lecture_id = held(here, {2: FULL, 3: FULL})
    first, other = certificates(lecture_id)
    with unit_of_work(SYSTEM, "system") as uow:
        service.revoke(uow, uow.session.get_one(Certificate, first.id), "查实为他人代签")
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert verify(uow, here.enterprise_id).whole

    with db.engine.begin() as connection:
        for statement in lifting("sqlite", "hours_line"):
            connection.exec_driver_sql(statement)
        connection.execute(update(HoursLine).where(HoursLine.person_id == first.person_id).values(hours=8))
        connection.execute(update(Certificate).where(Certificate.id == first.id).values(revoked_reason="误发"))
        data = other.data | {"hours": "8"}
        connection.execute(update(Certificate).where(Certificate.id == other.id).values(data=data))

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        unlike = verify(uow, here.enterprise_id).unlike
    assert {(one.what, one.kind) for one in unlike} == {
        ("changed", "hours.recorded"), ("changed", "certificate.issued"), ("changed", "certificate.ended"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "through"),
    [
        pytest.param([(Mark.IN, 30), (Mark.OUT, 20)], ["-0.5"], id="at once"),
        pytest.param([(Mark.OUT, 20), (Mark.IN, 30)], ["-1", "0.5"], id="through no hours, for 20 minutes alone are none"),
    ],
)
def test_a_certificate_whose_hours_changed_is_replaced(world, steps, through):
    here = world.here
    lecture_id = held(here, {2: FULL})
    with unit_of_work(SYSTEM, "system") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        lecture.min_presence = 10
        for kind, minute in steps:
            mark(uow, lecture, here.person_ids[2], kind, minute)

    old, new = certificates(lecture_id)
    assert (old.superseded_reason, old.superseded_by_id) == ("到课情况、学时更正", new.id)
    assert (old.state_on(old.valid_until), old.revoked_reason) == (CertificateState.SUPERSEDED, None)
    assert (old.data["hours"], new.data["hours"]) == ("1", "0.5")
    assert [hours for _kind, hours in ledger(here.person_ids[2])] == [1, *map(Decimal, through)]


def test_nobody_gets_a_certificate_of_no_hours_and_the_trainer_reads_why_and_what_to_do(world, client_as):
    here, trainer = world.here, client_as(world.here.trainer)
    short, long = held(here, {2: (0, 9)}, minutes=9, title="九分钟的课"), held(here, {3: FULL})
    assert completion(short, here.person_ids[2]).completed and certificates(short) == []
    assert ledger(here.person_ids[2]) == [(HoursKind.EARNED, Decimal(0))]

    for page in (f"/lectures/{short}", "/certificates"):
        said = trainer.get(page).text
        assert "听课时长算下来是 0 学时" in said and "更正讲课时间" in said and "再讲一次" in said
    assert f"/lectures/{short}" in trainer.get("/certificates").text
    assert "0 学时" not in trainer.get(f"/lectures/{long}").text

    with unit_of_work(SYSTEM, "system") as uow:  # one in force whose hours become none is taken back
        lecture = uow.session.get_one(Lecture, long)
        lecture.min_presence = 10
        mark(uow, lecture, here.person_ids[3], Mark.OUT, 20)
        mark(uow, lecture, here.person_ids[3], Mark.IN, 55)
    (gone,) = certificates(long)
    assert gone.withdrawn and gone.revoked_reason.startswith("学时已更正，算下来是 0 学时：")
    assert "撤销原因：学时已更正，算下来是 0 学时" in trainer.get(f"/verify/{gone.public_code}").text

    with unit_of_work(SYSTEM, "system") as uow:  # and replaced once somebody corrected the rest of it
        lecture = uow.session.get_one(Lecture, long)
        mark(uow, lecture, here.person_ids[3], Mark.IN, 25)
        mark(uow, lecture, here.person_ids[3], Mark.OUT, 54)
    gone, new = certificates(long)
    assert (gone.superseded_reason, gone.superseded_by_id, new.data["hours"]) == ("到课情况、学时更正", new.id, "0.5")
    assert "已换发" in trainer.get(f"/verify/{gone.public_code}").text
    with unit_of_work(SYSTEM, "system") as uow:
        assert verify(uow, here.enterprise_id).whole
        uow.session.execute(update(Lecture).where(Lecture.id == short).values(closed_at=uow.now - timedelta(days=31)))
    assert "0 学时，没有发证" not in trainer.get("/certificates").text, "what nobody put right within a month is left as it is"
    assert "没有发证" in trainer.get(f"/lectures/{short}").text


def test_settling_again_changes_nothing(world):
    here = world.here
    lecture_id = held(here, {2: FULL})
    before = completion(lecture_id, here.person_ids[2])

    with unit_of_work(SYSTEM, "system") as uow:
        service.settle(uow, uow.session.get_one(Lecture, lecture_id), here.person_ids)
    issue_certificates()

    assert completion(lecture_id, here.person_ids[2]).decided_at == before.decided_at
    assert len(certificates(lecture_id)) == 1
    assert len(ledger(here.person_ids[2])) == 1


@pytest.mark.parametrize("statement", [update(HoursLine).values(hours=9), delete(HoursLine), delete(Certificate)])
def test_the_database_itself_keeps_the_ledger_and_every_certificate(world, statement):
    held(world.here, {2: FULL})

    with pytest.raises(IntegrityError, match="stay as they are"), unit_of_work(SYSTEM, "system") as uow:
        uow.session.execute(statement)


def test_the_stored_bytes_are_those_whose_hash_was_kept(world):
    (certificate,) = certificates(held(world.here, {2: FULL}))

    content = storage().get(certificate.pdf_sha256)

    assert content.startswith(b"%PDF")
    assert hashlib.sha256(content).hexdigest() == certificate.pdf_sha256


def test_numbers_count_by_district(world):
    (here,) = certificates(held(world.here, {2: FULL}))
    (there,) = certificates(held(world.there, {2: FULL}))

    assert [here.serial[3:9], there.serial[3:9]] == ["430602", "430603"]
    assert here.serial[-6:] == there.serial[-6:] == "000001"


def test_a_name_that_cannot_be_printed_is_named_and_does_not_stop_the_others(world):
    here = world.here
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.get_one(Person, here.person_ids[2]).name = "刘\U00032000"

    lecture_id = held(here, {2: FULL, 3: FULL})

    (issued,) = certificates(lecture_id)
    assert issued.person_id == here.person_ids[3]
    assert issued.serial.endswith("000001")
    assert "U+32000" in completion(lecture_id, here.person_ids[2]).problem

    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.get_one(Person, here.person_ids[2]).name = "刘洋"
    issue_certificates()

    assert [row.serial[-6:] for row in certificates(lecture_id)] == ["000001", "000002"]
    assert completion(lecture_id, here.person_ids[2]).problem is None


@pytest.mark.parametrize(
    "name", ["龚䶮", "王㛃", "李𬭎", "张𡃁", "𠮷田", "买买提·艾力", "José Müller-Ávila", "阿卜杜" * 13 + "拉"]
)
def test_rare_names_are_printed(world, name):
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.get_one(Person, world.here.person_ids[2]).name = name

    (certificate,) = certificates(held(world.here, {2: FULL}))

    assert certificate.data["holder_name"] == name


def test_somebody_revoked_by_hand_gets_no_other_certificate(world):
    here = world.here
    lecture_id = held(here, {2: FULL})
    with unit_of_work(SYSTEM, "system") as uow:
        row = uow.session.scalars(select(Certificate)).one()
        service.revoke(uow, row, "查实为他人代签")
        with pytest.raises(service.NotInForce):
            service.revoke(uow, row, "再来一次")

    with unit_of_work(SYSTEM, "system") as uow:
        service.settle(uow, uow.session.get_one(Lecture, lecture_id), here.person_ids)
    issue_certificates()

    assert len(certificates(lecture_id)) == 1


def test_the_database_holds_one_certificate_in_force(world, by_hand):
    lecture_id = held(world.here, {2: FULL})
    issue_certificates()
    (first,) = certificates(lecture_id)

    with pytest.raises(IntegrityError), unit_of_work(SYSTEM, "system") as uow:
        values = {column.name: getattr(first, column.name) for column in Certificate.__table__.columns}
        uow.session.add(Certificate(**values | {"id": uuid4(), "serial": "AK-1", "public_code": "other"}))


def test_the_command_issues_and_can_be_run_again(app, world, by_hand):
    lecture_id = held(world.here, {2: FULL, 3: FULL})
    runner = CliRunner()

    first = runner.invoke(commands.issue, [str(lecture_id), "--json"])
    again = runner.invoke(commands.issue, [str(lecture_id), "--json"])

    assert (first.exit_code, first.stdout) == (0, '{"issued": 2, "problems": []}\n')
    assert (again.exit_code, again.stdout) == (0, '{"issued": 0, "problems": []}\n')
    assert runner.invoke(commands.issue, [str(uuid4())]).exit_code == 2


def test_the_holder_is_told(world):
    from lms.notices.models import Notice

    held(world.here, {2: FULL})

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        told = uow.session.scalars(
            select(Notice).where(Notice.person_id == world.here.person_ids[2], Notice.link == "/me/certificates")
        ).all()
    assert len(told) == 1
