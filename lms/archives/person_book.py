"""一人一档 as a book: what each cycle asked and gave, every line of hours with what it rests on, results, certificates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from lms.archives import queries
from lms.archives.books import Book
from lms.archives.packing import columns
from lms.archives.stored import in_words, leave_words, void_words
from lms.attendance.models import Dispute, Presence
from lms.core import clock
from lms.core.sheets import Cell, Sheet
from lms.core.uow import UnitOfWork
from lms.credentials.models import EnteredTraining
from lms.credentials.queries import certificates_of, hours_lines_of
from lms.lectures.models import LeaveLine, Lecture
from lms.quizzes.models import Attempt, Quiz
from lms.registry.models import Department, Person, PersonPost
from lms.registry.words import hide


def person_book(uow: UnitOfWork, person: Person) -> Book:
    """What somebody was taught, and what it rests on; the ID number is hidden but for its ends."""
    about = (
        ("姓名", person.name), ("单位、部门、工号", " · ".join(queries.place_of(uow, person))), ("性别", person.sex or ""),
        ("身份证号", hide(person.id_number, 4, 4) if person.id_number else ""),
        ("入职", person.hired_on.isoformat() if person.hired_on else ""),
        ("离开", person.left_on.isoformat() if person.left_on else ""),
        ("出档时间", clock.moment(uow.now)), ("出档人", uow.actor.name),
    )  # fmt: skip
    chapters = (
        Sheet("岗位", columns("起 止 部门 岗位 人员类别 用工形式"), _posts(uow, person)),
        Sheet("学时周期", columns("起 止 人员类别 要求 已记 依据"), _cycles(uow, person)),
        Sheet("学时明细", columns("日期 标题 类型 学时 三级教育 可信等级 依据 口径"), _lines(uow, person)),
        Sheet("外部培训和补录", columns("标题 培训单位 开始 结束 学时 三级教育 审核人"), _entered(uow, person)),
        Sheet("到课", columns("标题 签到 签退 分钟 可信等级"), _there(uow, person)),
        Sheet("请假", columns("标题 登记、取消或没有确认 原因 登记人 时间"), _leave(uow, person)),
        Sheet("异议", columns("标题 时间 说的是 答复 答复人"), _disputes(uow, person)),
        Sheet("考核", columns("标题 第几次 交卷 成绩 通过"), _tried(uow, person)),
        Sheet("证书", columns("编号 标题 签发 有效至 撤销或换发 原因"), _certificates(uow, person)),
    )
    return Book(f"{person.name} 一人一档", about, chapters, uow.now)


def _posts(uow: UnitOfWork, person: Person) -> Iterator[list[Cell]]:
    wanted = select(PersonPost, Department.name).outerjoin(Department, Department.id == PersonPost.department_id)
    for one, department in uow.session.execute(wanted.where(PersonPost.person_id == person.id).order_by(PersonPost.starts_on)):
        yield [one.starts_on, one.ends_on, department, one.post, one.category, one.relation]


def _cycles(uow: UnitOfWork, person: Person) -> Iterator[list[Cell]]:
    for cycle, earned in queries.cycles_with_hours(uow, person):
        required: Cell = cycle.required if cycle.required is not None else "规章没有写明"
        yield [cycle.starts_on, cycle.ends_on, cycle.category, required, earned, cycle.article]


def _lines(uow: UnitOfWork, person: Person) -> Iterator[list[Cell]]:
    for line in reversed(hours_lines_of(uow, person.id)):
        title = line.lecture.title if line.lecture else line.training.title if line.training else ""
        kind, trust = in_words("hours", line.kind), in_words("trust", line.trust)
        yield [line.earned_on, title, kind, line.hours, line.level_given, trust, line.reason, line.rule]


def _entered(uow: UnitOfWork, person: Person) -> Iterator[list[Cell]]:
    wanted = select(EnteredTraining).where(EnteredTraining.person_id == person.id).order_by(EnteredTraining.starts_on)
    for one in uow.session.scalars(wanted):
        if one.counts:
            yield [one.title, one.organizer, one.starts_on, one.ends_on, one.hours, one.level, one.checked_by]


def _there(uow: UnitOfWork, person: Person) -> Iterator[list[Cell]]:
    wanted = select(Presence, Lecture).join(Lecture, Lecture.id == Presence.lecture_id)
    for one, lecture in _of(uow, wanted, Presence, person):
        if one.trust is not None:
            yield [_title(lecture), one.first_in_at, one.last_out_at, one.minutes, in_words("trust", one.trust)]


def _leave(uow: UnitOfWork, person: Person) -> Iterator[list[Cell]]:
    for one, lecture in _of(uow, select(LeaveLine, Lecture).join(Lecture, Lecture.id == LeaveLine.lecture_id), LeaveLine, person):
        yield [_title(lecture), leave_words(one), one.reason, one.signed_by, one.signed_at]


def _disputes(uow: UnitOfWork, person: Person) -> Iterator[list[Cell]]:
    for one, lecture in _of(uow, select(Dispute, Lecture).join(Lecture, Lecture.id == Dispute.lecture_id), Dispute, person):
        yield [_title(lecture), one.raised_at, one.text, one.answer or "还没有答复", one.answered_by]


def _tried(uow: UnitOfWork, person: Person) -> Iterator[list[Cell]]:
    wanted = select(Attempt, Lecture).join(Quiz, Quiz.id == Attempt.quiz_id).join(Lecture, Lecture.id == Quiz.lecture_id)
    for one, lecture in _of(uow, wanted, Attempt, person):
        if one.submitted_at is not None:
            yield [_title(lecture), one.number, one.submitted_at, one.score, {True: "是", False: "否"}.get(one.passed)]


def _title(lecture: Lecture) -> str:
    return f"{lecture.title}{void_words(lecture)}"


def _certificates(uow: UnitOfWork, person: Person) -> Iterator[list[Cell]]:
    for one in certificates_of(uow, person.id):
        ended, why = one.revoked_at or one.superseded_at, one.revoked_reason or one.superseded_reason
        yield [one.serial, one.data.get("lecture_title"), one.issued_at, one.valid_until, ended, why]


def _of(uow: UnitOfWork, wanted: Any, table: Any, person: Person) -> Any:
    return uow.session.execute(wanted.where(table.person_id == person.id).order_by(table.id))
