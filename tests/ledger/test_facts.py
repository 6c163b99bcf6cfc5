"""Every fact that a record rests on is an entry of the chain, and a table that says otherwise is found."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from json import loads
from uuid import uuid4

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from lms.access.service import load_actor
from lms.archives.trail_words import KINDS
from lms.attendance.models import AttendanceEvent, Mark
from lms.attendance.service import strike
from lms.core import clock
from lms.core.db import db, new_id
from lms.core.uow import unit_of_work
from lms.credentials import service as credentials
from lms.credentials.listeners import issue_certificates, settle_graded
from lms.credentials.models import Authority, Certificate, EnteredTraining, TrainingDemand, TrainingKind, WorkPermit
from lms.credentials.rules import CertificateKind
from lms.credentials.service import chain, retraining
from lms.lectures import service as lectures
from lms.lectures.models import LecturerStep, Witness
from lms.ledger import service
from lms.ledger.countersigning import fits
from lms.ledger.keys import signing_seed
from lms.ledger.models import ChainCountersignature, ChainEntry, ChainReceipt
from lms.ledger.receipts import sign
from lms.ledger.rules import Head
from lms.ledger.service import verify
from lms.quizzes import service as quiz_service
from lms.quizzes.models import Attempt
from lms.quizzes.service.chain import enter_changed
from lms.registry.anchoring import anchor_chains, countersign_receipts
from lms.registry.chains import receipts as receipts_command
from lms.registry.models import Enterprise, Person
from lms.supervision.rules import nothing_of
from lms.supervision.service import submit as observe
from tests.credentials.scenes import PLAN, SYSTEM, certificates, mark, take_quiz
from tests.forging import lifting
from tests.lectures.builders import make_lecture
from tests.quizzes.scenes import questions
from tests.world import acting, committed_world

# What the issue calls a fact that a record rests on: kind, and what somebody with the database's password would change.
RESTS_ON = {
    "lecture.opened": "UPDATE lecture SET title = 'x'",
    "lecture.closed": "UPDATE sitting SET ended_at = started_at",
    "lecture.lecturer": "UPDATE lecturer_mark SET told_by = 'x' WHERE witness <> 'trainer'",
    "attendance.recorded": "UPDATE attendance_event SET trust = 'live', reason = 'x'",
    "attendance.corrected": "UPDATE correction SET reason = 'x'",
    "quiz.graded": "UPDATE attempt SET score = 99",
    "hours.recorded": "UPDATE hours_line SET hours = 9",
    "certificate.issued": "UPDATE certificate SET pdf_sha256 = 'x'",
    "certificate.ended": "UPDATE certificate SET revoked_reason = 'x'",
    "observation.submitted": "UPDATE observation SET remark = 'x'",
    "training.checked": "UPDATE entered_training SET level = '厂级', organizer = 'x'",
    "award.given": "UPDATE award SET valid_until = '2099-12-31'",
    "training.asked": "UPDATE training_demand SET required = 0",
    "training.waived": "UPDATE training_demand SET waived_by = 'x'",
    "permit.entered": "UPDATE work_permit SET review_due_on = '2099-12-31'",
    "permit.ended": "UPDATE work_permit SET ended_at = NULL",
}


def held_with_all_of_it():
    """World and lecture: lecturer on their phone, a mark put right, quiz, certificate revoked, an officer who sat in."""
    world = committed_world()
    here = world.here
    with unit_of_work(SYSTEM, "system") as uow:
        quiz_service.add_questions(uow, here.enterprise_id, questions(8))
        start = uow.now - timedelta(minutes=60)
        lecture = make_lecture(uow, here, starts_at=start, minutes=60, quiz=PLAN)
        lectures.open_check_in(uow, lecture)
        for step, at in ((LecturerStep.START, start), (LecturerStep.END, uow.now)):
            lectures.confirm_lecturer(uow, lecture.sitting, here.head_id, step, Witness.OWN_PHONE, at=at)
        for place in (2, 3):
            mark(uow, lecture, here.person_ids[place], Mark.IN, 0)
            mark(uow, lecture, here.person_ids[place], Mark.OUT, 60)
        lectures.close(uow, lecture, start, uow.now)
        event = uow.session.scalars(select(AttendanceEvent).where(AttendanceEvent.person_id == here.person_ids[3])).first()
        strike(acting(uow, load_actor(uow, here.trainer), "home"), lecture, event, reason="他当时不在")
        take_quiz(uow, lecture, here.person_ids[2], 4)
        training = from_elsewhere(uow, here.person_ids[4])
        credentials.accept_training(acting(uow, load_actor(uow, here.head), "home"), training)
        named = uow.session.get_one(Person, here.person_ids[4])
        credentials.name(uow, named, CertificateKind.TRAINER, None, uow.today + timedelta(days=300), "试讲评议合格")
        demands_and_permits(acting(uow, load_actor(uow, here.trainer), "home"), here, named)
        observe(
            acting(uow, load_actor(uow, here.officer), "home"),
            lecture,
            ["head_whole", "own_marks", "real_risks", nothing_of("effect")],
            "讲得具体",
            uuid4(),
        )
        lecture_id = lecture.id
    settle_and_issue(lecture_id)
    with unit_of_work(SYSTEM, "system") as uow:
        [issued] = certificates(lecture_id)
        credentials.revoke(uow, uow.session.merge(issued), "查实为他人代签")
    return world, lecture_id


@pytest.fixture
def held_once(kept):
    return kept(held_with_all_of_it)


@pytest.fixture
def world(held_once):
    return held_once[0]


@pytest.fixture
def record(held_once):
    return held_once[1]


def demands_and_permits(uow, here, person):
    """Something new is used, which does not apply to one of them; a permit follows another of the same work."""
    retraining.introduce(uow, uow.session.get_one(Enterprise, here.enterprise_id), "新包装线", uow.today, None)
    retraining.waive(uow, uow.session.scalars(select(TrainingDemand).order_by(TrainingDemand.id)).first(), "不在这条线上")
    for days in (2000, 10):
        day = uow.today - timedelta(days=days)
        retraining.enter_permit(uow, person, Authority.EMERGENCY, "低压电工作业", "T430602", day, None, None)


def from_elsewhere(uow, person_id):
    """A training that was not held here, entered with its scan."""
    day = uow.today - timedelta(days=3)
    told = credentials.Entered(TrainingKind.OUTSIDE, "复训班", "安全培训中心", day, day, Decimal(8), "")
    return credentials.enter_training(uow, uow.session.get_one(Person, person_id), told, "证书.pdf", BytesIO(b"%PDF-1.7"))


def settle_and_issue(lecture_id):
    settle_graded(str(lecture_id))
    issue_certificates(str(lecture_id))


def kinds_unlike(enterprise_id):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        found = verify(uow, enterprise_id)
    assert found.finding is None
    return {one.kind for one in found.unlike}


def test_every_fact_a_record_rests_on_is_an_entry_and_a_table_that_says_otherwise_is_found(app, world, record):
    firm = world.here.enterprise_id
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        kinds = set(uow.session.scalars(select(ChainEntry.kind).where(ChainEntry.enterprise_id == firm)))
    assert set(RESTS_ON) <= kinds
    assert kinds <= set(KINDS), "whoever reads the chain on its page finds a word for each"
    assert kinds_unlike(firm) == set()

    found = {}
    for kind, statement in RESTS_ON.items():
        with db.engine.connect() as connection:  # never committed: each is looked for by itself
            begun = connection.begin()
            for table in ("hours_line", "certificate", "attendance_event"):
                for lifted in lifting(db.engine.dialect.name, table):
                    connection.exec_driver_sql(lifted)
            connection.execute(text(statement))
            found[kind] = seen_by(connection, firm)
            begun.rollback()
    assert {kind: kind in unlike for kind, unlike in found.items()} == dict.fromkeys(RESTS_ON, True)


def test_a_demand_or_a_permit_written_straight_into_its_table_is_found(app, world, record):
    with db.engine.connect() as connection:
        begun = connection.begin()
        for table in (TrainingDemand.__table__, WorkPermit.__table__):
            rows = connection.execute(select(table)).mappings().all()
            changed = {"said": "旧包装线"} if "said" in table.c else {"entered_at": clock.now() - timedelta(days=2000)}
            connection.execute(table.insert(), [{**row, "id": new_id(), **changed} for row in rows])
        unlike = found_in(connection, world.here.enterprise_id)
        begun.rollback()
    assert {(one.what, one.kind) for one in unlike} == {
        ("unentered", kind) for kind in ("training.asked", "training.waived", "permit.entered", "permit.ended")
    }


def seen_by(connection, firm):
    """The kinds of what verify finds inside of a transaction that is not committed."""
    return {one.kind for one in found_in(connection, firm)}


def found_in(connection, firm):
    """What verify finds inside of a transaction that is not committed."""
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        uow._session = Session(connection, join_transaction_mode="create_savepoint")
        return verify(uow, firm).unlike


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        ("training.checked", f"UPDATE entered_training SET sha256 = '{'0' * 64}'"),
        ("training.checked", "UPDATE entered_training SET entered_key = 'user:x'"),
        ("training.checked", "UPDATE entered_training SET voided_at = checked_at"),
        ("training.checked", "UPDATE entered_training SET checked_at = NULL, accepted = NULL"),
        ("award.given", 'UPDATE award SET basis = \'{"by": "x", "why": "x"}\''),
        ("award.given", "UPDATE award SET awarded_by = 'x'"),
    ],
)
def test_scan_hands_and_grounds_of_what_a_certificate_rests_on_are_held_against_the_chain(app, world, record, kind, statement):
    with db.engine.begin() as connection:
        connection.execute(text(statement.replace(":", "\\:")))
    assert kinds_unlike(world.here.enterprise_id) == {kind}


def test_a_training_refused_and_one_voided_agree_with_the_chain_that_says_each_step(app, world, record):
    here = world.here
    with unit_of_work(SYSTEM, "home") as uow:
        head = acting(uow, load_actor(uow, here.head), "home")
        credentials.refuse_training(head, from_elsewhere(uow, here.person_ids[3]), "看不清")
        credentials.void_training(
            head, uow.session.scalars(select(EnteredTraining).where(EnteredTraining.accepted)).one(), "重复"
        )
    assert kinds_unlike(here.enterprise_id) == set()
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        facts = uow.session.scalars(select(ChainEntry.fact).where(ChainEntry.kind == "training.checked")).all()
    assert len(facts) == 3 and all(f'"actor":"{here.head}"' in fact for fact in facts)


def test_a_certificate_rewritten_as_if_its_holder_had_been_forgotten_is_found(app, world, record):
    """Its own row is no witness of that: the chain tells whom the law made be forgotten."""
    with db.engine.begin() as connection:
        connection.execute(update(Certificate).values(data={"holder_name": "别人"}, erased_at=clock.now()))
    assert kinds_unlike(world.here.enterprise_id) == {"certificate.issued"}


@pytest.mark.parametrize("kind", ["hours", "reviewer"])
def test_a_certificate_of_another_kind_than_was_issued_is_found(app, world, record, kind):
    with db.engine.begin() as connection:
        connection.execute(update(Certificate).values(kind=kind))
    assert kinds_unlike(world.here.enterprise_id) == {"certificate.issued"}


def test_wrong_answers_marked_right_after_the_quiz_are_found(app, world, record):
    """The case of Changzhou: somebody answered for others afterwards. The chain holds a hash of what was answered."""
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE answer SET chosen = '[\"A\"]'"))
    assert kinds_unlike(world.here.enterprise_id) == set(), "four of four were right: the same answers"
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE answer SET chosen = '[\"B\"]'"))
    assert kinds_unlike(world.here.enterprise_id) == {"quiz.graded"}


def test_a_score_that_was_put_right_is_another_entry_and_the_chain_says_both(app, world, record):
    with unit_of_work(SYSTEM, "home") as uow:
        attempt = uow.session.scalars(select(Attempt)).one()
        attempt.score, attempt.passed = 50, False
        enter_changed(uow, [attempt])
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        facts = uow.session.scalars(
            select(ChainEntry.fact).where(ChainEntry.kind == "quiz.graded").order_by(ChainEntry.seq)
        ).all()
    assert ['"score":100' in facts[0], '"score":50' in facts[1]] == [True, True]
    assert kinds_unlike(world.here.enterprise_id) == set()


def test_the_bureau_signs_each_receipt_and_who_has_the_installations_secret_cannot(app, world, record, client_as, capsys):
    firm = world.here.enterprise_id
    anchor_chains()
    countersign_receipts()
    countersign_receipts()  # once each
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        [kept] = uow.session.scalars(select(ChainCountersignature).where(ChainCountersignature.enterprise_id == firm)).all()
        receipt = uow.session.get_one(ChainReceipt, kept.receipt_id)
        assert fits(receipt.statement, receipt.signature, kept.signature, kept.certificate)
        assert not fits(receipt.statement.replace('"seq":', '"seq":1'), receipt.signature, kept.signature, kept.certificate)
    officer = client_as(world.here.officer)
    assert f"监管部门已副签：{kept.signer}" in officer.get(f"/enterprises/{firm}").text
    line = officer.get(f"/enterprises/{firm}/receipts.jsonl").text
    assert "countersignature" in line and "BEGIN CERTIFICATE" in line
    with pytest.raises(SystemExit):
        receipts_command.main([])
    assert "countersignature" in capsys.readouterr().out

    # Whoever has the installation's secret makes the receipt of that day anew: the bureau's signature is not of that one.
    forged = sign(signing_seed(), firm, Head(1, first_hash(firm)), receipt.anchored_on, clock.now(), None)
    with db.engine.begin() as connection:
        for lifted in lifting(db.engine.dialect.name, "chain_receipt"):
            connection.exec_driver_sql(lifted)
        connection.execute(update(ChainReceipt).where(ChainReceipt.id == receipt.id).values(seq=1, **forged._asdict()))
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert [one.what for one in verify(uow, firm).contradicted] == ["uncountersigned"]


def first_hash(firm):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return uow.session.scalar(select(ChainEntry.hash).where(ChainEntry.enterprise_id == firm, ChainEntry.seq == 1))


NAMES_IN = {"by", "officer", "confirmed_by", "resolved_by", "revoked_by", "checked_by", "entered_by", "told_by"}


def test_no_entry_names_who_did_it_and_the_trail_still_says_who_that_was(app, world, record, client_as):
    firm = world.here.enterprise_id
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        actors = {load_actor(uow, key).name for key in (world.here.trainer, world.here.head, world.here.officer)}
        told = uow.session.scalars(select(ChainEntry.fact).where(ChainEntry.enterprise_id == firm)).all()
    facts = [loads(fact) for fact in told]

    assert not [fact for fact in told if any(name in fact for name in actors)]
    assert {"actor", "revoked_by", "officer"} <= {name for fact in facts for name in fact}
    assert {fact[name].partition(":")[0] for fact in facts for name in NAMES_IN & fact.keys()} <= {"hmac", "user", "system"}
    page = client_as(world.here.trainer).get(f"/enterprises/{firm}/trail").text
    assert all(name in page for name in actors)


def test_an_entry_from_before_names_were_left_out_still_holds_and_still_finds_another_name(app, world, record):
    firm = world.here.enterprise_id
    with unit_of_work(SYSTEM, "home") as uow:
        certificate = uow.session.scalars(select(Certificate)).first()
        told = chain._ended(certificate)
        service.append(uow, firm, "certificate.ended", certificate.id, told | {"revoked_by": str(told["revoked_by"])})
    assert "hmac:" not in entry_of(firm, "certificate.ended")["revoked_by"] and kinds_unlike(firm) == set()

    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE certificate SET revoked_by = 'x'")

    assert kinds_unlike(firm) == {"certificate.ended"}


def entry_of(firm, kind):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        wanted = select(ChainEntry.fact).where(ChainEntry.enterprise_id == firm, ChainEntry.kind == kind)
        return loads(uow.session.scalars(wanted.order_by(ChainEntry.seq.desc())).first())
