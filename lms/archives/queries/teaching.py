"""What a lecturer should know before speaking, and what came of it after: the length asked for, and what was answered wrong."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from lms.core.uow import UnitOfWork
from lms.lectures.models import HELD, Lecture, Sitting
from lms.quizzes.models import Quiz
from lms.quizzes.queries import quiz_of
from lms.quizzes.queries.analysis import ItemLine, analysis_of

MOST = 3


@dataclass(frozen=True, slots=True)
class Teaching:
    """minutes: the shortest lecture that counts, None where no campaign asks. lecture: whose quiz it was: the one before for a
    lecture to come, its own afterwards; None where nobody has answered one. again: topics that were not understood. wrong: the
    questions that most answered wrong, at most three. people: who handed in."""

    minutes: int | None
    lecture: Lecture | None
    again: tuple[str, ...]
    wrong: tuple[ItemLine, ...]
    people: int = 0


def teaching_of(uow: UnitOfWork, lecture: Lecture) -> Teaching:
    """Ten statements at most."""
    minutes = lecture.minutes_asked
    quiz = _quiz_of(uow, lecture)
    if quiz is None:
        return Teaching(minutes, None, (), ())
    found = analysis_of(uow, quiz)
    wrong = sorted((line for line in found.items if line.item.right < line.item.asked), key=_share_right)
    of = uow.session.get_one(Lecture, quiz.lecture_id) if found.people else None
    return Teaching(minutes, of, found.again, tuple(wrong[:MOST]), found.people)


def _share_right(line: ItemLine) -> tuple[float, str]:
    return line.item.right / line.item.asked, line.version.stem


def _quiz_of(uow: UnitOfWork, lecture: Lecture) -> Quiz | None:
    """Its own quiz once it was held; before that the quiz of the enterprise's last that repeats no other."""
    if lecture.is_held:
        return quiz_of(uow, lecture.id)
    return uow.session.scalar(
        select(Quiz)
        .join(Lecture, Lecture.id == Quiz.lecture_id)
        .join(Sitting, Sitting.lecture_id == Lecture.id)
        .where(
            Lecture.enterprise_id == lecture.enterprise_id,
            Lecture.state.in_(HELD),
            Lecture.makes_up_for_id.is_(None),
            Lecture.passes_on_id.is_(None),
            Quiz.retest_of_id.is_(None),
            Sitting.ended_at.is_not(None),
        )
        .order_by(Sitting.ended_at.desc())
        .limit(1)
    )
