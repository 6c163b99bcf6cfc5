"""A lecturer who began or ended at another time than was recorded: two people correct it, and everything follows from that."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.access.actor import Actor
from lms.access.models import Role
from lms.archives.lecture_book import lecture_book
from lms.attendance import service
from lms.attendance.models import Mark, Method, Trust
from lms.compliance.signals.gathering import facts_of
from lms.core.uow import unit_of_work
from lms.lectures import queries
from lms.lectures import service as lectures
from lms.lectures.models import Lecture, LecturerMark, LecturerStep, Sitting, Witness
from lms.ledger.models import ChainEntry, DroppedProposal
from lms.ledger.service import verify
from lms.notices.models import Notice
from tests.attendance.conftest import HALF_PAST_TWO, presences
from tests.world import _user

SYSTEM = Actor.system("test")
END = {"step": "end", "day": "2026-11-23", "hour": "15:30", "reason": "开讲三分钟时点错了“讲完”"}


def said(hall, person_id, step, witness=Witness.OWN_PHONE, by=SYSTEM):
    with unit_of_work(by, "home") as uow:
        sitting = uow.session.get_one(Sitting, hall.sitting_id)
        lectures.confirm_lecturer(uow, sitting, person_id, LecturerStep(step), witness, seen=True)


def close(hall, wall):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, hall.lecture_id)
        lectures.close(uow, lecture, HALF_PAST_TWO, wall.at, check_out_rest=True)


def recorded(hall):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        marks = uow.session.scalars(select(LecturerMark.witness).order_by(LecturerMark.id)).all()
        return uow.session.get_one(Sitting, hall.sitting_id).minutes, [str(one) for one in marks]


@pytest.fixture
def slip(world, wall, hall):
    """The head taps 讲完了 three minutes after 开讲, and nobody notices before the hour is over."""
    said(hall, world.here.head_id, "start")
    with unit_of_work(SYSTEM, "home") as uow:
        sitting = uow.session.get_one(Sitting, hall.sitting_id)
        service.record(uow, sitting, world.here.person_ids[2], mark=Mark.IN, at=wall.at, method=Method.SCAN, trust=Trust.LIVE)
    wall.forward(minutes=3)
    said(hall, world.here.head_id, "end")
    wall.forward(minutes=57)
    close(hall, wall)
    wall.forward(minutes=30)


def test_a_wrong_tap_of_the_lecturer_is_corrected_by_two_people_and_everybodys_minutes_follow(world, hall, slip, client_as):
    trainer, head, page = client_as(world.here.trainer), client_as(world.here.head), f"/lectures/{hall.lecture_id}"
    who, times = world.here.person_ids[2], f"/sittings/{hall.sitting_id}/times"
    assert (recorded(hall)[0], presences()[who].minutes) == (3, 3)
    assert times in trainer.get(page).text and "时长不足" in trainer.get(page).text
    for wrong, why in (("15:31", "要在 11-23 14:30 和 11-23 15:30 之间"), ("14:33", "不用更正"), ("23:00", "实际")):
        answer = trainer.post(times, data=END | {"hour": wrong})
        assert answer.status_code == 422 and why in answer.text, wrong

    assert trainer.post(times, data=END).status_code == 303
    assert trainer.post(times, data=END).status_code == 422, "one at a time"
    for nobody in (trainer, client_as(world.here.employee), client_as(world.here.street_officer)):
        assert nobody.post(f"{times}/second", data={"do": "confirm"}).status_code == 409
    assert recorded(hall)[0] == 3, "nothing changes before a second person agrees"
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        told = uow.session.scalars(select(Notice).where(Notice.kind == "lecture.time")).all()
        assert [one.person_id for one in told] == [world.here.head_id] and "15:30" in told[0].body

    assert "属实，更正" in head.get(page).text
    head.post(f"{times}/second", data={"do": "confirm"})

    assert recorded(hall) == (60, ["trainer", "own_phone", "own_phone", "corrected"])
    assert [presences()[one].minutes for one in (who, world.here.head_id)] == [60, 60]
    shown = trainer.get(page).text
    assert "14:33:00" in shown and "更正，两人签字 · 赵倩、陈建国" in shown and END["reason"] in shown and "时长不足" not in shown
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert verify(uow, world.here.enterprise_id).whole
        kinds = uow.session.scalars(select(ChainEntry.kind).where(ChainEntry.enterprise_id == world.here.enterprise_id)).all()
        assert [kinds.count(f"lecture.{one}") for one in ("lecturer", "time-corrected", "closed")] == [2, 1, 2]
        assert not queries.proof_of(uow, hall.sitting_id).proven, "the corrected end rests on words"
        [edit] = facts_of(uow, uow.session.get_one(Lecture, hall.lecture_id)).edits
        assert (edit.what, edit.reason) == ("更正讲课时间", END["reason"]), "the bureau's signals see it, once"

    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.scalars(select(LecturerMark).order_by(LecturerMark.id.desc())).first().reason = "改过的原因"
        uow.session.flush()
        assert [unlike.kind for unlike in verify(uow, world.here.enterprise_id).unlike] == ["lecture.time-corrected"]


def test_a_correction_that_came_to_nothing_stays_readable_with_who_wanted_it_why_and_who_said_no(world, hall, slip, client_as):
    here, times, page = world.here, f"/sittings/{hall.sitting_id}/times", f"/lectures/{hall.lecture_id}"
    trainer, head = client_as(here.trainer), client_as(here.head)
    for reason, who in (("误点了讲完", head), ("记错了钟点", trainer)):
        assert trainer.post(times, data=END | {"reason": reason}).status_code == 303
        assert who.post(f"{times}/second", data={"do": "drop"}).status_code == 303
        again = who.post(f"{times}/second", data={"do": "drop"})
        assert again.status_code == 409 and "没有等您确认的时间更正" in again.text, "a second press"

    assert recorded(hall)[0] == 3
    for reader in (trainer, client_as(here.officer)):
        shown = " ".join(re.sub(r"<[^>]+>", " ", reader.get(page).text).split())
        assert "讲完改为 2026-11-23 15:30：误点了讲完 赵倩 2026-11-23 16:00 提出，陈建国 2026-11-23 16:00 没有同意" in shown
        assert "讲完改为 2026-11-23 15:30：记错了钟点 赵倩 2026-11-23 16:00 提出，赵倩 2026-11-23 16:00 撤回" in shown
    trail = trainer.get(f"/enterprises/{here.enterprise_id}/trail?group=corrected").text
    assert (trail.count("讲课时间没有更正"), "误点了讲完" in trail) == (2, True)
    assert "赵倩、陈建国" in trail and "赵倩、赵倩" not in trail
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert verify(uow, here.enterprise_id).whole
        book = lecture_book(uow, uow.session.get_one(Lecture, hall.lecture_id))
        [sheet] = [list(one.rows) for one in book.chapters if one.name == "没有成的更正、作废和撤销"]
        assert [(row[0], row[1], row[3], row[6]) for row in sheet] == [
            ("赵倩", "讲完改为 2026-11-23 15:30", "误点了讲完", "没有同意"),
            ("赵倩", "讲完改为 2026-11-23 15:30", "记错了钟点", "撤回"),
        ]
    with pytest.raises(IntegrityError, match="stay as they are"), unit_of_work(SYSTEM, "home") as uow:
        uow.session.scalars(select(DroppedProposal)).first().reason = "改过的原因"


def test_who_spoke_and_wants_a_time_corrected_has_the_head_called(world, wall, hall, client_as):
    here, times = world.here, f"/sittings/{hall.sitting_id}/times"
    said(hall, here.person_ids[1], "start", Witness.TRAINER)
    wall.forward(minutes=20)

    asked = client_as(here.trainer).post(times, data=END | {"step": "start", "hour": "14:40"})

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        called = uow.session.scalars(select(Notice.person_id).where(Notice.kind == "lecture.time")).all()
    assert (asked.status_code, called) == (303, [here.head_id])


def test_the_officer_who_sat_in_seconds_it_too_and_whoever_proposed_it_may_think_better(world, wall, hall, client_as):
    here, times = world.here, f"/sittings/{hall.sitting_id}/times"
    trainer, officer = client_as(here.trainer), client_as(here.street_officer)
    wall.forward(minutes=-20)
    said(hall, here.head_id, "start")
    wall.forward(minutes=80)
    with unit_of_work(SYSTEM, "home") as uow:
        sitting, came = uow.session.get_one(Sitting, hall.sitting_id), {"method": Method.SCAN, "trust": Trust.LIVE}
        service.record(uow, sitting, here.person_ids[2], mark=Mark.IN, at=HALF_PAST_TWO, **came)
    said(hall, here.head_id, "end", Witness.OFFICER_CODE, by=Actor(here.street_officer, "李强", SYSTEM.held))
    early = trainer.post(times, data=END | {"hour": "15:20"})
    assert early.status_code == 422 and "这一场还没有结束" in early.text, "whoever goes on speaking taps again"
    close(hall, wall)
    begun = {"step": "start", "day": "2026-11-23", "hour": "14:30", "reason": "试投影时点了开讲"}
    trainer.post(times, data=begun)
    with unit_of_work(SYSTEM, "home") as uow:
        other = _user(uow, "another", "赵倩", Role.TRAINER, person_id=here.person_ids[1], enterprise_id=here.enterprise_id)
    assert client_as(other).post(f"{times}/second", data={"do": "drop"}).status_code == 303, "with any account of theirs"
    assert officer.post(f"{times}/second", data={"do": "confirm"}).status_code == 409, "nothing waits"
    assert recorded(hall)[0] == 80
    trainer.post(times, data=begun)

    officer.post(f"{times}/second", data={"do": "confirm"})

    assert (recorded(hall)[0], recorded(hall)[1][-1]) == (60, "corrected")

    trainer.post(times, data=END | {"hour": "15:20"})
    officer.post(f"{times}/second", data={"do": "confirm"})
    left = presences()[here.person_ids[2]]
    assert (left.last_out_at, left.minutes) == (HALF_PAST_TWO + timedelta(minutes=50), 50), "checked out with all, at that end"
