"""What there is to be put into a course."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from lms.core.uow import UnitOfWork
from lms.integrations.lti.rules import places
from lms.integrations.lti.rules.contents import Picked
from lms.integrations.lti.rules.places import Place
from lms.integrations.lti.rules.results import MINUTES, QUIZ, QUIZ_MAXIMUM
from lms.lectures.models import Lecture, LectureState, Sitting
from lms.quizzes.models import Quiz

HIDDEN = (LectureState.DRAFT, LectureState.CANCELLED, LectureState.VOIDED)
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """A lecture that can be chosen. minutes: as planned, of its longest sitting."""

    id: UUID
    title: str
    starts_at: datetime
    minutes: int
    quiz_id: UUID | None


def choices(uow: UnitOfWork, enterprise_id: UUID, words: str) -> list[Choice]:
    """The newest lectures of an enterprise that people were told of, those with these words in the title."""
    begins = (
        select(func.min(Sitting.planned_starts_at)).where(Sitting.lecture_id == Lecture.id).correlate(Lecture).scalar_subquery()
    )
    wanted = select(Lecture).where(Lecture.enterprise_id == enterprise_id, Lecture.state.not_in(HIDDEN))
    if words:
        wanted = wanted.where(Lecture.title.contains(words, autoescape=True))
    lectures = list(uow.session.scalars(wanted.order_by(begins.desc(), Lecture.id).limit(SHOWN)))
    quizzes = select(Quiz.lecture_id, Quiz.id).where(
        Quiz.lecture_id.in_([lecture.id for lecture in lectures]), Quiz.retest_of_id.is_(None)
    )
    quiz_of = dict(uow.session.execute(quizzes).all())
    return [
        Choice(
            lecture.id,
            lecture.title,
            min(sitting.planned_starts_at for sitting in lecture.sittings),
            max(sitting.planned_minutes for sitting in lecture.sittings),
            quiz_of.get(lecture.id),
        )
        for lecture in lectures
    ]


def picked(uow: UnitOfWork, enterprise_id: UUID, place: Place, names: dict[str, str]) -> Picked | None:
    """What a place is called and measured by; None for one of another enterprise. names: of everybody's own pages."""
    if place.kind in names:
        return Picked(place, names[place.kind])
    lecture = uow.session.get(Lecture, place.id) if place.kind == places.LECTURE else None
    quiz = uow.session.get(Quiz, place.id) if place.kind == places.QUIZ else None
    if quiz is not None and quiz.retest_of_id is None:
        lecture = quiz.lecture
    if lecture is None or lecture.enterprise_id != enterprise_id or lecture.state in HIDDEN:
        return None
    if place.kind == places.QUIZ:
        return Picked(place, f"{lecture.title}（考核）", (str(lecture.id), QUIZ, QUIZ_MAXIMUM))
    minutes = max(max(sitting.planned_minutes for sitting in lecture.sittings), 1)
    return Picked(place, lecture.title, (str(lecture.id), MINUTES, minutes))
