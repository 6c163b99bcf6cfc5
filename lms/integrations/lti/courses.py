"""Courses that people come from, and the columns in their gradebooks."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select, update

from lms.core.db import new_id, put
from lms.core.uow import UnitOfWork
from lms.integrations.lti import results
from lms.integrations.lti.models import LtiCourse, LtiLine, LtiMember, LtiPlatform, LtiScore
from lms.integrations.lti.rules import places
from lms.integrations.lti.rules import results as rules
from lms.integrations.lti.rules.places import Place
from lms.integrations.lti.rules.results import CourseTold
from lms.lectures.models import Lecture
from lms.quizzes.models import Quiz
from lms.registry.models import Person

KEY = ("platform_id", "enterprise_id", "context_id")
_COURSE = put(LtiCourse.__table__, KEY)  # type: ignore[arg-type]
_MEMBER = put(LtiMember.__table__, ("course_id", "subject"))  # type: ignore[arg-type]
_LINE = put(LtiLine.__table__)  # type: ignore[arg-type]


def visit(uow: UnitOfWork, platform: LtiPlatform, person: Person, subject: str, told: CourseTold | None, place: Place) -> None:
    """Somebody came from a course to a page: they are in it, and what they have in the lecture goes to its gradebook."""
    if told is None:
        return
    course = _course(uow, platform.id, person.enterprise_id, told)
    _belongs(uow, course, person, subject)
    lecture = _lecture_of(uow, place)
    if lecture is None or rules.SCORE not in course.scopes:
        return
    has_quiz = lecture.quiz_plan is not None
    own = rules.QUIZ if place.kind == places.QUIZ else rules.MINUTES
    for kind in (rules.MINUTES, rules.QUIZ) if has_quiz else (rules.MINUTES,):
        url = told.line_url if kind == own else None
        if url or (course.lines_url and rules.LINES in course.scopes):
            _line(uow, course, lecture, kind, url)
    results.queue(uow, lecture.id, [person.id])


def known_as(uow: UnitOfWork, platform_id: UUID, enterprise_id: UUID, subject: str, person_id: UUID | None) -> None:
    """This account is that person in every course (None: nobody knows), and that person no other account."""
    courses = select(LtiCourse.id).where(LtiCourse.platform_id == platform_id, LtiCourse.enterprise_id == enterprise_id)
    own = update(LtiMember).where(LtiMember.course_id.in_(courses))
    if person_id is not None:
        uow.session.execute(own.where(LtiMember.person_id == person_id).values(person_id=None))
    uow.session.execute(own.where(LtiMember.subject == subject).values(person_id=person_id))


def forget_person(uow: UnitOfWork, person_id: UUID) -> None:
    """Drop what was kept of a person for the platforms: the scores to be sent, and where they are a member."""
    for table in (LtiScore, LtiMember):
        uow.session.execute(delete(table).where(table.person_id == person_id))


def forget(uow: UnitOfWork, platform_id: UUID) -> None:
    """Forget the courses of a platform, with what was handed on to them."""
    courses = select(LtiCourse.id).where(LtiCourse.platform_id == platform_id)
    uow.session.execute(delete(LtiScore).where(LtiScore.platform_id == platform_id))
    for table in (LtiLine, LtiMember):
        uow.session.execute(delete(table).where(table.course_id.in_(courses)))
    uow.session.execute(delete(LtiCourse).where(LtiCourse.platform_id == platform_id))


def _course(uow: UnitOfWork, platform_id: UUID, enterprise_id: UUID, told: CourseTold) -> LtiCourse:
    where = (
        LtiCourse.platform_id == platform_id, LtiCourse.enterprise_id == enterprise_id, LtiCourse.context_id == told.context_id
    )  # fmt: skip
    known = uow.session.scalar(select(LtiCourse).where(*where))
    news = {"title": told.title, "lines_url": told.lines_url, "members_url": told.members_url, "scopes": list(told.scopes)}
    if known is not None and all(getattr(known, name) == value for name, value in news.items()):
        return known
    row = {"platform_id": platform_id, "enterprise_id": enterprise_id, "context_id": told.context_id, "seen_at": uow.now} | news
    uow.execute(_COURSE[uow.dialect], {"id": new_id(), **row})
    uow.forget(LtiCourse)
    return uow.session.scalars(select(LtiCourse).where(*where)).one()


def _belongs(uow: UnitOfWork, course: LtiCourse, person: Person, subject: str) -> None:
    where = (LtiMember.course_id == course.id, LtiMember.subject == subject)
    known = uow.session.scalar(select(LtiMember).where(*where))
    if known is not None and known.person_id == person.id and known.left_at is None:
        return
    row = {
        "id": new_id(), "enterprise_id": person.enterprise_id, "course_id": course.id, "subject": subject, "name": person.name,
        "person_id": person.id, "since_at": uow.now, "left_at": None,
    }  # fmt: skip
    uow.execute(_MEMBER[uow.dialect], row)
    uow.forget(LtiMember)


def _line(uow: UnitOfWork, course: LtiCourse, lecture: Lecture, kind: str, url: str | None) -> None:
    known = uow.session.scalar(
        select(LtiLine).where(LtiLine.course_id == course.id, LtiLine.lecture_id == lecture.id, LtiLine.kind == kind)
    )
    if known is not None:
        if url and known.url is None:
            known.url = url
        return
    minutes = max(sitting.planned_minutes for sitting in lecture.sittings)
    row = {
        "id": new_id(), "enterprise_id": course.enterprise_id, "course_id": course.id, "lecture_id": lecture.id, "kind": kind,
        "label": f"{lecture.title}（{'考核' if kind == rules.QUIZ else '到课分钟'}）"[:200], "url": url,
        "maximum": rules.QUIZ_MAXIMUM if kind == rules.QUIZ else max(minutes, 1),
    }  # fmt: skip
    if uow.execute(_LINE[uow.dialect], row).rowcount:
        known_people = select(LtiMember.person_id).where(LtiMember.course_id == course.id, LtiMember.person_id.is_not(None))
        results.queue(uow, lecture.id, [one for one in uow.session.scalars(known_people) if one])


def _lecture_of(uow: UnitOfWork, place: Place) -> Lecture | None:
    if place.kind == places.LECTURE:
        return uow.session.get(Lecture, place.id)
    if place.kind == places.QUIZ:
        quiz = uow.session.get(Quiz, place.id)
        return quiz.lecture if quiz is not None and quiz.retest_of_id is None else None
    return None
