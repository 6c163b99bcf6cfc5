"""Lectures that were held, with who was there, made by the use cases themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from lms.access.actor import Actor
from lms.attendance import service as attendance
from lms.attendance.models import AttendanceEvent, Mark, Method, Trust
from lms.core.uow import UnitOfWork, unit_of_work
from lms.credentials.models import Certificate
from lms.lectures import service as lectures
from lms.lectures.events import QuizPlan
from lms.lectures.models import Lecture
from lms.quizzes import queries as quizzes
from lms.quizzes import service as quiz_service
from lms.quizzes.models import Attempt
from lms.registry.models import Department, Person, PersonPost
from tests.lectures.builders import make_lecture
from tests.quizzes.scenes import TOPIC, answer_all, questions
from tests.world import LONG_AGO, Side, World

SYSTEM = Actor.system("test")
PLAN = QuizPlan(topics=(TOPIC,), questions=4, pass_mark=75, minutes=30, attempts=2)
MINUTE = timedelta(minutes=1)


def hold(
    uow: UnitOfWork,
    side: Side,
    marks: Mapping[int, tuple[int | None, int | None]],
    *,
    minutes: int = 60,
    quiz: bool = False,
    title: str = "总经理讲安全课：粉尘防爆与有限空间",
    level: str | None = None,
    visitor: tuple[str, str] | None = None,
) -> Lecture:
    """A closed lecture. marks: place on the side's roster → (minute in, minute out), None where there is no such mark.

    visitor: name and company.
    """
    if quiz:
        quiz_service.add_questions(uow, side.enterprise_id, questions(8))
    start = uow.now - minutes * MINUTE
    lecture = make_lecture(uow, side, title=title, starts_at=start, minutes=minutes, quiz=PLAN if quiz else None, level=level)
    lectures.open_check_in(uow, lecture)
    lectures.start(uow, lecture)
    for place, (came, left) in marks.items():
        if came is not None:
            mark(uow, lecture, side.person_ids[place], Mark.IN, came, minutes)
        if left is not None:
            mark(uow, lecture, side.person_ids[place], Mark.OUT, left, minutes)
    if visitor is not None:
        attendance.visit(uow, lecture.sitting, *visitor)
    lectures.close(uow, lecture, start, uow.now)
    return lecture


def mark(
    uow: UnitOfWork, lecture: Lecture, person_id: UUID, kind: Mark, minute: int, length: int = 60,
    by: tuple[Method, Trust] = (Method.SCAN, Trust.LIVE),
) -> AttendanceEvent:  # fmt: skip
    sitting = lecture.sitting
    at = (sitting.ended_at or uow.now) - length * MINUTE + minute * MINUTE
    return attendance.record(uow, sitting, person_id, mark=kind, at=at, method=by[0], trust=by[1])


def take_quiz(uow: UnitOfWork, lecture: Lecture, person_id: UUID, right: int) -> Attempt:
    """Hand in the lecture's quiz with so many of four answers right."""
    quiz = quizzes.quiz_of(uow, lecture.id)
    assert quiz is not None
    attempt = quiz_service.start(uow, quiz, person_id)
    answer_all(uow, attempt, right)
    quiz_service.submit(uow, attempt)
    return attempt


def held(side: Side, marks: Mapping[int, tuple[int | None, int | None]], **other: object) -> UUID:
    """Hold and commit, so that what the commit sets off has happened; returns the lecture's id."""
    with unit_of_work(SYSTEM, "system") as uow:
        return hold(uow, side, marks, **other).id  # type: ignore[arg-type]


def held_for_one(world: World) -> UUID:
    """A lecture here that brought one certificate, of the employee; returns its id."""
    return held(world.here, {2: (0, 60)})


def certificates(lecture_id: UUID) -> Sequence[Certificate]:
    """The certificates of a lecture by serial number."""
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        wanted = select(Certificate).where(Certificate.lecture_id == lecture_id).order_by(Certificate.serial)
        return uow.session.scalars(wanted).all()


def add_people(uow: UnitOfWork, side: Side, number: int) -> None:
    """So many more people of the side's one department."""
    workshop = uow.session.get_one(Department, side.department_id)
    for n in range(number):
        person = Person(enterprise_id=side.enterprise_id, name=f"工人{n}", work_no=f"9{n:03}", created_at=uow.now)
        person.posts.append(
            PersonPost(enterprise_id=side.enterprise_id, department=workshop, category="其他从业人员", starts_on=LONG_AGO)
        )
        uow.session.add(person)
        uow.session.flush()
        side.person_ids.append(person.id)
