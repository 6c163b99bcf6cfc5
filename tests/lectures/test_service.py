from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core.uow import hears
from lms.lectures import rules, service
from lms.lectures.events import LectureCancelled, LectureClosed, LectureOpened, LectureScheduled, QuizPlan, SittingClosed
from lms.lectures.models import Attendee, LectureState, Material
from lms.notices.models import Notice
from lms.registry.models import Person, PersonPost
from tests.lectures.builders import make_lecture

SAID: list[object] = []


@hears(LectureScheduled, LectureOpened, LectureClosed, LectureCancelled, SittingClosed)
def note(_uow, event):
    SAID.append(event)


@pytest.fixture(autouse=True)
def silence():
    SAID.clear()


def names(uow, lecture):
    return set(
        uow.session.scalars(
            select(Person.name).join(Attendee, Attendee.person_id == Person.id).where(Attendee.lecture_id == lecture.id)
        )
    )


def newcomer(uow, side, name="周涛"):
    person = Person(enterprise_id=side.enterprise_id, name=name, created_at=uow.now)
    own = {"enterprise_id": side.enterprise_id, "department_id": side.department_id}
    person.posts.append(PersonPost(**own, category="其他从业人员", starts_on=uow.today))
    uow.session.add(person)
    uow.session.flush()
    return person


def test_a_scheduled_lecture_tells_its_people_and_the_floors_above(world, uow):
    quiz = QuizPlan(("粉尘防爆",), 10, 80)
    lecture = make_lecture(uow, world.here, quiz=quiz)

    assert lecture.state == LectureState.NOTIFIED
    assert (lecture.year, lecture.number) == (lecture.sitting.planned_starts_at.year, 1)
    assert lecture.lecturer_is_head
    assert len(names(uow, lecture)) == 5
    assert len(uow.session.scalars(select(Notice).where(Notice.enterprise_id == world.here.enterprise_id)).all()) == 5
    assert [event.quiz for event in SAID] == [quiz]


def test_a_draft_tells_nobody_until_it_is_published(world, uow):
    lecture = make_lecture(uow, world.here, state="draft", quiz=QuizPlan(("粉尘防爆",), 10, 80))
    assert SAID == []
    assert uow.session.scalars(select(Notice)).all() == []

    service.publish(uow, lecture)

    assert [type(event) for event in SAID] == [LectureScheduled]
    assert SAID[0].quiz.topics == ("粉尘防爆",)
    with pytest.raises(rules.WrongState):
        service.publish(uow, lecture)


def test_numbers_count_within_enterprise_and_year(world, uow):
    numbers = [make_lecture(uow, world.here).number for _ in range(3)]

    assert numbers == [1, 2, 3]
    assert make_lecture(uow, world.there).number == 1


def test_the_list_follows_the_roster_until_check_in_opens_and_never_after(world, uow):
    lecture = make_lecture(uow, world.here)
    newcomer(uow, world.here)
    gone = uow.session.get_one(Person, world.here.person_ids[4])
    gone.left_on = uow.today - timedelta(days=1)
    service.open_check_in(uow, lecture)
    assert names(uow, lecture) == {"陈建国", "赵倩", "刘洋", "孙丽", "周涛"}

    newcomer(uow, world.here, "吴磊")
    service.start(uow, lecture)
    service.close(uow, lecture, uow.now - timedelta(minutes=30), uow.now)

    assert names(uow, lecture) == {"陈建国", "赵倩", "刘洋", "孙丽", "周涛"}


def test_whether_the_head_lectures_is_found_when_check_in_opens(world, uow):
    by_another = make_lecture(uow, world.here, lecturer_id=world.here.person_ids[1], state="open")

    assert not by_another.lecturer_is_head
    assert make_lecture(uow, world.here, state="open").lecturer_is_head


def test_a_lecture_closes_once_with_its_real_times(world, uow):
    lecture = make_lecture(uow, world.here, state="open")
    start = uow.now - timedelta(minutes=21)

    service.close(uow, lecture, start, uow.now, check_out_rest=True)

    assert (lecture.state, lecture.sitting.started_at, lecture.sitting.ended_at) == (LectureState.CLOSED, start, uow.now)
    assert len([event for event in SAID if isinstance(event, SittingClosed)]) == 1
    assert len([event for event in SAID if isinstance(event, LectureClosed)]) == 1
    with pytest.raises(rules.WrongState):
        service.close(uow, lecture, start, uow.now)


def test_a_start_that_is_tapped_twice_stays(world, uow):
    lecture = make_lecture(uow, world.here, state="open")
    first = lecture.sitting.started_at

    service.start(uow, lecture)

    assert lecture.sitting.started_at == first


def test_calling_off_says_why_to_those_who_were_told(world, uow):
    lecture = make_lecture(uow, world.here)

    service.cancel(uow, lecture, "停电检修")

    assert (lecture.state, lecture.cancelled_reason) == (LectureState.CANCELLED, "停电检修")
    assert uow.session.scalars(select(Notice.body).order_by(Notice.id.desc())).first().startswith("原因：停电检修。")
    with pytest.raises(rules.WrongState):
        service.open_check_in(uow, lecture)


def plan_of(lecture, **changes):
    sitting = lecture.sitting
    slot = service.Slot(
        sitting.planned_starts_at, sitting.planned_ends_at, changes.pop("place", sitting.place), sitting_id=sitting.id
    )  # fmt: skip
    plan = service.Plan(
        title=lecture.title, campaign_id=None, lecturer_id=lecture.lecturer_id, slots=(slot,), quiz=None,
        audience=rules.Audience.read(lecture.audience),
    )  # fmt: skip
    return replace(plan, **changes)


def test_another_place_is_told_again_and_another_title_is_not(world, uow):
    lecture = make_lecture(uow, world.here)
    service.revise(uow, lecture, plan_of(lecture, title="换个题目"))
    assert len(uow.session.scalars(select(Notice)).all()) == 5

    service.revise(uow, lecture, plan_of(lecture, place="食堂二楼"))

    assert len(uow.session.scalars(select(Notice)).all()) == 10
    service.open_check_in(uow, lecture)
    with pytest.raises(rules.WrongState):
        service.revise(uow, lecture, plan_of(lecture))


def test_nobody_invited_is_refused(world, uow):
    with pytest.raises(service.NobodyInvited):
        make_lecture(uow, world.here, audience=rules.Audience(departments=("none",)))


def test_the_same_bytes_twice_are_one_material(world, uow):
    file = service.Stored("课件.pdf", rules.PDF, 3, "0" * 64, None)

    lecture = make_lecture(uow, world.here, materials=(file, file))

    [material] = uow.session.scalars(select(Material).where(Material.lecture_id == lecture.id)).all()
    service.remove_material(uow, lecture, material)
    assert uow.session.scalars(select(Material)).all() == []
