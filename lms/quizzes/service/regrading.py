"""A key was wrong: what an enterprise decides about its question reaches everybody who was asked it (重评)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.ledger.service import Fact, append, witnesses
from lms.notices.service import tell
from lms.quizzes import queries
from lms.quizzes.events import ScoresChanged
from lms.quizzes.models import Attempt, Question, Regrade, ScoreChange
from lms.quizzes.service.attempts import conclude_each
from lms.quizzes.service.chain import enter_changed

REGRADED = "quiz.regraded"


class NothingToCorrect(Conflict):
    code = "regrade-no-key"
    sentence = _l("没有可以更正的旧答案：请先在题库里把这道题的答案改对，再来重评。改过选项的题不能按新答案重评，可以作废。")


class SeenOtherwise(Conflict):
    code = "regrade-seen-otherwise"
    sentence = _l("您看过以后，成绩或证书又有变化，没有重评。请再看一遍下面的名单。")


def regrade(uow: UnitOfWork, question: Question, how: str, enterprise_id: UUID, *, reason: str, seen: str) -> Regrade:
    """Give every attempt that was asked this question the score it has by the right key, or without the question.

    how: queries.KEY, the key of the newest wording, or queries.VOID. reason: for everybody, it stands on certificates too.
    seen: the digest of what was looked at. Attempts not graded yet get their score by it later; at once where they waited for a
    text of this question alone. Hours, certificates and standings follow in this transaction; nothing that was there is
    overwritten but the score itself, and that stays readable as a ScoreChange. Raises NothingToCorrect, SeenOtherwise. Says
    ScoresChanged for each lecture.
    """
    found = queries.foresee(uow, question, how, enterprise_id, hold=True)
    if not found.versions:
        raise NothingToCorrect
    if found.digest != seen:
        raise SeenOtherwise
    row = Regrade(
        enterprise_id=enterprise_id, question_id=question.id, up_to=found.up_to, key_id=found.key.id if found.key else None,
        reason=reason, decided_by=uow.actor.name, decided_key=uow.actor.key, decided_at=uow.now,
    )  # fmt: skip
    for line in found.lines:
        for new in line.scores:
            attempt = new.attempt
            row.changes.append(
                ScoreChange(
                    enterprise_id=enterprise_id, attempt_id=attempt.id, score_before=attempt.score,
                    passed_before=bool(attempt.passed), score=new.score, passed=new.passed,
                )
            )  # fmt: skip
            attempt.score, attempt.passed = new.score, new.passed
    uow.session.add(row)
    uow.session.flush()
    append(uow, enterprise_id, REGRADED, row.id, _fact(row))
    enter_changed(uow, [new.attempt for line in found.lines for new in line.scores])
    # What waits for a person waits for no key.
    waited = [attempt for attempt in found.pending if attempt.submitted_at is not None] if how == queries.VOID else []
    concluded = conclude_each(uow, waited)
    by_lecture: dict[UUID, list[UUID]] = defaultdict(list)
    for line in found.lines:
        if not line.retest:
            by_lecture[line.lecture.id].append(line.person_id)
    for lecture_id, person_ids in by_lecture.items():
        uow.say(ScoresChanged(lecture_id, enterprise_id, tuple(person_ids), f"重评（{reason}）", at=uow.now))
    _tell(uow, enterprise_id, found, concluded, reason)
    return row


def _tell(uow: UnitOfWork, enterprise_id: UUID, found: queries.Foreseen, concluded: Sequence[Attempt], reason: str) -> None:
    """Everybody whose score is another one, and who has one by it; who gets the same words gets them in one go."""
    readers: dict[tuple[UUID, str, str], list[UUID]] = defaultdict(list)
    for line in found.lines:
        scores = "，".join(f"第 {new.attempt.number} 次改为 {new.score} 分" for new in line.scores)
        words = f"{scores}，{'合格' if line.passed else '未合格'}。原因：{reason}。"
        readers[line.lecture.id, f"成绩更正：{line.lecture.title}", words].append(line.person_id)
    for attempt in concluded:
        lecture, verdict = attempt.quiz.lecture, "合格" if attempt.passed else "未合格"
        words = f"第 {attempt.number} 次 {attempt.score} 分，{verdict}。等评分的一道题作废了，不用再等。原因：{reason}。"
        readers[lecture.id, f"成绩出来了：{lecture.title}", words].append(attempt.person_id)
    for (lecture_id, title, words), person_ids in readers.items():
        tell(
            uow, enterprise_id, person_ids, title=title, body=words, link=f"/lectures/{lecture_id}", kind=REGRADED,
            about_id=lecture_id,
        )  # fmt: skip


@witnesses(REGRADED)
def regraded(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every regrade of an enterprise as the tables have it."""
    wanted = select(Regrade).where(Regrade.enterprise_id == enterprise_id).options(joinedload(Regrade.changes))
    for row in uow.session.scalars(wanted).unique():
        yield row.id, _fact(row)


def _fact(row: Regrade) -> Fact:
    return {
        "question": row.question_id, "up_to": row.up_to, "key": row.key_id, "reason": row.reason, "decided_by": row.decided_key,
        "decided_at": row.decided_at,
        "scores": [
            [one.attempt_id, one.score_before, one.passed_before, one.score, one.passed]
            for one in sorted(row.changes, key=lambda change: change.attempt_id)
        ],
    }  # fmt: skip
