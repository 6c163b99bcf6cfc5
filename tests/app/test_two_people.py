"""What takes two people: after one of them everything is as it was."""

from __future__ import annotations

import io

from sqlalchemy import select

from lms.access.models import Membership
from lms.access.service import load_actor
from lms.attendance import service as attendance
from lms.attendance.models import HandMark, Mark, Presence
from lms.core.uow import unit_of_work
from lms.credentials.models import Certificate, EnteredTraining, HoursLine
from lms.lectures.models import Attendee, Lecture, LectureState
from tests.credentials.scenes import SYSTEM, certificates, held
from tests.lectures.builders import make_lecture
from tests.world import acting


def there(model, row_id):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return uow.session.get_one(model, row_id)


def test_one_person_alone_revokes_no_certificate(world, client_as):
    trainer = client_as(world.here.trainer)
    [certificate] = certificates(held(world.here, {2: (0, 60)}))
    assert trainer.post(f"/certificates/{certificate.id}", data={"do": "revoke", "reason": "查实为代签"}).status_code == 303
    assert trainer.post(f"/certificates/{certificate.id}/revocation", data={"do": "confirm"}).status_code == 409
    assert there(Certificate, certificate.id).in_force
    assert (
        client_as(world.here.head).post(f"/certificates/{certificate.id}/revocation", data={"do": "confirm"}).status_code == 303
    )
    ended = there(Certificate, certificate.id)
    assert (ended.in_force, ended.revoked_by) == (False, "赵倩、陈建国")


def test_one_person_alone_takes_back_no_closed_lecture(world, client_as):
    trainer = client_as(world.here.trainer)
    lecture_id = held(world.here, {2: (0, 60)})
    assert trainer.post(f"/lectures/{lecture_id}/void", data={"reason": "主讲人冒名"}).status_code == 303
    assert trainer.post(f"/lectures/{lecture_id}/void/second", data={"do": "confirm"}).status_code == 409
    client_as(world.here.head).post(f"/lectures/{lecture_id}/void/second", data={"do": "drop"})
    kept = client_as(world.here.officer).get(f"/lectures/{lecture_id}").text
    assert "作废这堂课：主讲人冒名" in kept and "没有同意" in kept, "that it was wanted stays on record"
    trainer.post(f"/lectures/{lecture_id}/void", data={"reason": "主讲人冒名"})
    assert there(Lecture, lecture_id).state is LectureState.CLOSED
    assert [one.in_force for one in certificates(lecture_id)] == [True]
    client_as(world.here.head).post(f"/lectures/{lecture_id}/void/second", data={"do": "confirm"})
    voided = there(Lecture, lecture_id)
    assert (voided.state, voided.voided_by) == (LectureState.VOIDED, "赵倩、陈建国")


def test_one_person_alone_enters_no_more_than_a_tenth_of_a_list(world, client_as):
    """Mass back-fill: what is beyond a tenth of the list counts nothing before somebody else confirms it."""
    with unit_of_work(SYSTEM, "system") as uow:
        lecture = make_lecture(uow, world.here, state="open")
        lecture_id, trainer = lecture.id, acting(uow, load_actor(uow, world.here.trainer), "home")
        for attendee in uow.session.scalars(select(Attendee).where(Attendee.lecture_id == lecture_id)).all():
            attendance.enter(trainer, lecture, attendee, mark=Mark.IN, at=uow.now, reason="没带手机")
        waiting = uow.session.scalars(select(HandMark).where(HandMark.lecture_id == lecture_id, HandMark.pending)).all()
        came = select(Presence).where(Presence.lecture_id == lecture_id, Presence.trust.is_not(None))
        read = [mark.id for mark in waiting]
        assert attendance.confirm_hand_marks(trainer, lecture, read) == 0
        assert (len(waiting), len(uow.session.scalars(came).all())) == (4, 1)
        assert attendance.confirm_hand_marks(acting(uow, load_actor(uow, world.here.head), "home"), lecture, read) == 4


def test_another_account_of_the_same_person_is_no_second_person(world, client_as):
    here, trainer, head = world.here, client_as(world.here.trainer), client_as(world.here.head)
    lecture_id = held(here, {2: (0, 60)})
    [certificate] = certificates(lecture_id)
    with unit_of_work(SYSTEM, "system") as uow:
        accounts = [load_actor(uow, key) for key in (here.trainer, here.head)]
        members = select(Membership).where(Membership.user_id.in_([one.user_id for one in accounts]))
        for member in uow.session.scalars(members):
            member.person_id = here.person_ids[3]
    trainer.post(f"/certificates/{certificate.id}", data={"do": "revoke", "reason": "查实为代签"})
    trainer.post(f"/lectures/{lecture_id}/void", data={"reason": "主讲人冒名"})

    assert head.post(f"/certificates/{certificate.id}/revocation", data={"do": "confirm"}).status_code == 409
    assert head.post(f"/lectures/{lecture_id}/void/second", data={"do": "confirm"}).status_code == 409
    assert there(Certificate, certificate.id).in_force and there(Lecture, lecture_id).state is LectureState.CLOSED
    assert "确认撤销" not in head.get("/certificates").text
    with unit_of_work(SYSTEM, "system") as uow:
        lecture = make_lecture(uow, here, state="open")
        entering, confirming = (acting(uow, load_actor(uow, key), "home") for key in (here.trainer, here.head))
        for attendee in uow.session.scalars(select(Attendee).where(Attendee.lecture_id == lecture.id)).all():
            attendance.enter(entering, lecture, attendee, mark=Mark.IN, at=uow.now, reason="没带手机")
        read = uow.session.scalars(select(HandMark.id).where(HandMark.lecture_id == lecture.id)).all()
        assert read and attendance.confirm_hand_marks(confirming, lecture, read) == 0


def test_one_person_alone_counts_no_training_of_before(world, client_as):
    trainer, path = client_as(world.here.trainer), f"/people/{world.here.person_ids[2]}/trainings/new"
    told = {
        "kind": "backfill",
        "title": "三级教育",
        "organizer": "安环部",
        "starts_on": "2026-03-02",
        "ends_on": "2026-03-04",
        "hours": "24",
    }
    trainer.post(path, data=told | {"level": "", "scan": (io.BytesIO(b"%PDF-1.7"), "卡.pdf")}, content_type="multipart/form-data")
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        training_id = uow.session.scalars(select(EnteredTraining.id)).one()
    assert trainer.post(f"/trainings/{training_id}/check", data={"do": "accept"}).status_code == 409
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalars(select(HoursLine)).all() == []
    client_as(world.here.head).post(f"/trainings/{training_id}/check", data={"do": "accept"})
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert sum(line.hours for line in uow.session.scalars(select(HoursLine))) == 24
