"""A lecture that was held, its quiz, and a bank to draw from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from lms.core.uow import UnitOfWork
from lms.lectures.events import LectureClosed, LectureScheduled, QuizPlan
from lms.lectures.models import Attendee, Lecture, LectureState, Sitting
from lms.quizzes import queries, service
from lms.quizzes.models import Attempt, QuestionVersion, Quiz
from lms.quizzes.rules import Body
from lms.quizzes.rules.importing import ParsedQuestion
from tests.world import Side

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # ten in the morning
TOPIC = "粉尘防爆"
PLAN = QuizPlan(topics=(TOPIC,), questions=4, pass_mark=60, minutes=30, attempts=2)


def questions(number: int, topic: str = TOPIC) -> list[ParsedQuestion]:
    """Single-choice questions with A right; their right option reads 对的."""
    return [
        ParsedQuestion(
            n, f"{topic}第 {n} 题", Body("single", {"A": f"对的{n}", "B": f"错的{n}", "C": f"也错{n}"}, ("A",)), topic=topic
        )
        for n in range(1, number + 1)
    ]


def held_lecture(uow: UnitOfWork, side: Side, plan: QuizPlan = PLAN, people: Sequence[UUID] | None = None) -> Lecture:
    """A lecture planned with a quiz and closed now."""
    lecture = planned_lecture(uow, side, plan, people)
    lecture.state = LectureState.CLOSED
    lecture.closed_at = uow.now
    uow.say(LectureClosed(lecture.id, lecture.enterprise_id, at=uow.now))
    uow.session.flush()
    return lecture


def planned_lecture(uow: UnitOfWork, side: Side, plan: QuizPlan = PLAN, people: Sequence[UUID] | None = None) -> Lecture:
    number = uow.session.query(Lecture).count() + 1
    lecture = Lecture(
        enterprise_id=side.enterprise_id,
        title="粉尘防爆与有限空间",
        number=number,
        year=2026,
        lecturer_id=side.head_id,
        lecturer_is_head=True,
        audience={},
        created_by="赵倩",
        created_at=uow.now,
    )
    uow.session.add(lecture)
    uow.session.flush()
    uow.session.add(
        Sitting(
            enterprise_id=side.enterprise_id,
            lecture_id=lecture.id,
            place="3 号会议室",
            planned_starts_at=uow.now,
            planned_ends_at=uow.now + timedelta(hours=1),
        )
    )
    for person_id in side.person_ids if people is None else people:
        uow.session.add(
            Attendee(
                enterprise_id=side.enterprise_id,
                lecture_id=lecture.id,
                person_id=person_id,
                department_name="压榨车间",
                category="其他从业人员",
            )
        )
    uow.say(LectureScheduled(lecture.id, side.enterprise_id, plan, at=uow.now))
    uow.session.flush()
    return lecture


def open_quiz(uow: UnitOfWork, side: Side, plan: QuizPlan = PLAN, bank: int = 8) -> Quiz:
    """An open quiz of the side's people, with a bank of so many questions."""
    service.add_questions(uow, side.enterprise_id, questions(bank))
    quiz = queries.quiz_of(uow, held_lecture(uow, side, plan).id)
    assert quiz is not None
    return quiz


def right_choice(uow: UnitOfWork, attempt: Attempt, at: int) -> tuple[UUID, str]:
    """The wording asked at this place of the paper and the letter its owner sees before the right option."""
    entry = attempt.paper[at]
    version = uow.session.get_one(QuestionVersion, UUID(entry["version"]))
    return version.id, "ABCDEFGH"[entry["options"].index(version.body.answer[0])]


def wrong_choice(uow: UnitOfWork, attempt: Attempt, at: int) -> tuple[UUID, str]:
    version_id, right = right_choice(uow, attempt, at)
    return version_id, next(letter for letter in "ABC" if letter != right)


def answer_all(uow: UnitOfWork, attempt: Attempt, right: int) -> None:
    """Answer the whole paper, this many of it rightly."""
    for at in range(len(attempt.paper)):
        version_id, letter = (right_choice if at < right else wrong_choice)(uow, attempt, at)
        service.answer(uow, attempt, version_id, [letter], at + 1)
