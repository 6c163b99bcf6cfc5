"""Taking a quiz: the server owns the paper, its order and the clock."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random, SystemRandom
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lms.core import clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee
from lms.quizzes import queries, rules
from lms.quizzes.events import AttemptGraded
from lms.quizzes.models import Answer, Attempt, Quiz, Support
from lms.quizzes.service.papers import drawn

CHANCE: Random = SystemRandom()
LARGEST_COUNTER = 1_000_000


class QuizNotOpen(Conflict):
    code = "quiz-not-open"
    sentence = _l("测验现在没有开放。讲课结束后才能开始，截止后不能再答。")


class NoAttemptsLeft(Conflict):
    code = "quiz-no-attempts-left"
    sentence = _l("作答次数已经用完。需要再考的话，请联系本单位的培训管理员。")


class AlreadyPassed(Conflict):
    code = "quiz-already-passed"
    sentence = _l("您已经通过这次测验，不用再答了。")


class CoolingDown(Conflict):
    code = "quiz-cooling-down"
    sentence = _l("两次考试之间要隔 %(minutes)s 分钟，%(at)s 以后可以再考。先看看没有答对的题。")


class MarkingPending(Conflict):
    code = "quiz-marking-pending"
    sentence = _l("上一次的答卷还在等人工评分，评完就出成绩，到时再决定要不要再考。")


class NothingToAsk(Conflict):
    code = "quiz-nothing-to-ask"
    sentence = _l("题库里没有这些知识点的题目，请联系本单位的培训管理员。")


class AttemptOver(Conflict):
    status = 410
    code = "attempt-over"
    sentence = _l("答题已经结束，这一次作答没有计入。之前保存的都算数，可以去看成绩。")


class NotAsked(Invalid):
    code = "answer-not-asked"
    sentence = _l("这个答案不在题目的选项里，请刷新页面再选。")


class AnswerTooLong(Invalid):
    code = "answer-too-long"
    sentence = _l("这一题最多写 %(most)s 个字，请写短一些，之前保存的还在。")


def start(uow: UnitOfWork, quiz: Quiz, person_id: UUID, rng: Random = CHANCE, device_id: str | None = None) -> Attempt:
    """The person's open attempt, or a new one with paper, order and deadline fixed from here on.

    Safe to call many times at once: the database lets only one attempt be open. Raises NotFound for somebody who is not
    expected or is excused, AlreadyPassed, MarkingPending, QuizNotOpen, NoAttemptsLeft, CoolingDown, NothingToAsk.
    """
    at = queries.so_far(uow, quiz, person_id)
    if at.open is not None:
        settle(uow, at.open)
        if at.open.submitted_at is None:
            return at.open
        at = queries.so_far(uow, quiz, person_id)
    extra = check_expected(uow, quiz, person_id)
    if at.passed:
        raise AlreadyPassed
    if at.waiting:
        raise MarkingPending
    if quiz.opens_at is None or quiz.closes_at is None or not quiz.opens_at <= uow.now < quiz.closes_at:
        raise QuizNotOpen
    if not queries.has_heard(uow, quiz, person_id):
        raise QuizNotOpen
    if not at.left:
        raise NoAttemptsLeft
    again = rules.cool_until(at.last_ended_at, quiz.cool_down)
    if again is not None and uow.now < again:
        raise CoolingDown(minutes=quiz.cool_down, at=f"{clock.local(again):%H:%M}")
    attempt = Attempt(
        enterprise_id=quiz.enterprise_id,
        quiz_id=quiz.id,
        person_id=person_id,
        number=len(at.attempts) + 1,
        paper=draw_paper(uow, quiz, at.attempts, rng),
        started_at=uow.now,
        deadline_at=rules.deadline(uow.now, rules.allowed(quiz.minutes, extra), quiz.closes_at),
        device_id=device_id,
    )
    try:
        with uow.session.begin_nested():
            uow.session.add(attempt)
    except IntegrityError:  # somebody else with the same finger was faster: theirs is the attempt
        at = queries.so_far(uow, quiz, person_id)
        if at.open is None:
            raise Conflict from None
        return at.open
    return attempt


def check_expected(uow: UnitOfWork, quiz: Quiz, person_id: UUID) -> int:
    """Percent of extra time the person gets. Raises NotFound for somebody who is not asked to take the quiz."""
    expected = (
        select(func.coalesce(Support.extra_percent, 0))
        .select_from(Attendee)
        .outerjoin(Support, Support.person_id == Attendee.person_id)
        .join(Quiz, Quiz.id == quiz.id)
        .where(
            Attendee.lecture_id == quiz.lecture_id,
            Attendee.person_id == person_id,
            Attendee.excused_reason.is_(None),
            Quiz.is_for(person_id),
        )
    )
    extra = uow.session.scalar(expected)
    if extra is None:
        raise NotFound(_l("您不在这次讲课的应到人员里，或者已经请假。有疑问请联系本单位的培训管理员。"))
    return int(extra)


def draw_paper(uow: UnitOfWork, quiz: Quiz, earlier: Sequence[Attempt], rng: Random) -> list[rules.Entry]:
    pool = queries.drawable(uow, quiz.enterprise_id, quiz.topics, [UUID(one) for one in quiz.fixed] if not earlier else ())
    if not pool:
        raise NothingToAsk
    seen = queries.questions_of(uow, {UUID(entry["version"]) for attempt in earlier for entry in attempt.paper})
    known = {one for one in pool if one.question in seen}
    chosen = drawn(quiz, rng, pool, known)
    asked = queries.kept_wordings(uow, [one.version for one in chosen])
    paper = [{"version": str(one.version), "options": rules.lay_out(rng, asked[one.version].body.options)} for one in chosen]
    return rules.arranged(paper, queries.begun_before(uow, quiz.id))


def answer(uow: UnitOfWork, attempt: Attempt, version_id: UUID, sent: Sequence[str], counter: int) -> int:
    """answer_held() for an attempt that is not held yet."""
    uow.session.flush()
    held = queries.hold(uow, attempt.id)
    assert held is not None
    return answer_held(uow, held, version_id, sent, counter)


def answer_held(uow: UnitOfWork, attempt: queries.Held, version_id: UUID, sent: Sequence[str], counter: int) -> int:
    """Keep one tap; returns the counter it is kept under.

    sent: as the phone calls the choices, [] to take an answer back. The highest counter of a question counts; the same tap
    delivered again changes nothing. Another tap under a taken counter came from a second window and goes behind all others.
    Raises AttemptOver after hand-in or after the grace, NotAsked, AnswerTooLong.
    """
    if attempt.submitted_at is not None or rules.is_over(attempt.deadline_at, uow.now):
        raise AttemptOver
    chosen = _chosen(uow, attempt, version_id, sent)
    if not 0 <= counter <= LARGEST_COUNTER:
        raise NotAsked
    if queries.keep(uow, attempt.id, version_id, counter, chosen):
        return counter
    kept = uow.session.scalars(select(Answer).where(Answer.attempt_id == attempt.id, Answer.counter == counter)).one()
    if (kept.version_id, kept.chosen) == (version_id, chosen):
        return counter
    newest = queries.latest_answers(uow, attempt.id).get(version_id)
    if newest is not None and newest.chosen == chosen:
        return newest.counter
    counter = queries.last_counter(uow, attempt.id) + 1
    queries.keep(uow, attempt.id, version_id, counter, chosen)
    return counter


def _chosen(uow: UnitOfWork, attempt: queries.Held, version_id: UUID, sent: Sequence[str]) -> list[str]:
    order = next((entry["options"] for entry in attempt.paper if entry["version"] == str(version_id)), None)
    if order is None:
        raise NotAsked
    body = queries.kept_wordings(uow, [version_id])[version_id].body
    if any(len(text.strip()) > rules.longest(body.kind) for text in sent):
        raise AnswerTooLong(most=rules.longest(body.kind))
    chosen = rules.chosen_of(body, order, sent)
    if chosen is None:
        raise NotAsked
    return chosen


def submit(uow: UnitOfWork, attempt: Attempt) -> None:
    """Hand in and grade; a second time changes nothing. After the grace it counts as ended by the clock.

    Says AttemptGraded.
    """
    uow.session.refresh(attempt, with_for_update=True)
    if attempt.submitted_at is None:
        _grade(uow, attempt, "deadline" if rules.is_over(attempt.deadline_at, uow.now) else "person")


def settle(uow: UnitOfWork, attempt: Attempt) -> None:
    """Grade an attempt whose time ran out with what it has; any other stays as it is. Says AttemptGraded."""
    uow.session.refresh(attempt, with_for_update=True)
    if attempt.submitted_at is None and rules.is_over(attempt.deadline_at, uow.now):
        _grade(uow, attempt, "deadline")


def _grade(uow: UnitOfWork, attempt: Attempt, how: str) -> None:
    """Hand in; with nothing for a person to mark it has its score at once."""
    attempt.submitted_at = uow.now
    attempt.submitted_how = how
    conclude(uow, attempt)


def conclude(uow: UnitOfWork, attempt: Attempt) -> bool:
    """Give an attempt that was handed in its score, once every text of it is marked; whether it has one. Says AttemptGraded."""
    quiz = uow.session.get_one(Quiz, attempt.quiz_id)
    shares = queries.shares_of(uow, [attempt])[attempt.id]
    if any(share is None for share, _points in shares):
        uow.session.flush()
        return False
    attempt.score = rules.score(rules.Marked(share, points) for share, points in shares if share is not None)
    attempt.passed = attempt.score >= quiz.pass_mark
    uow.session.flush()
    if quiz.retest_of_id is not None:
        return True  # a comparison; completion and certificates rest on the quiz it re-checks
    uow.say(
        AttemptGraded(attempt.id, quiz.lecture_id, quiz.enterprise_id, attempt.person_id, attempt.score, attempt.passed, uow.now)
    )
    return True
