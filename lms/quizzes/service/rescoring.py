"""An attempt that has a score gets another one, because what it rests on was put right."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.notices.service import tell
from lms.quizzes import queries, rules
from lms.quizzes.events import ScoresChanged
from lms.quizzes.models import Attempt
from lms.quizzes.service.chain import enter_changed


class OwnPaper(Conflict):
    code = "answer-own-paper"
    sentence = _l("这是您自己的答卷，不能自己录入、评分或更正。请另一位培训管理员来做。")


def check_not_own(uow: UnitOfWork, person_id: UUID) -> None:
    """Nobody says what stands on the own paper, or what it is worth. Raises OwnPaper."""
    if uow.actor.is_person(person_id):
        raise OwnPaper


def rescore(uow: UnitOfWork, attempt: Attempt) -> None:
    """Give an attempt that has a score the one that its answers and marks come to now; any other gets none."""
    uow.session.flush()
    if attempt.score is None:
        return
    shares = queries.shares_of(uow, [attempt])[attempt.id]
    attempt.score = rules.score(rules.Marked(share, points) for share, points in shares if share is not None)
    attempt.passed = attempt.score >= attempt.quiz.pass_mark
    uow.session.flush()


def tell_rescored(uow: UnitOfWork, attempt: Attempt, before: int | None, wrong: str, reason: str, kind: str) -> None:
    """Enter an attempt anew; where its score is another one, hours, certificates and standings follow, and its person is told.

    before: the score it had. wrong: what was, in a word for anybody. kind: of the message. Says ScoresChanged.
    """
    enter_changed(uow, [attempt])
    if before == attempt.score:
        return
    quiz, who = attempt.quiz, (attempt.person_id,)
    if quiz.retest_of_id is None:  # else a comparison; completion and certificates rest on the quiz it re-checks
        uow.say(ScoresChanged(quiz.lecture_id, quiz.enterprise_id, who, f"{wrong}，已更正（{reason}）", at=uow.now))
    verdict = "合格" if attempt.passed else "未合格"
    tell(
        uow, quiz.enterprise_id, who, title=f"成绩更正：{quiz.lecture.title}", link=f"/quiz/{attempt.id}/result",
        body=f"{wrong}了，由 {before} 分更正为 {attempt.score} 分，{verdict}。原因：{reason}。", kind=kind,
        about_id=quiz.lecture_id,
    )  # fmt: skip
