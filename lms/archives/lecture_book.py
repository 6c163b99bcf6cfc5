"""一期一档 as a book: who was asked and came, every mark and what became of it, what was seen, said, told and shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload

from lms.archives.books import Book
from lms.archives.packing import columns
from lms.archives.stored import in_words, leave_words, void_words
from lms.attendance.models import AttendanceEvent, Correction, HandMark, Presence, Trust, Visitor
from lms.attendance.queries import disputes_of
from lms.campaigns.words import theme_names
from lms.core import clock
from lms.core.settings import settings
from lms.core.sheets import Cell, Sheet
from lms.core.uow import UnitOfWork
from lms.credentials.models import Certificate, Completion, CompletionChange, HoursLine
from lms.lectures.models import Attendee, LeaveLine, Lecture, Material, Photo, Sitting
from lms.lectures.queries import changes_of, lecturer_shown
from lms.lectures.rules import Slot
from lms.ledger.queries import dropped_of
from lms.notices.queries import tellings
from lms.quizzes.models import Attempt, Quiz
from lms.registry.models import Person
from lms.supervision.queries import observations_of

ELSEWHERE = "其他"  # of whoever was not on the list
NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
ATTEMPTED = {"person": "手机", "deadline": "手机，到时间自动交卷", "paper": "纸质答卷"}


def certificates_in(uow: UnitOfWork, lecture: Lecture) -> list[tuple[Certificate, str]]:
    """With the department that each holder was in when the list was frozen."""
    rows = uow.session.execute(
        select(Certificate, Attendee.department_name)
        .outerjoin(Attendee, (Attendee.lecture_id == Certificate.lecture_id) & (Attendee.person_id == Certificate.person_id))
        .where(Certificate.lecture_id == lecture.id)
        .order_by(Certificate.serial)
    )
    return [(certificate, department or ELSEWHERE) for certificate, department in rows]


def place_in_archive(certificate: Certificate, department: str) -> str:
    """The name of its file in the archive: a folder for each department. What a file system refuses in a name is left out."""
    return f"certificates/{NOT_IN_NAMES.sub('_', department).strip('. ') or ELSEWHERE}/{certificate.serial}.pdf"


def photos_in(uow: UnitOfWork, lecture: Lecture) -> list[Photo]:
    """Those that stand, as they came in."""
    wanted = select(Photo).where(Photo.lecture_id == lecture.id, Photo.withdrawn_at.is_(None)).order_by(Photo.received_at)
    return list(uow.session.scalars(wanted))


def photo_in_archive(number: int, photo: Photo) -> str:
    """The name of its file in the archive. number: of those that stand, from 1."""
    return f"photos/{number:02}{Path(photo.file_name).suffix.lower()[:6]}"


def lecture_book(uow: UnitOfWork, lecture: Lecture) -> Book:
    """一期一档: the same on paper and as a workbook."""
    certificates = columns("编号 姓名 部门 学时 签发 有效至 撤销或换发 原因 文件 PDF的SHA-256")
    theme = (("主题", theme_names([lecture.theme])[0]),) if lecture.theme else ()
    about = (
        ("单位名称", lecture.enterprise.name), *theme, ("授课人", _lecturer(uow, lecture)),
        ("时间地点", "；".join(map(_held, lecture.sittings))), ("出档时间", clock.moment(uow.now)),
    )  # fmt: skip
    chapters = (
        Sheet("应到与合格", columns("姓名 工号 部门 签到 签退 分钟 可信等级 成绩 合格 依据 学时"), _people(uow, lecture)),
        Sheet("签到记录", columns("姓名 时间 类型 方式 可信等级 登记人 原因 第二人 更正 离线，传到"), _events(uow, lecture)),
        Sheet("讲课人", columns("姓名 时间 步骤 可信等级 依据 登记人 原因"), _seen_lecturing(uow, lecture)),
        Sheet("没有成的更正、作废和撤销", columns("提出人 提出的是 提出时间 原因 经手 时间 结果"), _dropped(uow, lecture)),
        Sheet("外单位人员", columns("姓名 单位 来 走 登记人"), _visitors(uow, lecture)),
        Sheet("考核", columns("姓名 第几次 方式 交卷 成绩 通过"), _attempts(uow, lecture)),
        Sheet("证书", certificates, _issued(uow, lecture)),
        Sheet("认定更正", columns("姓名 时间 经手 变化 原来 现在"), _changes(uow, lecture)),
        Sheet("请假", columns("姓名 登记、取消或没有确认 原因 登记人 时间"), _leave(uow, lecture)),
        Sheet("异议", columns("姓名 时间 说的是 答复 答复人 答复时间"), _disputes(uow, lecture)),
        Sheet("旁听点评", columns("时间 旁听人 事先告知 点评 企业答复"), _observed(uow, lecture)),
        Sheet("计划变更", columns("时间 经手 原来 现在 原因 通知人数"), _plan_changes(uow, lecture)),
        Sheet("通知", columns("时间 标题 人数 已读 已送达 已发出 发送中 未送达"), _told(uow, lecture)),
        Sheet("课件和照片", columns("种类 文件 字节 SHA-256 时间 原件"), _files(uow, lecture)),
    )
    return Book(f"{lecture.year} 年第 {lecture.number} 期 {lecture.title}{void_words(lecture)}", about, chapters, uow.now)


def _held(sitting: Sitting) -> str:
    """When and where a sitting was, or was to be."""
    starts_at, ends_at = sitting.started_at or sitting.planned_starts_at, sitting.ended_at or sitting.planned_ends_at
    plan = "" if sitting.started_at else "（计划，没有开讲）"
    return f"{clock.span(starts_at, ends_at)}，{sitting.place}{plan}"


def _lecturer(uow: UnitOfWork, lecture: Lecture) -> str:
    """Who gave it and whether that was the head; where somebody else was registered, both and why."""
    speaker, shown = lecture.spoken_by or lecture.lecturer, lecturer_shown(uow, lecture)
    head = "主要负责人" if lecture.lecturer_is_head else "不是主要负责人"
    if not shown.differs:
        return f"{speaker.name}（{head}）"
    return f"登记 {lecture.lecturer.name}，实际 {speaker.name}（{head}；{shown.why or '没有写明原因'}）"


def _people(uow: UnitOfWork, lecture: Lecture) -> Iterator[list[Cell]]:
    rows = uow.session.execute(
        select(Attendee.department_name, Person.name, Person.work_no, Presence, Completion)
        .join(Person, Person.id == Attendee.person_id)
        .outerjoin(Presence, (Presence.lecture_id == Attendee.lecture_id) & (Presence.person_id == Attendee.person_id))
        .outerjoin(Completion, (Completion.lecture_id == Attendee.lecture_id) & (Completion.person_id == Attendee.person_id))
        .where(Attendee.lecture_id == lecture.id)
        .order_by(Person.work_no, Person.name, Person.id)
    ).all()
    hours: dict[object, float] = {}
    for person_id, number in uow.session.execute(
        select(HoursLine.person_id, HoursLine.hours).where(HoursLine.lecture_id == lecture.id)
    ):
        hours[person_id] = hours.get(person_id, 0) + float(number)
    for department, name, work_no, there, done in rows:
        yield [
            name, work_no, department, there.first_in_at if there else None, there.last_out_at if there else None,
            there.minutes if there else None, in_words("trust", there.trust if there else None), done.score if done else None,
            ("合格" if done.completed else "未合格") if done else None, "，".join(done.reasons) if done else None,
            hours.get(done.person_id, 0) if done else None,
        ]  # fmt: skip


def _events(uow: UnitOfWork, lecture: Lecture) -> Iterator[list[Cell]]:
    struck = aliased(Correction)
    rows = uow.session.execute(
        select(AttendanceEvent, Person.name, HandMark, struck.reason)
        .join(Person, Person.id == AttendanceEvent.person_id)
        .outerjoin(HandMark, HandMark.event_id == AttendanceEvent.id)
        .outerjoin(struck, struck.event_id == AttendanceEvent.id)
        .where(AttendanceEvent.lecture_id == lecture.id)
        .options(joinedload(AttendanceEvent.held))
        .order_by(AttendanceEvent.scanned_at, AttendanceEvent.id)
    )
    for event, name, by_hand, why in rows:
        pending = by_hand is not None and by_hand.pending and why is None
        second = "待第二人确认，还不算" if pending else by_hand.confirmed_by if by_hand else None
        yield [
            name, event.scanned_at, in_words("mark", event.mark), in_words("method", event.method),
            in_words("trust", event.trust), event.entered_by, event.reason, second, why,
            event.arrived_at if event.was_offline or event.trust is Trust.OFFLINE else None,
        ]  # fmt: skip


def _seen_lecturing(uow: UnitOfWork, lecture: Lecture) -> Iterator[list[Cell]]:
    for line in lecturer_shown(uow, lecture).lines:
        mark, how = line.mark, in_words("witness", line.mark.witness)
        yield [
            mark.person.name,
            mark.at,
            in_words("step", mark.step),
            in_words("trust", line.trust),
            how,
            mark.told_by,
            mark.reason,
        ]


def _dropped(uow: UnitOfWork, lecture: Lecture) -> Iterator[list[Cell]]:
    for one in dropped_of(uow, lecture.id):
        what = "作废这堂课"
        if one.moved_to:
            what = f"{in_words('step', one.about['step'])}改为 {clock.moment(one.moved_to)}"
        elif serial := one.about.get("serial"):
            what = f"撤销证书 {serial}"
        result = "撤回" if one.withdrawn else "没有同意"
        yield [one.proposed_by, what, one.proposed_at, one.reason, one.dropped_by, one.dropped_at, result]


def _visitors(uow: UnitOfWork, lecture: Lecture) -> Iterator[list[Cell]]:
    wanted = select(Visitor).where(Visitor.lecture_id == lecture.id).order_by(Visitor.came_at, Visitor.id)
    for one in uow.session.scalars(wanted):
        yield [one.name, one.company, one.came_at, one.left_at, one.entered_by or "本人"]


def _leave(uow: UnitOfWork, lecture: Lecture) -> Iterator[list[Cell]]:
    wanted = select(LeaveLine, Person.name).join(Person, Person.id == LeaveLine.person_id)
    for one, name in uow.session.execute(wanted.where(LeaveLine.lecture_id == lecture.id).order_by(LeaveLine.id)):
        yield [name, leave_words(one), one.reason, one.signed_by, one.signed_at]


def _disputes(uow: UnitOfWork, lecture: Lecture) -> Iterator[list[Cell]]:
    for one, name in disputes_of(uow, lecture.id):
        yield [name, one.raised_at, one.text, one.answer or "还没有答复", one.answered_by, one.answered_at]


def _observed(uow: UnitOfWork, lecture: Lecture) -> Iterator[list[Cell]]:
    for seen in observations_of(uow, lecture.id):
        said = "；".join(f"{one.said_by}：{one.text}" for one in seen.replies)
        for one in (*seen.earlier, seen.observation):
            remark = one.remark if one is seen.observation else f"{one.remark}（后来改写）"
            told = said if one is seen.observation else None
            yield [one.submitted_at, one.officer, "是" if one.announced else "否", remark, told]


def _plan_changes(uow: UnitOfWork, lecture: Lecture) -> Iterator[list[Cell]]:
    for one in changes_of(uow, lecture.id):
        before, after = ["；".join(map(_slot, slots)) for slots in (one.before, one.after)]
        levels = one.levels and tuple(in_words("level", level) for level in one.levels)
        for pair in (one.lecturers, one.titles, one.themes, levels):
            if pair:
                before, after = f"{before}；{pair[0] or '不指定'}", f"{after}；{pair[1] or '不指定'}"
        change = one.change
        yield [change.changed_at, change.changed_by, before, after or "取消", change.reason, change.told]


def _slot(slot: Slot) -> str:
    return f"{clock.span(slot.starts_at, slot.ends_at)}，{slot.place}"


def _attempts(uow: UnitOfWork, lecture: Lecture) -> Iterator[list[Cell]]:
    rows = uow.session.execute(
        select(Attempt, Person.name)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Person, Person.id == Attempt.person_id)
        .where(Quiz.lecture_id == lecture.id)
        .order_by(Person.name, Attempt.person_id, Attempt.number)
    )
    for attempt, name in rows:
        how = ATTEMPTED.get(attempt.submitted_how or "", "")
        yield [name, attempt.number, how, attempt.submitted_at, attempt.score, "是" if attempt.passed else "否"]


def _issued(uow: UnitOfWork, lecture: Lecture) -> Iterator[list[Cell]]:
    for row, department in certificates_in(uow, lecture):
        yield [
            row.serial, row.data["holder_name"], department, row.data["hours"], row.issued_at, row.valid_until,
            row.revoked_at or row.superseded_at, row.revoked_reason or row.superseded_reason,
            None if row.erased_at else place_in_archive(row, department),
            row.pdf_sha256,
        ]  # fmt: skip


def _changes(uow: UnitOfWork, lecture: Lecture) -> Iterator[list[Cell]]:
    rows = uow.session.execute(
        select(CompletionChange, Person.name)
        .join(Person, Person.id == CompletionChange.person_id)
        .where(CompletionChange.lecture_id == lecture.id)
        .order_by(CompletionChange.changed_at, CompletionChange.id)
    )
    for change, name in rows:
        yield [
            name,
            change.changed_at,
            change.changed_by,
            *("，".join(part) for part in (change.said, change.before, change.after)),
        ]


def _told(uow: UnitOfWork, lecture: Lecture) -> Iterator[list[Cell]]:
    for one in tellings(uow, lecture.id, limit=1_000):
        on_channels = [one.delivered, one.sent, one.waiting, one.lost] if one.outside else [""] * 4
        yield [one.sent_at, one.title, one.people, one.read, *on_channels]


def _files(uow: UnitOfWork, lecture: Lecture) -> Iterator[list[Cell]]:
    for file in uow.session.scalars(select(Material).where(Material.lecture_id == lecture.id).order_by(Material.added_at)):
        place = f"不在包里，在 {settings().base_url}/materials/{file.id}，按 SHA-256 核对"
        yield ["课件", file.file_name, file.size, file.sha256, file.added_at, place]
    for number, photo in enumerate(photos_in(uow, lecture), 1):
        taken_at = photo.taken_at or photo.received_at
        yield ["照片", photo.file_name, photo.size, photo.sha256, taken_at, photo_in_archive(number, photo)]
