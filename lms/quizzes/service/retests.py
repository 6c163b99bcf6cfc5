"""The spot retest (抽考): some of those who took a quiz are asked again, weeks later."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _l

from lms.core import clock
from lms.core.chance import new_seed, picked
from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.notices.service import tell
from lms.quizzes import queries
from lms.quizzes.models import Quiz, Retest, RetestPerson

KIND = "quiz.retest"
MINUTES_EACH = 2  # for a question


class TooEarly(Conflict):
    code = "retest-too-early"
    sentence = _l("原来的考核还没有截止，截止以后才能抽考。")


class NobodyToPick(Conflict):
    code = "retest-nobody"
    sentence = _l("这堂课还没有人交过有成绩的答卷，没有人可以抽。")


def draw_retest(uow: UnitOfWork, quiz: Quiz, people: int, questions: int, days: int, reason: str = "") -> Retest:
    """Pick so many of those with a score in a quiz that has closed, and open a short quiz on its content for them.

    The seed of the choice is kept with those it chose from. Everybody picked is told, and the firm's trainer by the page.
    Raises TooEarly, NobodyToPick.
    """
    if not quiz.has_closed(uow.now):
        raise TooEarly
    pool = queries.graded_people(uow, quiz.id)
    if not pool:
        raise NobodyToPick
    seed = new_seed()
    again = Quiz(
        enterprise_id=quiz.enterprise_id,
        lecture_id=quiz.lecture_id,
        retest_of_id=quiz.id,
        topics=quiz.topics,
        question_count=questions,
        pass_mark=quiz.pass_mark,
        minutes=questions * MINUTES_EACH,
        max_attempts=1,
        opens_at=uow.now,
        closes_at=uow.now + timedelta(days=days),
    )
    uow.session.add(again)
    uow.session.flush()
    retest = Retest(
        enterprise_id=quiz.enterprise_id,
        lecture_id=quiz.lecture_id,
        quiz_id=again.id,
        seed=seed,
        pool=sorted(str(one) for one in pool),
        reason=reason or None,
        by_bureau=uow.actor.jurisdiction_id is not None,
        drawn_by=uow.actor.name,
        drawn_at=uow.now,
    )
    chosen = picked(seed, pool, people)
    retest.people.extend(RetestPerson(enterprise_id=quiz.enterprise_id, quiz_id=again.id, person_id=one) for one in chosen)
    uow.session.add(retest)
    uow.session.flush()
    _tell_picked(uow, quiz, again, retest)
    return retest


def _tell_picked(uow: UnitOfWork, quiz: Quiz, again: Quiz, retest: Retest) -> None:
    """Of the retest of a quiz, which is a quiz itself."""
    assert again.closes_at is not None
    who = "监管部门" if retest.by_bureau else "本单位"
    until = clock.moment(again.closes_at)
    tell(
        uow,
        quiz.enterprise_id,
        [one.person_id for one in retest.people],
        title=f"您被抽到抽考：{quiz.lecture.title}",
        body=f"{who}随机抽到您，{again.question_count} 道题，{until} 前在手机上答完。原来的成绩和证书不受影响。",
        link=f"/quizzes/{again.id}",
        kind=KIND,
        urgent=True,
        about_id=again.id,
    )
