"""Taking a quiz: the server owns the paper, its order and the clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from random import Random, SystemRandom
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.core import clock
from lms.core.db import new_id
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.uow import UnitOfWork
from lms.quizzes import queries, rules
from lms.quizzes.events import AttemptGraded
from lms.quizzes.models import Answer, Attempt, Quiz, TextMark
from lms.quizzes.service.chain import enter_result
from lms.quizzes.service.papers import drawn

CHANCE: Random = SystemRandom()
LARGEST_COUNTER = 1_000_000
NOT_EXPECTED = _l("您不在这次讲课的应到人员里，或者已经请假。有疑问请联系本单位的培训管理员。")


class QuizNotOpen(Conflict):
    code = "quiz-not-open"
    sentence = _l("考核现在没有开放。讲课结束后才能开始，截止后不能再答。")


class NoAttemptsLeft(Conflict):
    code = "quiz-no-attempts-left"
    sentence = _l("作答次数已经用完。需要再考的话，请联系本单位的培训管理员。")


class AlreadyPassed(Conflict):
    code = "quiz-already-passed"
    sentence = _l("您已经通过这次考核，不用再答了。")


class CoolingDown(Conflict):
    code = "quiz-cooling-down"
    sentence = _l("两次考核之间要隔 %(minutes)s 分钟，%(at)s 以后可以再考。先看看没有答对的题。")


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


class Begun(NamedTuple):
    """fresh: just now, so that nothing of it is answered."""

    attempt_id: UUID
    fresh: bool


def start(uow: UnitOfWork, quiz: Quiz, person_id: UUID, rng: Random = CHANCE, device_id: str | None = None) -> Attempt:
    """begin() for somebody who may not be asked at all. Raises NotFound then."""
    standing = queries.standing(uow, quiz.id, person_id)
    if standing is None:
        raise NotFound(NOT_EXPECTED)
    return uow.session.get_one(Attempt, begin(uow, standing, rng, device_id).attempt_id)


def begin(uow: UnitOfWork, standing: queries.Standing, rng: Random = CHANCE, device_id: str | None = None) -> Begun:
    """The person's open attempt, or a new one with paper, order and deadline fixed from here on.

    Safe to call many times at once: the database lets only one attempt be open. Raises NotFound for somebody who is excused,
    AlreadyPassed, MarkingPending, QuizNotOpen, NoAttemptsLeft, CoolingDown, NothingToAsk.
    """
    _person_id, terms, at = standing
    if at.open is not None:
        if not rules.is_over(at.open.deadline_at, uow.now):
            return Begun(at.open.id, fresh=False)
        _end(uow, at.open.id)
        return begin(uow, _again(uow, standing), rng, device_id)
    row = planned(uow, standing, rng, device_id, queries.begun_before(uow, terms.id))
    if queries.begin_each(uow, [row]):
        return Begun(row["id"], fresh=True)
    return begin(uow, _again(uow, standing), rng, device_id)  # another tap was faster: its attempt is open, or over already


def planned(
    uow: UnitOfWork, standing: queries.Standing, rng: Random, device_id: str | None, neighbours: Sequence[Sequence[rules.Entry]]
) -> dict[str, Any]:
    """The row of a person's next attempt, of which nothing is written yet; in another order than the papers of its neighbours.

    Raises as begin().
    """
    person_id, terms, at = standing
    closes_at = _check(uow, standing)
    return {
        "id": new_id(), "enterprise_id": terms.enterprise_id, "quiz_id": terms.id, "person_id": person_id,
        "number": len(at.attempts) + 1, "paper": rules.arranged(draw_paper(uow, terms, at.attempts, rng), neighbours),
        "started_at": uow.now, "submitted_at": None, "submitted_how": None, "device_id": device_id, "score": None, "passed": None,
        "deadline_at": rules.deadline(uow.now, rules.allowed(terms.minutes, terms.extra_percent or 0), closes_at),
    }  # fmt: skip


def _again(uow: UnitOfWork, standing: queries.Standing) -> queries.Standing:
    found = queries.standing(uow, standing.terms.id, standing.person_id)
    assert found is not None, "nobody is taken off the list of a lecture"
    return found


def _check(uow: UnitOfWork, standing: queries.Standing) -> datetime:
    """Raises what keeps the next attempt from beginning now; returns when the quiz closes."""
    person_id, terms, at = standing
    if terms.excused_reason is not None:
        raise NotFound(NOT_EXPECTED)
    if at.passed:
        raise AlreadyPassed
    if at.waiting:
        raise MarkingPending
    if terms.opens_at is None or terms.closes_at is None or not terms.opens_at <= uow.now < terms.closes_at:
        raise QuizNotOpen
    if not queries.has_heard(uow, terms.lecture_id, terms.lecture_closed_at, person_id):
        raise QuizNotOpen
    if not at.left:
        raise NoAttemptsLeft
    again = rules.cool_until(at.last_ended_at, terms.cool_down)
    if again is not None and uow.now < again:
        raise CoolingDown(minutes=terms.cool_down, at=clock.hour(again))
    return terms.closes_at


def check_expected(uow: UnitOfWork, quiz: Quiz, person_id: UUID) -> int:
    """Percent of extra time the person gets. Raises NotFound for somebody who is not asked to take the quiz."""
    standing = queries.standing(uow, quiz.id, person_id)
    if standing is None or standing.terms.excused_reason is not None:
        raise NotFound(NOT_EXPECTED)
    return standing.terms.extra_percent or 0


def draw_paper(uow: UnitOfWork, quiz: Quiz | queries.Terms, earlier: Sequence[queries.Went], rng: Random) -> list[rules.Entry]:
    """The paper of a next attempt: fixed the first time if the quiz says so, else drawn, the known last. Raises NothingToAsk."""
    fixed = tuple(UUID(one) for one in quiz.fixed) if not earlier else ()
    pool = uow.once(queries.drawable, quiz.enterprise_id, tuple(quiz.topics), fixed)
    if not pool:
        raise NothingToAsk
    seen = queries.questions_of(uow, {UUID(entry["version"]) for attempt in earlier for entry in attempt.paper})
    known = {one for one in pool if one.question in seen}
    chosen = drawn(quiz, rng, pool, known)
    asked = queries.kept_wordings(uow, [one.version for one in chosen])
    return [{"version": str(one.version), "options": rules.lay_out(rng, asked[one.version].body.options)} for one in chosen]


def answer(uow: UnitOfWork, attempt: Attempt, version_id: UUID, sent: Sequence[str], counter: int) -> int:
    """answer_held() for an attempt that is not held yet."""
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
    chosen = chosen_on(uow, attempt, version_id, sent)
    if not 0 <= counter <= LARGEST_COUNTER:
        raise NotAsked
    if queries.keep(uow, attempt.id, version_id, counter, chosen):
        return counter
    kept = uow.session.scalars(select(Answer).where(Answer.attempt_id == attempt.id, Answer.counter == counter)).one()
    if (kept.version_id, kept.chosen) == (version_id, chosen):
        return counter
    latest = queries.latest_answers(uow, attempt.id)
    newest = latest.get(version_id)
    if newest is not None and newest.chosen == chosen:
        return newest.counter
    counter = queries.last_counter(latest) + 1
    queries.keep(uow, attempt.id, version_id, counter, chosen)
    return counter


def chosen_on(uow: UnitOfWork, attempt: queries.Held, version_id: UUID, sent: Sequence[str]) -> list[str]:
    """What is kept of the choices a phone sent for a question of an attempt. Raises NotAsked, AnswerTooLong."""
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
    """hand_in() for an attempt that is not held yet."""
    hand_in(uow, _held(uow, attempt.id))
    uow.session.refresh(attempt)


def settle(uow: UnitOfWork, attempt: Attempt) -> None:
    """Grade an attempt whose time ran out with what it has; any other stays as it is. Says AttemptGraded."""
    _end(uow, attempt.id)
    uow.session.refresh(attempt)


def hand_in(uow: UnitOfWork, held: queries.ToGrade) -> list[queries.Outcome]:
    """hand_in_each() of one."""
    return hand_in_each(uow, [held])[held.id]


def hand_in_each(uow: UnitOfWork, held: Sequence[queries.ToGrade]) -> dict[UUID, list[queries.Outcome]]:
    """Hand in and grade; a second time changes nothing. After the grace it counts as ended by the clock.

    Returns what became of each question of each attempt. Says AttemptGraded.
    """
    outcomes = queries.outcomes_of_all(uow, held)
    ended = [
        _Ended(one, outcomes[one.id], uow.now, "deadline" if rules.is_over(one.deadline_at, uow.now) else "person")
        for one in held
        if one.submitted_at is None
    ]
    _conclude(uow, ended)
    return outcomes


def _end(uow: UnitOfWork, attempt_id: UUID) -> None:
    held = _held(uow, attempt_id)
    if held.submitted_at is None and rules.is_over(held.deadline_at, uow.now):
        _conclude(uow, [_Ended(held, queries.outcomes_of(uow, held), uow.now, "deadline")])


def _held(uow: UnitOfWork, attempt_id: UUID) -> queries.ToGrade:
    held = queries.hold_to_grade(uow, attempt_id)
    assert held is not None, "no attempt is taken away"
    return held


def conclude(uow: UnitOfWork, attempt: Attempt) -> bool:
    """Give an attempt that was handed in its score, once every text of it is marked; whether it has one. Says AttemptGraded."""
    return bool(conclude_each(uow, [attempt]))


def conclude_each(uow: UnitOfWork, attempts: Sequence[Attempt]) -> list[Attempt]:
    """The same of many; those that have a score now."""
    held = queries.hold_all_to_grade(uow, [attempt.id for attempt in attempts], anybody=True)
    outcomes = queries.outcomes_of_all(uow, list(held.values()))
    ended = []
    for one in held.values():
        assert one.submitted_at is not None and one.submitted_how is not None, "it was handed in"
        ended.append(_Ended(one, outcomes[one.id], one.submitted_at, one.submitted_how))
    _conclude(uow, ended)
    read_back = select(Attempt).where(Attempt.id.in_(held)).order_by(Attempt.id).execution_options(populate_existing=True)
    return [attempt for attempt in uow.session.scalars(read_back) if attempt.score is not None]


class _Ended(NamedTuple):
    """An attempt that is handed in, what became of its questions, when and how."""

    held: queries.ToGrade
    outcomes: Sequence[queries.Outcome]
    at: datetime
    how: str

    @property
    def score(self) -> int | None:
        """None while a text of it waits for somebody to mark it."""
        got = [rules.Marked(one.share, one.version.points) for one in self.outcomes if one.share is not None]
        return rules.score(got) if len(got) == len(self.outcomes) else None


def _conclude(uow: UnitOfWork, ended: Sequence[_Ended]) -> None:
    """Write down when and how attempts were handed in, each with its score once it has one. Says AttemptGraded of those."""
    given = []
    for one in ended:
        _keep_given(uow, one.held, one.outcomes)
        score = one.score
        given.append((one, score, None if score is None else score >= one.held.pass_mark))
    queries.give(uow, [queries.Given(one.held.id, one.at, one.how, score, passed) for one, score, passed in given])
    for (held, outcomes, at, how), score, passed in given:
        if score is None or passed is None:
            continue
        enter_result(uow, held, outcomes, at, how, score, passed)
        if held.retest_of_id is None:  # else a comparison; completion and certificates rest on the quiz it re-checks
            uow.say(AttemptGraded(held.lecture_id, held.enterprise_id, held.id, held.person_id, score, passed, at=uow.now))


def _keep_given(uow: UnitOfWork, held: queries.ToGrade, outcomes: Sequence[queries.Outcome]) -> None:
    """What plug-ins gave is written down once, so that it can be read when they are gone."""
    given = [one for one in outcomes if one.version.body.by and one.share is not None and any(one.chosen) and not one.ruled]
    there = queries.marks_of(uow, held.id) if given else {}
    for outcome in given:
        if outcome.version.id not in there and outcome.share is not None:
            version = outcome.version
            uow.session.add(given_by_plug_in(uow, held.enterprise_id, held.id, version.id, version.body, outcome.share))


def given_by_plug_in(
    uow: UnitOfWork, enterprise_id: UUID, attempt_id: UUID, version_id: UUID, body: rules.Body, share: Fraction
) -> TextMark:
    """What the plug-in of a question gave to an answer, as a mark."""
    return TextMark(
        enterprise_id=enterprise_id, attempt_id=attempt_id, version_id=version_id, percent=int(share * 100),
        marked_by=f"插件 {body.label}"[:80], marked_at=uow.now,
    )  # fmt: skip
