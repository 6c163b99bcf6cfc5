"""A person's copy of everything that is kept about them (个人信息副本): a workbook, the same as JSON, and their certificates."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any

from sqlalchemy import select

from lms.archives.packing import columns
from lms.archives.stored import in_words, leave_words
from lms.attendance.models import AttendanceEvent, Presence
from lms.core import clock
from lms.core.sheets import Cell, Sheet, xlsx
from lms.core.uow import UnitOfWork
from lms.credentials.models import Certificate, EnteredTraining, HoursLine
from lms.credentials.queries import certificates_of, frozen
from lms.lectures.models import LeaveLine, Lecture
from lms.notices.models import Notice
from lms.quizzes.models import Attempt, Quiz
from lms.registry.models import Department, Enterprise, Person, PersonPost
from lms.registry.privacy.queries import requests_of
from lms.registry.queries import views_of_person

WORKBOOK, FACTS = "我的个人信息.xlsx", "我的个人信息.json"
Rows = list[list[Cell]]


def parts_of(uow: UnitOfWork, person: Person) -> int:
    """How many parts a copy is made of: the sheets together, and each certificate."""
    return 1 + len(certificates_of(uow, person.id))


def copy_of(uow: UnitOfWork, person: Person, tell: Callable[[], None] = lambda: None) -> bytes:
    """The copy as a ZIP. tell: called after each part."""
    told = {name: (headings, rows) for name, headings, rows in _sections(uow, person)}
    sheets = [Sheet(name, columns(headings), rows) for name, (headings, rows) in told.items()]
    facts = {
        name: [dict(zip(headings.split(), map(_plain, row), strict=True)) for row in rows]
        for name, (headings, rows) in told.items()
    }
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(WORKBOOK, xlsx(sheets, title=f"{person.name}的个人信息", author="安课", created_at=uow.now))
        package.writestr(FACTS, json.dumps(facts, ensure_ascii=False, indent=1))
        tell()
        for certificate in certificates_of(uow, person.id):
            if certificate.erased_at is None:
                package.writestr(f"培训证明/{certificate.serial}.pdf", frozen(certificate))
            tell()
    return made.getvalue()


def _sections(uow: UnitOfWork, person: Person) -> Iterator[tuple[str, str, Rows]]:
    firm = uow.session.get_one(Enterprise, person.enterprise_id)
    yield (
        "基本信息",
        "单位 姓名 工号 性别 手机号 身份证号 邮箱 企业微信 钉钉 入职 离开",
        [[firm.name, person.name, person.work_no, person.sex, person.phone, person.id_number, person.email, person.wecom_id,
          person.dingtalk_id, person.hired_on, person.left_on]],
    )  # fmt: skip
    posts = select(PersonPost, Department.name).outerjoin(Department, Department.id == PersonPost.department_id)
    rows = _of(uow, posts, PersonPost, PersonPost.starts_on, person)
    yield "部门岗位", "起 止 部门 岗位 人员类别 用工形式", [
        [one.starts_on, one.ends_on, name, one.post, one.category, one.relation] for one, name in rows
    ]  # fmt: skip
    titled = (Lecture.title, Lecture.year, Lecture.number)
    events = select(AttendanceEvent, *titled).join(Lecture, Lecture.id == AttendanceEvent.lecture_id)
    yield "签到记录", "讲课 年 期 时间 类型 方式 可信等级 登记人 原因", [
        [title, year, number, one.scanned_at, in_words("mark", one.mark), in_words("method", one.method),
         in_words("trust", one.trust), one.entered_by, one.reason]
        for one, title, year, number in _of(uow, events, AttendanceEvent, AttendanceEvent.scanned_at, person)
    ]  # fmt: skip
    leave = select(LeaveLine, *titled).join(Lecture, Lecture.id == LeaveLine.lecture_id)
    yield "请假", "讲课 年 期 登记、取消或没有确认 原因 登记人 时间", [
        [title, year, number, leave_words(one), one.reason, one.signed_by, one.signed_at]
        for one, title, year, number in _of(uow, leave, LeaveLine, LeaveLine.id, person)
    ]  # fmt: skip
    presence = select(Presence, *titled).join(Lecture, Lecture.id == Presence.lecture_id)
    yield "到课", "讲课 年 期 情况 签到 签退 分钟", [
        [title, year, number, in_words("status", one.status), one.first_in_at, one.last_out_at, one.minutes]
        for one, title, year, number in _of(uow, presence, Presence, Presence.settled_at, person)
    ]  # fmt: skip
    tries = select(Attempt, *titled).join(Quiz, Quiz.id == Attempt.quiz_id).join(Lecture, Lecture.id == Quiz.lecture_id)
    yield "考核", "讲课 年 期 第几次 开始 交卷 成绩 通过", [
        [title, year, number, one.number, one.started_at, one.submitted_at, one.score, _yes(one.passed)]
        for one, title, year, number in _of(uow, tries, Attempt, Attempt.started_at, person)
    ]  # fmt: skip
    lines = select(HoursLine, Lecture.title).outerjoin(Lecture, Lecture.id == HoursLine.lecture_id)
    yield "学时明细", "日期 讲课 类型 学时 可信等级 依据", [
        [one.earned_on, title, in_words("hours", one.kind), one.hours, in_words("trust", one.trust), one.reason]
        for one, title in _of(uow, lines, HoursLine, HoursLine.recorded_at, person)
    ]  # fmt: skip
    yield "证书", "编号 讲课 签发 有效至 撤销或换发", [
        [row.serial, row.data.get("lecture_title"), row.issued_at, row.valid_until, row.revoked_at or row.superseded_at]
        for (row,) in _of(uow, select(Certificate), Certificate, Certificate.issued_at, person)
    ]  # fmt: skip
    yield "外部培训和补录", "标题 培训单位 开始 结束 学时 登记人 登记时间", [
        [row.title, row.organizer, row.starts_on, row.ends_on, row.hours, row.entered_by, row.entered_at]
        for (row,) in _of(uow, select(EnteredTraining), EnteredTraining, EnteredTraining.entered_at, person)
    ]  # fmt: skip
    yield "通知", "时间 标题 内容 看过", [
        [row.sent_at, row.title, row.body, row.read_at] for (row,) in _of(uow, select(Notice), Notice, Notice.sent_at, person)
    ]  # fmt: skip
    yield (
        "谁看过完整号码",
        "时间 谁 看了什么",
        [[row.viewed_at, row.viewer, in_words("field", row.field)] for row in views_of_person(uow, person)],
    )
    yield "申请", "时间 种类 内容 结果 答复", [
        [row.asked_at, in_words("asked", row.kind), row.text, row.answer, row.answered_at] for row in requests_of(uow, person.id)
    ]  # fmt: skip


def _of(uow: UnitOfWork, wanted: Any, table: Any, order: Any, person: Person) -> Any:
    return uow.session.execute(wanted.where(table.person_id == person.id).order_by(order)).all()


def _yes(value: bool | None) -> str | None:
    return None if value is None else "是" if value else "否"


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return clock.local(cell).isoformat(timespec="seconds")
    return (
        cell if cell is None or isinstance(cell, (str, int, float)) else cell.isoformat() if isinstance(cell, date) else str(cell)
    )
