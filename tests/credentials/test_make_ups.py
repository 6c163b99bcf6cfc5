"""Whoever missed or failed a lecture stands in the draft of its make-up, and nobody else does."""

from datetime import timedelta

import pytest
from lxml import html
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from lms.attendance import queries as attendance_queries
from lms.attendance import service as attendance
from lms.attendance.models import Mark
from lms.compliance.queries import facts_of
from lms.core.uow import unit_of_work
from lms.credentials import issuing, queries, service
from lms.credentials.listeners import decide_lapsed
from lms.credentials.models import Certificate, Completion
from lms.credentials.rules import make_up_needed
from lms.lectures import service as lectures
from lms.lectures.models import Attendee, Lecture, LectureState, Material
from lms.notices.models import Notice
from lms.quizzes.queries import quiz_of
from tests.attendance.conftest import HALF_PAST_TWO
from tests.credentials.scenes import SYSTEM, hold, mark, take_quiz
from tests.wall import hang

HEAD, TRAINER, LIU, SUN, HE = range(5)
ALL_DAY = (0, 60)


@pytest.fixture
def wall(monkeypatch):
    return hang(monkeypatch, HALF_PAST_TWO)


@pytest.fixture
def work(app, wall):
    """Units of work that see the same enterprise one after the other, each at its own time."""

    def begin():
        return unit_of_work(SYSTEM, "system")

    return begin


def draft_of(lecture_id):
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        again = [one for one in queries.make_ups_of(uow, lecture_id) if one.state == LectureState.DRAFT]
        assert len(again) <= 1
        return again[0] if again else None


def asked(lecture_id) -> set[str]:
    draft = draft_of(lecture_id)
    return set(draft.audience["person_ids"]) if draft else set()


def of(side, *places) -> set[str]:
    return {str(side.person_ids[place]) for place in places}


def held(work, side, marks, **other):
    with work() as uow:
        return hold(uow, side, marks, **other).id


def make_up(work, wall, lecture_id, marks, *, quiz=()):
    """Send the draft, hold it and close it; returns its id. quiz: (person id, right answers) each."""
    with work() as uow:
        lecture = uow.session.get_one(Lecture, draft_of(lecture_id).id)
        lectures.publish(uow, lecture)
        wall.at = lecture.sitting.planned_starts_at
    with work() as uow:
        lecture = uow.session.get_one(Lecture, lecture.id)
        lectures.open_check_in(uow, lecture)
        lectures.start(uow, lecture)
    wall.forward(minutes=60)
    with work() as uow:
        lecture = uow.session.get_one(Lecture, lecture.id)
        for person_id, (came, left) in marks.items():
            mark(uow, lecture, person_id, Mark.IN, came)
            mark(uow, lecture, person_id, Mark.OUT, left)
        lectures.close(uow, lecture, wall.at - timedelta(minutes=60), wall.at)
    for person_id, right in quiz:
        with work() as uow:
            take_quiz(uow, uow.session.get_one(Lecture, lecture.id), person_id, right)
    return lecture.id


def test_closing_drafts_a_make_up_with_exactly_those_who_were_absent_on_leave_or_left_too_early(work, world):
    lecture_id = held(work, world.here, {HEAD: ALL_DAY, LIU: (0, 20), SUN: (0, None), HE: (None, 59)})  # he only left

    assert asked(lecture_id) == of(world.here, TRAINER, LIU, HE)  # 孙丽 has no check-out: that is not known yet
    draft = draft_of(lecture_id)
    assert (draft.makes_up_for_id, draft.created_by, draft.title) == (
        lecture_id,
        "安课",
        "补训：总经理讲安全课：粉尘防爆与有限空间",
    )
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert not [
            notice for notice in uow.session.scalars(select(Notice)) if notice.about_id == draft.id
        ]  # nobody was told yet


def test_a_lecture_that_everybody_completed_has_no_make_up(work, world):
    assert draft_of(held(work, world.here, dict.fromkeys(range(5), ALL_DAY))) is None


def test_it_has_the_same_files_quiz_lecturer_and_hour(work, world, wall):
    with work() as uow:
        lecture = hold(uow, world.here, {HEAD: ALL_DAY}, quiz=True)
        uow.session.add(
            Material(
                enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, added_at=uow.now, file_name="课件.pdf",
                media_type="application/pdf", size=3, sha256="a" * 64, pages=2,
            )
        )  # fmt: skip
    with work() as uow:  # the files of a lecture that ends now are copied now
        lecture = uow.session.get_one(Lecture, lecture.id)
        first = draft_of(lecture.id)
        lectures.cancel(uow, uow.session.get_one(Lecture, first.id), "再来一次")
    with work() as uow:
        lecture = uow.session.get_one(Lecture, lecture.id)
        service.gather(uow, lecture, world.here.person_ids)
    draft = draft_of(lecture.id)

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        files = uow.session.scalars(select(Material.sha256).where(Material.lecture_id == draft.id)).all()
    assert (files, draft.quiz_plan, draft.lecturer_id) == (["a" * 64], lecture.quiz_plan, world.here.head_id)
    gap = draft.sitting.planned_starts_at - lecture.sitting.planned_starts_at
    assert (gap, draft.sitting.place) == (timedelta(days=7), lecture.sitting.place)


def test_whoever_uses_up_the_quiz_joins_and_whoever_passes_at_last_does_not(work, world):
    lecture_id = held(work, world.here, {LIU: ALL_DAY, SUN: ALL_DAY}, quiz=True)
    absent = of(world.here, HEAD, TRAINER, HE)
    assert asked(lecture_id) == absent

    for place, right in ((LIU, 0), (SUN, 0), (SUN, 4)):
        with work() as uow:
            take_quiz(uow, uow.session.get_one(Lecture, lecture_id), world.here.person_ids[place], right)
        assert asked(lecture_id) == absent  # 刘洋 may still try again
    with work() as uow:
        take_quiz(uow, uow.session.get_one(Lecture, lecture_id), world.here.person_ids[LIU], 1)

    assert asked(lecture_id) == absent | of(world.here, LIU)


def test_whoever_lets_the_quiz_end_joins_once_it_has_ended(work, world, wall):
    lecture_id = held(work, world.here, dict.fromkeys(range(5), ALL_DAY), quiz=True)
    with work() as uow:
        take_quiz(uow, uow.session.get_one(Lecture, lecture_id), world.here.person_ids[SUN], 4)
        closes_at = quiz_of(uow, lecture_id).closes_at
    decide_lapsed()
    assert asked(lecture_id) == set()

    wall.at = closes_at + timedelta(minutes=1)
    decide_lapsed()
    decide_lapsed()

    assert asked(lecture_id) == of(world.here, HEAD, TRAINER, LIU, HE)
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert "没有参加考核，考核已截止" in queries.completion_of(uow, lecture_id, world.here.person_ids[LIU]).reasons
        assert queries.lapsed(uow) == {}


def test_a_correction_takes_somebody_off_the_draft_and_an_empty_draft_is_no_more(work, world):
    lecture_id = held(work, world.here, {place: ALL_DAY for place in range(5) if place != HE})
    assert asked(lecture_id) == of(world.here, HE)

    with work() as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        attendee = attendance_queries.attendee_of(uow, lecture_id, world.here.person_ids[HE])
        for kind, at in ((Mark.IN, lecture.sitting.started_at), (Mark.OUT, lecture.sitting.ended_at)):
            attendance.enter(uow, lecture, attendee, mark=kind, at=at, reason="纸质签到")

    assert draft_of(lecture_id) is None


def test_the_trainer_takes_somebody_off_and_others_who_fail_later_do_not_bring_them_back(work, world, client_as):
    lecture_id = held(work, world.here, {LIU: ALL_DAY, SUN: ALL_DAY}, quiz=True)
    draft, trainer = draft_of(lecture_id), client_as(world.here.trainer)
    page = trainer.get(f"/lectures/{draft.id}").text
    assert "未到课" in page and "补 2026 年第 1 期" in page
    assert "草稿，等您发通知" in trainer.get(f"/lectures/{lecture_id}").text

    trainer.post(f"/lectures/{draft.id}/make-up/leave-out", data={"person_id": world.here.person_ids[HE]})
    with work() as uow:
        for _ in range(2):
            take_quiz(uow, uow.session.get_one(Lecture, lecture_id), world.here.person_ids[LIU], 0)

    assert asked(lecture_id) == of(world.here, HEAD, TRAINER, LIU)
    assert client_as(world.there.trainer).post(f"/lectures/{draft.id}/make-up/leave-out").status_code == 404
    assert trainer.post(f"/lectures/{lecture_id}/make-up/leave-out", data={"person_id": world.here.head_id}).status_code == 409


def test_changing_the_plan_of_a_make_up_keeps_its_people_and_its_quiz(work, world, wall, client_as):
    lecture_id = held(work, world.here, {LIU: ALL_DAY}, quiz=True)
    draft, people, trainer = draft_of(lecture_id), asked(lecture_id), client_as(world.here.trainer)
    page = html.fromstring(trainer.get(f"/lectures/{draft.id}/edit").text)
    filled = next(form for form in page.forms if "title" in form.fields).form_values()
    place = next(name for name, _value in filled if name.endswith("place"))

    changed = MultiDict([(name, "食堂" if name == place else value) for name, value in filled])
    answer = trainer.post(f"/lectures/{draft.id}/edit", data=changed | {"do": "notify"})

    assert answer.status_code == 303, answer.text[-800:]
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        sent = uow.session.get_one(Lecture, draft.id)
        invited = set(uow.session.scalars(select(Attendee.person_id).where(Attendee.lecture_id == draft.id)))
        assert (sent.state, sent.sitting.place, sent.quiz_plan) == (LectureState.NOTIFIED, "食堂", draft.quiz_plan)
    assert {str(one) for one in invited} == people


def test_completion_hours_and_certificate_say_that_it_was_a_make_up(work, world, wall):
    lecture_id = held(work, world.here, {place: ALL_DAY for place in range(5) if place not in (LIU, HE)})
    liu = world.here.person_ids[LIU]

    again = make_up(work, wall, lecture_id, {liu: ALL_DAY})

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        [row] = uow.session.scalars(select(Completion).where(Completion.lecture_id == again, Completion.completed))
        [line] = queries.hours_lines_of(uow, liu)
        [certificate] = uow.session.scalars(select(Certificate).where(Certificate.person_id == liu))
    assert row.reasons[0] == "补训（补 2026 年第 1 期）"
    assert line.reason.startswith("补训（补 2026 年第 1 期）")
    assert certificate.data["presence"] == "补训（补 2026 年第 1 期），全程到课"
    assert asked(lecture_id) == of(world.here, HE)  # who missed the make-up as well stands in the next draft
    issuing.issue_due()
    assert len(queries_of(again)) == 1


def queries_of(lecture_id):
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        return uow.session.scalars(select(Certificate).where(Certificate.lecture_id == lecture_id)).all()


def test_who_is_asked_to_a_make_up_already_is_not_asked_to_another(work, world, wall):
    lecture_id = held(work, world.here, {LIU: ALL_DAY, SUN: ALL_DAY}, quiz=True)
    with work() as uow:
        lectures.publish(uow, uow.session.get_one(Lecture, draft_of(lecture_id).id))

    with work() as uow:
        for _ in range(2):
            take_quiz(uow, uow.session.get_one(Lecture, lecture_id), world.here.person_ids[LIU], 0)

    assert asked(lecture_id) == of(world.here, LIU)


def test_nobody_is_counted_twice_and_who_came_to_either_is_counted_once(work, world, wall):
    from tests.compliance.scene import launch

    with work() as uow:
        campaign = launch(uow, world.here)
        lecture = hold(uow, world.here, {HEAD: ALL_DAY, TRAINER: ALL_DAY, SUN: ALL_DAY})
        lecture.campaign_id = campaign.id
        uow.session.get_one(Lecture, draft_of_in(uow, lecture)).campaign_id = campaign.id
    make_up(work, wall, lecture.id, {world.here.person_ids[LIU]: ALL_DAY, world.here.person_ids[HE]: (0, 10)})

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        [facts] = facts_of(uow, campaign, [world.here.enterprise_id])[world.here.enterprise_id]
    assert (facts.lecture_id, facts.expected, facts.attended, facts.completed) == (lecture.id, 5, 4, 4)


def draft_of_in(uow, lecture):
    uow.session.flush()
    return next(one.id for one in queries.make_ups_of(uow, lecture.id))


@pytest.mark.parametrize(
    ("facts", "needed"),
    [
        ({"completed": True, "attended": True, "came": True, "minutes": 60, "quiz_lost": True}, False),
        ({"completed": False, "attended": False, "came": False, "minutes": None, "quiz_lost": False}, True),
        ({"completed": False, "attended": False, "came": True, "minutes": 10, "quiz_lost": False}, True),
        ({"completed": False, "attended": False, "came": True, "minutes": None, "quiz_lost": True}, False),
        ({"completed": False, "attended": True, "came": True, "minutes": 60, "quiz_lost": False}, False),
        ({"completed": False, "attended": True, "came": True, "minutes": 60, "quiz_lost": True}, True),
    ],
)
def test_who_needs_a_make_up(facts, needed):
    assert make_up_needed(**facts) is needed
