"""The chain on both databases: many writers, what enters it, what was done to it, and what the tables say meanwhile."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import delete, select, text, update

from lms.access.actor import Actor
from lms.attendance import service
from lms.attendance.models import AttendanceEvent, HandMark, Mark
from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.lectures import service as lectures
from lms.lectures.models import Attendee, Lecture
from lms.ledger import queries
from lms.ledger.models import ChainEntry, ChainHead, ChainReceipt
from lms.ledger.receipts import read
from lms.ledger.rules import GENESIS, Entry, Finding, Head, commitment, follow
from lms.ledger.service import append, verify
from lms.registry.anchoring import anchor_chains
from lms.registry.chains import receipts
from lms.registry.chains import verify as command
from tests.forging import lifting
from tests.lectures.builders import make_lecture
from tests.waiting import at_once
from tests.world import build_world

SYSTEM = Actor.system("test")


@pytest.fixture
def app(app_on_either):
    return app_on_either


def being_held(world):
    """A lecture here that is being held; three people without a phone were entered by the trainer."""
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here, state="open")
        attendees = uow.session.scalars(select(Attendee).where(Attendee.lecture_id == lecture.id).order_by(Attendee.id)).all()
        for attendee in attendees[:3]:
            service.enter(uow, lecture, attendee, mark=Mark.IN, at=uow.now, reason="没带手机")
        return lecture.id


@pytest.fixture
def held(world, kept):
    return kept(being_held, world)


def entries(enterprise_id):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        wanted = select(ChainEntry).where(ChainEntry.enterprise_id == enterprise_id).order_by(ChainEntry.seq)
        return list(uow.session.scalars(wanted))


def checked(enterprise_id):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return verify(uow, enterprise_id)


def unguard():
    """Take the guards away, as somebody can who has the database's password."""
    with db.engine.begin() as connection:
        for table in ("chain_entry", "attendance_event"):
            for lifted in lifting(db.engine.dialect.name, table):
                connection.exec_driver_sql(lifted)


def meddle(statement):
    """Somebody with the database's password, who asks nobody and takes the guards away first."""
    unguard()
    with db.engine.begin() as connection:
        connection.execute(statement)


def test_each_step_of_a_lecture_and_each_mark_is_an_entry(app, world, held):
    told = entries(world.here.enterprise_id)

    steps = ["lecture.opened", "lecture.lecturer-said", "lecture.started"]
    assert [entry.seq for entry in told] == [1, 2, 3, 4, 5, 6]
    assert [entry.kind for entry in told] == steps + ["attendance.recorded"] * 3
    assert told[0].subject_id == held
    assert '"expected":5' in told[0].fact
    assert '"reason":"没带手机"' in told[3].fact
    assert checked(world.here.enterprise_id).whole
    assert entries(world.there.enterprise_id) == []


def test_closing_enters_the_people_checked_out_and_the_times_as_they_were(app, world, held):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, held)
        begun = lecture.sitting.planned_starts_at
        lectures.close(uow, lecture, begun, uow.now, check_out_rest=True)

    told = [entry for entry in entries(world.here.enterprise_id)[6:] if entry.kind != "lecture.lecturer-said"]

    assert [entry.kind for entry in told] == ["attendance.recorded"] * 3 + ["lecture.closed"]  # two wait, as their check-in does
    assert f'"started_at":"{begun:%Y-%m-%dT%H:%M:%S.%fZ}"' in told[-1].fact
    assert all('"mark":"out"' in entry.fact for entry in told[:-1])
    assert checked(world.here.enterprise_id).whole


def test_no_name_of_a_person_who_came_is_in_the_chain(app, world, held):
    assert all("刘洋" not in entry.fact and "孙丽" not in entry.fact for entry in entries(world.here.enterprise_id))


def test_what_is_rolled_back_leaves_no_entry_and_no_gap(app, world):
    firm = world.here.enterprise_id
    with pytest.raises(ZeroDivisionError), unit_of_work(SYSTEM, "home") as uow:
        append(uow, firm, "test.done", firm, {"n": 1})
        raise ZeroDivisionError
    with unit_of_work(SYSTEM, "home") as uow:
        append(uow, firm, "test.done", firm, {"n": 2})
        uow.rollback()
    with unit_of_work(SYSTEM, "home") as uow:
        append(uow, firm, "test.done", firm, {"n": 3})

    assert [(entry.seq, entry.fact) for entry in entries(firm)] == [(1, '{"n":3}')]


def test_many_writers_of_two_enterprises_leave_two_chains_without_gaps(app, world):
    """Some write for both in one transaction, in either order: nobody waits for somebody who waits for them."""
    firms = [world.here.enterprise_id, world.there.enterprise_id]

    def write(order):
        for number in range(10):
            with app.app_context(), unit_of_work(SYSTEM, "home") as uow:
                for firm in order:
                    append(uow, firm, "test.done", firm, {"n": number})

    assert at_once([partial(write, firms if at % 2 else firms[::-1]) for at in range(8)]) == [None] * 8
    for firm in firms:
        assert [entry.seq for entry in entries(firm)] == list(range(1, 81))
        assert checked(firm).whole


@pytest.mark.parametrize(("what", "seq", "statement"), [
    ("edited", 3, update(ChainEntry).where(ChainEntry.seq == 3).values(fact='{"mark":"out"}')),
    ("deleted", 2, delete(ChainEntry).where(ChainEntry.seq == 2)),
    ("cut", 4, delete(ChainEntry).where(ChainEntry.seq > 3)),
    ("inserted", 4, update(ChainHead).values(seq=3, hash=select(ChainEntry.hash).where(ChainEntry.seq == 3).scalar_subquery())),
    ("cut", 1, delete(ChainEntry)),
])  # fmt: skip
def test_who_meddles_with_the_chain_is_found(app, world, held, what, seq, statement):
    meddle(statement)

    found = checked(world.here.enterprise_id)

    assert found.finding == Finding(what, seq)
    assert not found.whole


@pytest.mark.parametrize("at", ["0044-03-15 12:00:00+00 BC", "infinity"])
def test_an_instant_that_only_postgresql_knows_is_found(app_on_postgres, at):
    with unit_of_work(SYSTEM, "home") as uow:
        firm = build_world(uow).here.enterprise_id
        append(uow, firm, "lecture.opened", firm, {"title": "粉尘防爆"})
    assert checked(firm).finding is None

    meddle(text("UPDATE chain_entry SET recorded_at = CAST(:at AS timestamptz)").bindparams(at=at))

    assert checked(firm).finding == Finding("edited", 1)


def test_two_entries_that_changed_places_are_found(app, world, held):
    for old, new in ((3, 99), (4, 3), (99, 4)):
        meddle(update(ChainEntry).where(ChainEntry.seq == old).values(seq=new))

    assert checked(world.here.enterprise_id).finding == Finding("reordered", 3)


def test_an_attendance_event_that_was_changed_in_its_table_is_found(app, world, held):
    [_, event_id, *_] = [entry.subject_id for entry in entries(world.here.enterprise_id) if entry.kind == "attendance.recorded"]
    meddle(update(AttendanceEvent).where(AttendanceEvent.id == event_id).values(person_id=world.here.person_ids[4]))

    found = checked(world.here.enterprise_id)

    assert found.finding is None
    assert [(one.what, one.seq, one.subject_id) for one in found.unlike] == [("changed", 5, event_id)]


def test_an_attendance_event_that_was_deleted_or_slipped_in_is_found(app, world, held):
    first = next(entry for entry in entries(world.here.enterprise_id) if entry.kind == "attendance.recorded")
    unguard()
    with unit_of_work(SYSTEM, "home") as uow:
        there = uow.session.get_one(AttendanceEvent, first.subject_id)
        columns = {column.name: getattr(there, column.name) for column in AttendanceEvent.__table__.columns}
        del columns["id"]
        uow.session.execute(delete(HandMark).where(HandMark.event_id == there.id))
        slipped_in = AttendanceEvent(**columns)
        uow.session.delete(there)
        uow.session.add(slipped_in)

    found = checked(world.here.enterprise_id)

    assert [(one.what, one.seq, one.subject_id) for one in found.unlike] == [
        ("gone", 4, first.subject_id), ("unentered", None, slipped_in.id),
    ]  # fmt: skip


def test_a_fact_erased_by_law_with_its_row_leaves_everything_whole_and_without_it_does_not(app, world, held):
    [one, other, _] = [entry for entry in entries(world.here.enterprise_id) if entry.kind == "attendance.recorded"]
    meddle(update(ChainEntry).where(ChainEntry.seq.in_([one.seq, other.seq])).values(salt=None, fact=None))
    meddle(delete(HandMark).where(HandMark.event_id == one.subject_id))
    meddle(delete(AttendanceEvent).where(AttendanceEvent.id == one.subject_id))

    found = checked(world.here.enterprise_id)

    assert (found.finding, found.erased) == (None, 2)
    assert [(one.what, one.seq) for one in found.unlike] == [("erased", other.seq)]


def test_the_command_names_the_enterprise_and_the_entry_and_ends_with_1(app, world, held, capsys):
    code = "91430699MA7UUP5Y9R"
    with pytest.raises(SystemExit) as ended:
        command.main(["--enterprise", code])
    assert ended.value.code == 0
    assert f"{code} 湘粮油脂有限公司\t完整，6 条" in capsys.readouterr().out

    meddle(update(ChainEntry).where(ChainEntry.seq == 2).values(kind="lecture.closed"))
    with pytest.raises(SystemExit) as ended:
        command.main([])

    assert ended.value.code == 1
    told = capsys.readouterr().out
    assert "湘粮油脂有限公司\t第 2 条被改过" in told
    assert "1 家企业的链有问题" in told


def test_a_chain_is_read_piece_by_piece_however_long(app, world, monkeypatch):
    firm = world.here.enterprise_id
    monkeypatch.setattr("lms.ledger.queries.AT_ONCE", 7)
    with unit_of_work(SYSTEM, "home") as uow:
        for number in range(40):
            append(uow, firm, "test.done", firm, {"n": number})
    seen = []

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert verify(uow, firm, seen.append).entries == 40

    assert sum(seen) == 40 and len(seen) > 5


def rewrite(enterprise_id, seq):
    """Somebody who knows how the chain is made changes one entry and makes every hash after it anew, the head's too."""
    told = entries(enterprise_id)
    head = Head(0, GENESIS)
    for entry in told:
        fact = '{"mark":"out"}' if entry.seq == seq else entry.fact
        known = Entry(
            entry.enterprise_id, 0, entry.kind, entry.subject_id, commitment(entry.salt, fact), "", "", entry.recorded_at,
            entry.salt, fact,
        )  # fmt: skip
        placed = follow(known, head)
        head = Head(placed.seq, placed.hash)
        meddle(update(ChainEntry).where(ChainEntry.seq == placed.seq).values(**placed._asdict()))
    meddle(update(ChainHead).values(seq=head.seq, hash=head.hash))


def test_a_chain_that_was_rewritten_whole_contradicts_its_receipt_and_gets_no_other_one(app, world, held, monkeypatch, client_as):
    anchor_chains()
    anchor_chains()  # one a day
    officer = client_as(world.here.officer)
    kept = officer.get(f"/enterprises/{world.here.enterprise_id}/receipts.jsonl").text
    [receipt] = [read(line) for line in kept.splitlines()]
    assert (receipt.said["seq"], receipt.signed, checked(world.here.enterprise_id).receipts) == (6, True, 1)
    assert "与收据不符" not in officer.get(f"/enterprises/{world.here.enterprise_id}").text

    rewrite(world.here.enterprise_id, 2)
    with unit_of_work(SYSTEM, "home") as uow:
        append(uow, world.here.enterprise_id, "test.done", world.here.enterprise_id, {"n": 1})
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    anchor_chains()

    found = checked(world.here.enterprise_id)
    assert (found.finding, [one.what for one in found.contradicted], found.receipts) == (None, ["rewritten"], 1)
    assert not found.whole
    assert "与收据不符" in officer.get(f"/enterprises/{world.here.enterprise_id}").text


def test_receipts_kept_elsewhere_find_what_was_rewritten_with_those_kept_here(app, world, held, tmp_path, capsys):
    anchor_chains()
    kept = tmp_path / "receipts.jsonl"
    with pytest.raises(SystemExit):
        receipts.main([])
    kept.write_text(capsys.readouterr().out, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        command.main(["--receipts", str(kept)])
    assert ended.value.code == 0

    with db.engine.begin() as connection:
        for lifted in lifting(db.engine.dialect.name, "chain_receipt"):
            connection.exec_driver_sql(lifted)
        connection.execute(delete(ChainReceipt))
    rewrite(world.here.enterprise_id, 3)
    assert checked(world.here.enterprise_id).contradicted == ()
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        command.main(["--receipts", str(kept)])
    assert ended.value.code == 1
    assert "整条链被改写过" in capsys.readouterr().out

    kept.write_text(kept.read_text(encoding="utf-8").replace('\\"seq\\":6', '\\"seq\\":5'), encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        command.main(["--receipts", str(kept)])
    assert ended.value.code == 1
    assert "不是这里签的，或者被改过" in capsys.readouterr().out
    kept.write_bytes(b"\x89PNG\r\n\xff")
    with pytest.raises(SystemExit) as ended:
        command.main(["--receipts", str(kept)])
    assert ended.value.code == 2 and "第 1 行不是收据" in capsys.readouterr().err


def test_what_is_entered_while_a_chain_is_looked_through_is_no_fault_of_it(app, world, held, monkeypatch, capsys):
    looked_at = queries.head

    def and_somebody_comes(uow, enterprise_id):
        head = looked_at(uow, enterprise_id)
        if enterprise_id != world.here.enterprise_id:
            return head
        with unit_of_work(SYSTEM, "home") as writing:
            lecture = writing.session.get_one(Lecture, held)
            waiting = select(Attendee).where(Attendee.lecture_id == held).order_by(Attendee.id.desc())
            attendee = writing.session.scalars(waiting).first()
            service.enter(writing, lecture, attendee, mark=Mark.IN, at=writing.now, reason="没带手机")
        return head

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(queries, "head", and_somebody_comes)
        command.main([], standalone_mode=False)
    assert "1 家企业的链有问题" not in capsys.readouterr().out
    assert len(entries(world.here.enterprise_id)) == 7 and checked(world.here.enterprise_id).whole


@pytest.mark.parametrize("written", ["x", '{"enterprise":"x","anchored_on":"","seq":"x","hash":""}'])
def test_a_receipt_that_was_written_over_is_told_and_keeps_nobody_else_from_theirs(app, world, held, client_as, capsys, written):
    anchor_chains()
    with db.engine.begin() as connection:
        for lifted in lifting(db.engine.dialect.name, "chain_receipt"):
            connection.exec_driver_sql(lifted)
        connection.execute(
            update(ChainReceipt).values(statement=written, anchored_on=clock.local_date(clock.now()) - timedelta(days=1))
        )
    with unit_of_work(SYSTEM, "home") as uow:
        for side in (world.here, world.there):
            append(uow, side.enterprise_id, "lecture.opened", held, {"n": 1})

    anchor_chains()
    with pytest.raises(SystemExit):
        command.main([])

    assert "有一份收据读不出来了" in capsys.readouterr().out
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        anchored = set(uow.session.scalars(select(ChainReceipt.enterprise_id).where(ChainReceipt.statement != written)))
    assert anchored == {world.there.enterprise_id}
    firm = f"/enterprises/{world.here.enterprise_id}"
    assert "最近一份收据读不出来了" in client_as(world.here.officer).get(firm).text
