"""The life of a lecture: whatever is tapped in whatever order, it stays on the allowed ways and nothing is lost."""

from contextlib import suppress
from datetime import datetime, time, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.models import Membership
from lms.access.service import load_actor
from lms.archives.lecture_book import lecture_book
from lms.archives.official.lectures import lecture_form
from lms.attendance import service as attendance
from lms.attendance.models import AttendanceEvent, Mark, Method, Presence, PresenceStatus, Trust
from lms.attendance.queries import board
from lms.attendance.service.deriving import rewrite
from lms.core import clock
from lms.core.errors import Problem
from lms.core.uow import unit_of_work
from lms.credentials.models import Certificate, Completion, HoursLine
from lms.lectures import rules, service
from lms.lectures.models import Attendee, Lecture, LectureState, PlanChange, Sitting
from lms.notices.models import Notice
from lms.quizzes import service as quizzes
from lms.quizzes.queries import due_for, quiz_of
from lms.registry.models import Person, PersonPost
from lms.registry.queries import roster_on
from lms.registry.service.posts import move
from tests.lectures.builders import make_lecture
from tests.quizzes.scenes import PLAN, questions
from tests.world import LONG_AGO, acting

SHIFTS = ("早班", "中班", "夜班")
WAYS = {
    ("draft", "notified"), ("draft", "cancelled"), ("notified", "open"), ("notified", "cancelled"), ("open", "closed"),
    ("open", "cancelled"), ("closed", "archived"), ("closed", "voided"), ("archived", "voided"),
}  # fmt: skip


def in_shifts(now, count=3, every=timedelta(hours=8)):
    """So many sittings, the first beginning now."""
    return tuple(
        service.Slot(now + every * at, now + every * at + timedelta(hours=1), "食堂二楼", name)
        for at, name in enumerate(SHIFTS[:count])
    )


def check(uow, lecture, sitting, person_id, mark, at):
    attendance.record(uow, sitting, person_id, mark=mark, at=at, method=Method.SCAN, trust=Trust.LIVE)


def presences_of(uow, lecture):
    """What is kept of everybody's presence, by person."""
    kept = select(
        Presence.person_id, Presence.status, Presence.minutes, Presence.first_in_at, Presence.last_out_at, Presence.trust
    )
    return {person_id: tuple(rest) for person_id, *rest in uow.session.execute(kept.where(Presence.lecture_id == lecture.id))}


class Life(RuleBasedStateMachine):
    """Every step a person can ask for, at any time, on a lecture of two sittings."""

    world = None  # set by the test: an application is running

    def __init__(self):
        super().__init__()
        self.work = unit_of_work(Actor.system("test"), "home")
        self.uow = self.work.__enter__()
        self.marks = 0

    @initialize(draft=st.booleans())
    def plan(self, draft):
        slots = in_shifts(self.uow.now, 2)
        self.lecture = make_lecture(self.uow, self.world.here, state="draft" if draft else "notified", slots=slots)
        self.seen = [self.lecture.state]
        self.trainer = acting(self.uow, load_actor(self.uow, self.world.here.trainer), "home")

    def attempt(self, use_case, *args, **values):
        """Do it, or be told why not; a refusal changes nothing."""
        before = (self.lecture.state, [(s.opened_at, s.closed_at) for s in self.lecture.sittings])
        try:
            use_case(self.uow, self.lecture, *args, **values)
        except Problem:
            assert before == (self.lecture.state, [(s.opened_at, s.closed_at) for s in self.lecture.sittings])
        if self.lecture.state != self.seen[-1]:
            self.seen.append(self.lecture.state)

    @rule()
    def publish(self):
        self.attempt(service.publish)

    @rule(which=st.integers(0, 1))
    def open_check_in(self, which):
        self.attempt(service.open_check_in, self.lecture.sittings[which])

    @rule(which=st.integers(0, 1))
    def start(self, which):
        self.attempt(service.start, self.lecture.sittings[which])

    @rule(which=st.integers(0, 1), person=st.integers(0, 4), mark=st.sampled_from(Mark), ago=st.integers(0, 40))
    def come_or_go(self, which, person, mark, ago):
        sitting = self.lecture.sittings[which]
        if sitting.takes_check_in:
            at = self.uow.now - timedelta(minutes=ago)
            check(self.uow, self.lecture, sitting, self.world.here.person_ids[person], mark, at)
            self.marks += 1

    @rule(which=st.integers(0, 20), ago=st.none() | st.integers(0, 40))
    def correct(self, which, ago):
        events = self.uow.session.scalars(select(AttendanceEvent).where(AttendanceEvent.lecture_id == self.lecture.id)).all()
        if events:
            at = None if ago is None else self.uow.now - timedelta(minutes=ago)
            with suppress(Problem):
                attendance.strike(self.trainer, self.lecture, events[which % len(events)], reason="看错了", at=at)

    @rule(person=st.integers(0, 4))
    def excuse(self, person):
        own = Attendee.lecture_id == self.lecture.id, Attendee.person_id == self.world.here.person_ids[person]
        listed = self.uow.session.scalar(select(Attendee).where(*own))
        if listed is not None:
            with suppress(Problem):
                attendance.excuse(self.trainer, self.lecture, listed, "病假")

    @rule(which=st.integers(0, 1), minutes=st.integers(-5, 90))
    def close(self, which, minutes):
        now = self.uow.now
        self.attempt(service.close, now - timedelta(minutes=minutes), now, sitting=self.lecture.sittings[which])

    @rule()
    def finish(self):
        self.attempt(service.finish)

    @rule()
    def cancel(self):
        self.attempt(service.cancel, "停电检修")

    @rule()
    def archive(self):
        self.attempt(service.archive)

    @rule()
    def void(self):
        self.attempt(service.void, "讲错了内容")

    @invariant()
    def it_only_ever_took_allowed_steps(self):
        for before, after in zip(self.seen, self.seen[1:], strict=False):
            assert (before, after) in WAYS

    @invariant()
    def what_it_says_of_itself_is_true(self):
        states = {rules.sitting_state(self.lecture.state, sitting) for sitting in self.lecture.sittings}
        if self.lecture.state in (LectureState.CANCELLED, LectureState.VOIDED) or self.lecture.is_held:
            assert "open" not in states
        if self.lecture.is_held or self.lecture.state == LectureState.VOIDED:
            assert "closed" in states
            assert self.lecture.closed_at is not None
        if self.lecture.state == LectureState.VOIDED:
            assert self.lecture.voided_reason
        if self.lecture.state == LectureState.CANCELLED:
            assert all(sitting.ended_at is None for sitting in self.lecture.sittings)

    @invariant()
    def no_mark_of_anybody_is_ever_lost(self):
        events = self.uow.session.scalars(select(AttendanceEvent).where(AttendanceEvent.lecture_id == self.lecture.id)).all()
        assert len([event for event in events if event.method == Method.SCAN]) == self.marks

    @invariant()
    def what_is_said_of_who_was_there_follows_from_the_marks_anew_and_nobody_is_there_longer_than_it_lasted(self):
        if not self.lecture.is_held and self.lecture.state != LectureState.OPEN:
            return
        before = presences_of(self.uow, self.lecture)
        rewrite(self.uow, self.lecture.id, list(before))
        assert presences_of(self.uow, self.lecture) == before
        if self.lecture.is_held:
            longest = max(sitting.minutes or 0 for sitting in self.lecture.sittings)
            assert all(minutes is None or 0 <= minutes <= longest for _status, minutes, *_rest in before.values())

    def teardown(self):
        self.uow.rollback()
        self.work.__exit__(None, None, None)


def test_no_order_of_steps_leaves_the_allowed_ways(world):
    Life.world = world
    machine = Life.TestCase("runTest")
    machine.settings = settings(max_examples=30, stateful_step_count=14, deadline=None)
    machine.runTest()


def test_each_sitting_has_its_own_start_and_end_and_the_last_ends_the_lecture(world, uow):
    lecture = make_lecture(uow, world.here, slots=in_shifts(uow.now))
    morning, noon, night = lecture.sittings

    for at, sitting in enumerate((morning, noon)):
        service.open_check_in(uow, lecture, sitting)
        service.start(uow, lecture, sitting)
        service.close(uow, lecture, uow.now - timedelta(minutes=60 + at), uow.now, sitting=sitting)
    assert lecture.state == LectureState.OPEN
    assert not morning.takes_check_in

    service.open_check_in(uow, lecture, night)
    assert night.takes_check_in
    service.close(uow, lecture, uow.now - timedelta(minutes=58), uow.now, sitting=night)

    assert lecture.state == LectureState.CLOSED
    assert [(s.ended_at - s.started_at) // timedelta(minutes=1) for s in lecture.sittings] == [60, 61, 58]


def test_somebody_who_came_to_two_shifts_counts_once(world, uow):
    lecture = make_lecture(uow, world.here, slots=in_shifts(uow.now, 2))
    start = uow.now - timedelta(minutes=60)
    person_id = world.here.person_ids[2]
    for sitting in lecture.sittings:
        service.open_check_in(uow, lecture, sitting)
        check(uow, lecture, sitting, person_id, Mark.IN, start)
        check(uow, lecture, sitting, person_id, Mark.OUT, uow.now)
        service.close(uow, lecture, start, uow.now, sitting=sitting)

    [line] = uow.session.scalars(select(HoursLine).where(HoursLine.person_id == person_id)).all()
    assert line.hours == 1
    [presence] = uow.session.scalars(
        select(Presence).where(Presence.lecture_id == lecture.id, Presence.person_id == person_id)
    ).all()
    assert presence.minutes == 60


def test_who_left_the_morning_shift_early_is_known_before_the_night_shift_is_over(world, uow):
    lecture = make_lecture(uow, world.here, slots=in_shifts(uow.now, 2))
    person_id, start = world.here.person_ids[2], uow.now - timedelta(minutes=60)
    service.open_check_in(uow, lecture)
    check(uow, lecture, lecture.sitting, person_id, Mark.IN, start)
    check(uow, lecture, lecture.sitting, person_id, Mark.OUT, start + timedelta(minutes=20))

    service.close(uow, lecture, start, uow.now)

    presence = uow.session.scalars(select(Presence).where(Presence.person_id == person_id)).one()
    assert (presence.status, presence.minutes) == (PresenceStatus.LEFT_EARLY, 20)


def test_who_was_in_the_morning_shift_takes_the_quiz_before_the_night_shift_is_over(world, uow):
    lecture = make_lecture(uow, world.here, slots=in_shifts(uow.now, 2), quiz=PLAN)
    came, comes = world.here.person_ids[2:4]
    quizzes.add_questions(uow, world.here.enterprise_id, questions(5))
    start = uow.now - timedelta(minutes=60)
    service.open_check_in(uow, lecture)
    check(uow, lecture, lecture.sitting, came, Mark.IN, start)
    service.close(uow, lecture, start, uow.now)
    quiz = quiz_of(uow, lecture.id)

    assert [due.quiz_id for due in due_for(uow, came)] == [quiz.id]
    assert due_for(uow, comes) == []
    assert quizzes.start(uow, quiz, came).number == 1
    with pytest.raises(quizzes.QuizNotOpen):
        quizzes.start(uow, quiz, comes)


def test_checking_out_the_rest_of_one_shift_leaves_the_other_alone(world, uow):
    lecture = make_lecture(uow, world.here, slots=in_shifts(uow.now, 2))
    start, first, second = uow.now - timedelta(minutes=60), *lecture.sittings
    for sitting, person_id in ((first, world.here.person_ids[2]), (second, world.here.person_ids[3])):
        service.open_check_in(uow, lecture, sitting)
        check(uow, lecture, sitting, person_id, Mark.IN, start)

    service.close(uow, lecture, start, uow.now, sitting=first, check_out_rest=True)

    out = uow.session.scalars(select(AttendanceEvent).where(AttendanceEvent.mark == Mark.OUT)).all()
    assert [(event.person_id, event.trust) for event in out] == [(world.here.person_ids[2], Trust.LEADER)]


def test_sittings_that_nobody_gives_any_more_are_written_down_as_not_held(world, uow):
    lecture = make_lecture(uow, world.here, slots=in_shifts(uow.now))
    service.open_check_in(uow, lecture)
    service.close(uow, lecture, uow.now - timedelta(minutes=60), uow.now)

    service.finish(uow, lecture)

    assert lecture.state == LectureState.CLOSED
    assert [rules.sitting_state(lecture.state, sitting) for sitting in lecture.sittings] == ["closed", "dropped", "dropped"]


def test_the_code_of_a_shift_is_worth_nothing_once_that_shift_is_over(world, uow):
    lecture = make_lecture(uow, world.here, slots=in_shifts(uow.now, 2))
    for sitting in lecture.sittings:
        service.open_check_in(uow, lecture, sitting)

    service.close(uow, lecture, uow.now - timedelta(minutes=60), uow.now)

    assert [sitting.takes_check_in for sitting in lecture.sittings] == [False, True]


def test_the_list_is_frozen_when_the_first_shift_opens(world, uow):
    lecture = make_lecture(uow, world.here, slots=in_shifts(uow.now, 2))
    service.open_check_in(uow, lecture)
    side = world.here
    post = {"department_id": side.department_id, "category": "其他从业人员", "starts_on": LONG_AGO}
    joined = Person(enterprise_id=side.enterprise_id, name="马涛", hired_on=LONG_AGO, created_at=uow.now)
    joined.posts.append(PersonPost(enterprise_id=side.enterprise_id, **post))
    uow.session.add(joined)
    uow.session.get_one(Person, side.person_ids[4]).left_on = uow.today - timedelta(days=1)
    moved = uow.session.get_one(Person, side.person_ids[3])
    move(uow, moved, {"department": "仓储部", "post": "装卸工", "category": "特种作业人员"})
    uow.session.flush()

    service.open_check_in(uow, lecture, lecture.sittings[1])
    check(uow, lecture, lecture.sittings[1], moved.id, Mark.IN, uow.now)
    service.close(uow, lecture, uow.now - timedelta(minutes=60), uow.now)

    listed = uow.session.scalars(select(Attendee.person_id).where(Attendee.lecture_id == lecture.id))
    assert set(listed) == set(side.person_ids), "neither who joined since nor who left since"
    now = next(line for line in roster_on(uow, side.enterprise_id, uow.today) if line.person_id == moved.id)
    on_board = next(row for row in board(uow, lecture).rows if row.person_id == moved.id)
    [printed] = [line for line in lecture_form(uow, lecture, 1).lines if line["姓名"] == moved.name]
    [kept] = [line for line in lecture_book(uow, lecture).chapters[0].rows if line[0] == moved.name]
    assert (now.department_name, on_board.department_name, printed["部门/班组"], kept[2]) == ("仓储部", *["压榨车间"] * 3)
    assert (printed["岗位/工种"], printed["人员类别"]) == ("操作工", "其他从业人员"), "of the day of the lecture, not of now"


def test_what_followed_from_a_void_lecture_is_taken_back_by_new_lines(world, uow):
    lecture = make_lecture(uow, world.here, state="open")
    person_id, start = world.here.person_ids[2], uow.now - timedelta(minutes=60)
    check(uow, lecture, lecture.sitting, person_id, Mark.IN, start)
    check(uow, lecture, lecture.sitting, person_id, Mark.OUT, uow.now)
    service.close(uow, lecture, start, uow.now)
    completion = uow.session.scalars(select(Completion).where(Completion.person_id == person_id)).one()
    certificate = Certificate(
        enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, person_id=person_id, completion_id=completion.id,
        serial="AK-430602-2026-000001", public_code="code", data={"hours": "1"}, fingerprint="0" * 64, pdf_sha256="0" * 64,
        issued_at=uow.now,
    )  # fmt: skip
    uow.session.add(certificate)
    assert completion.completed

    service.void(uow, lecture, "讲的是另一个企业的内容")

    assert not completion.completed
    assert "讲的是另一个企业的内容" in "".join(completion.reasons)
    assert [line.hours for line in uow.session.scalars(select(HoursLine).order_by(HoursLine.id))] == [1, -1]
    assert certificate.revoked_at == uow.now
    assert "作废" in certificate.revoked_reason
    assert len(uow.session.scalars(select(AttendanceEvent)).all()) == 2


def test_only_a_lecture_on_which_nothing_is_left_to_do_is_put_on_file(world, client_as):
    with unit_of_work(Actor.system("test"), "home") as uow:
        running, held = make_lecture(uow, world.here, state="open").id, make_lecture(uow, world.here, state="closed").id
    trainer = client_as(world.here.trainer)

    assert trainer.post(f"/lectures/{running}/file").status_code == 409
    assert "归档" in trainer.get(f"/lectures/{held}").text
    assert trainer.post(f"/lectures/{held}/file").status_code == 303

    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        assert uow.session.get_one(Lecture, held).state == LectureState.ARCHIVED
    assert "已归档" in trainer.get(f"/lectures/{held}").text


def test_a_lecture_is_declared_void_with_a_reason_that_everybody_reads(world, client_as):
    with unit_of_work(Actor.system("test"), "home") as uow:
        lecture_id = make_lecture(uow, world.here, state="closed").id
    trainer = client_as(world.here.trainer)

    assert trainer.post(f"/lectures/{lecture_id}/void", data={"reason": " "}).status_code == 422
    assert trainer.post(f"/lectures/{lecture_id}/void", data={"reason": "主讲人冒名"}).status_code == 303
    assert client_as(world.here.head).post(f"/lectures/{lecture_id}/void/second", data={"do": "confirm"}).status_code == 303

    page = trainer.get(f"/lectures/{lecture_id}").text
    assert "主讲人冒名" in page
    assert trainer.post(f"/lectures/{lecture_id}/void", data={"reason": "再来"}).status_code == 409
    assert "主讲人冒名" in client_as(world.here.employee).get(f"/lectures/{lecture_id}").text


def test_one_person_alone_does_not_declare_a_lecture_void(world, client_as):
    with unit_of_work(Actor.system("test"), "home") as uow:
        lecture_id = make_lecture(uow, world.here, state="closed").id
    trainer, head, path = client_as(world.here.trainer), client_as(world.here.head), f"/lectures/{lecture_id}"

    def state() -> LectureState:
        with unit_of_work(Actor.system("test"), "home", write=False) as uow:
            return uow.session.get_one(Lecture, lecture_id).state

    assert head.post(f"{path}/void/second", data={"do": "confirm"}).status_code == 409  # nobody proposed it
    trainer.post(f"{path}/void", data={"reason": "主讲人冒名"})
    assert trainer.post(f"{path}/void/second", data={"do": "confirm"}).status_code == 409
    assert trainer.post(f"{path}/void", data={"reason": "再来"}).status_code == 409
    assert state() == LectureState.CLOSED
    assert "提出作废这堂课：主讲人冒名" in head.get(path).text and "同意，作废这堂课" not in trainer.get(path).text

    assert head.post(f"{path}/void/second", data={"do": "drop"}).status_code == 303
    assert state() == LectureState.CLOSED and "提出作废这堂课" not in trainer.get(path).text
    trainer.post(f"{path}/void", data={"reason": "主讲人冒名"})
    assert head.post(f"{path}/void/second", data={"do": "confirm"}).status_code == 303
    assert state() == LectureState.VOIDED and "赵倩、陈建国作废" in trainer.get(path).text


def test_another_account_of_whoever_proposed_it_is_not_offered_to_agree(world, client_as):
    here = world.here
    with unit_of_work(Actor.system("test"), "home") as uow:
        lecture_id = make_lecture(uow, here, state="closed").id
        for key in (here.trainer, here.head):
            own = select(Membership).where(Membership.user_id == load_actor(uow, key).user_id)
            for member in uow.session.scalars(own):
                member.person_id = here.person_ids[3]
    client_as(here.trainer).post(f"/lectures/{lecture_id}/void", data={"reason": "主讲人冒名"})

    page = client_as(here.head).get(f"/lectures/{lecture_id}").text

    assert "要另一位培训管理员或主要负责人来确认" in page and "同意，作废这堂课" not in page


def test_the_page_of_a_lecture_in_shifts_has_the_buttons_of_each(world, client_as):
    with unit_of_work(Actor.system("test"), "home") as uow:
        lecture = make_lecture(uow, world.here, slots=in_shifts(uow.now))
        lecture_id, ids = lecture.id, [sitting.id for sitting in lecture.sittings]
    trainer, path = client_as(world.here.trainer), f"/lectures/{lecture_id}"
    page = trainer.get(path).text
    assert all(f"/sittings/{each}/open" in page for each in ids)

    trainer.post(f"/sittings/{ids[1]}/open")

    page = trainer.get(path).text
    assert f"/sittings/{ids[1]}/projector" in page
    assert f"/sittings/{ids[0]}/projector" not in page
    assert "早班" in client_as(world.here.employee).get(path).text


def test_a_later_shift_is_put_off_with_a_reason_that_only_who_has_not_come_is_told(world, client_as):
    here = world.here
    with unit_of_work(Actor.system("test"), "home") as uow:
        lecture = make_lecture(uow, here, slots=in_shifts(uow.now, count=2, every=timedelta(days=2)))
        early, late = lecture.sittings
        service.open_check_in(uow, lecture)
        service.start(uow, lecture)
        check(uow, lecture, early, here.person_ids[2], Mark.IN, uow.now)
        lecture_id, early_id, late_id, was = lecture.id, early.id, late.id, late.planned_starts_at
        other = datetime.combine(clock.local_date(was) + timedelta(days=3), time(20, 30), clock.ZONE)
        make_lecture(uow, here, title="消防演练", starts_at=other, place="二号厅")
    trainer, day = client_as(here.trainer), clock.local_date(was) + timedelta(days=3)
    said = {"day": day.isoformat(), "starts": "20:00", "ends": "21:00", "place": "二号厅"}
    assert f"/sittings/{late_id}/move" in trainer.get(f"/lectures/{lecture_id}").text
    assert trainer.get(f"/sittings/{early_id}/move").status_code == 409, "it has begun"
    assert "请写明原因" in trainer.post(f"/sittings/{late_id}/move", data=said).text

    clash = trainer.post(f"/sittings/{late_id}/move", data={**said, "reason": "检修停产"})
    assert clash.status_code == 422 and "「消防演练」" in clash.text and "讲课人这个时间" in clash.text, "as when it is planned"

    meant = {**said, "reason": "检修停产", "do": "anyway"}
    assert trainer.post(f"/sittings/{late_id}/move", data=meant).status_code == 303

    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        late = uow.session.get_one(Sitting, late_id)
        assert (clock.local(late.planned_starts_at).strftime("%m-%d %H:%M"), late.place) == (f"{day:%m-%d} 20:00", "二号厅")
        assert uow.session.get_one(Sitting, early_id).place == "食堂二楼"
        [change] = uow.session.scalars(select(PlanChange).where(PlanChange.lecture_id == lecture_id))
        assert (change.reason, len(change.before)) == ("检修停产", 2)
        notices = uow.session.scalars(select(Notice).where(Notice.kind == "lecture.changed")).all()
        assert {notice.person_id for notice in notices} == {*here.person_ids} - {here.person_ids[2]}
        assert all("检修停产" in notice.body and "二号厅" in notice.body for notice in notices)
