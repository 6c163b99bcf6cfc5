"""一期一档 as a file: everything of one lecture with a signed manifest, which a script inside checks anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select, union_all
from sqlalchemy.orm import aliased

from lms.archives.books import Book, book_xlsx
from lms.archives.packing import columns, packed
from lms.archives.stored import in_words
from lms.attendance.models import AttendanceEvent, Correction, Presence, Visitor
from lms.core import clock
from lms.core.sheets import Cell, Sheet
from lms.core.uow import UnitOfWork
from lms.credentials.models import Certificate, Completion, CompletionChange, HoursLine
from lms.lectures.models import Attendee, LeaveLine, Lecture, Material, Photo, PhotoMatch
from lms.lectures.queries import lecturer_shown
from lms.notices.queries import tellings
from lms.quizzes.models import Attempt, Quiz
from lms.registry.models import Person

FORMAT = "anke-lecture-1"
ELSEWHERE = "其他"  # of whoever was not on the list
ID = re.compile(r'"([0-9a-f-]{36})"')  # as a fact tells it
NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
ATTEMPTED = {"person": "手机", "deadline": "手机，到时间自动交卷", "paper": "纸质答卷"}


def lecture_package(uow: UnitOfWork, lecture: Lecture) -> BinaryIO:
    """The archive of a lecture as an open file on disk, with its certificates and photos.

    Materials are in it by their hash: their bytes stay where they are kept.
    """
    subject = {"id": lecture.id, "title": lecture.title, "year": lecture.year, "number": lecture.number}
    own = _own(uow, lecture)
    return packed(
        uow,
        lecture.enterprise_id,
        {"format": FORMAT, "lecture": subject},
        book_xlsx(lecture_book(uow, lecture)),
        _kept(uow, lecture),
        lambda entry: entry.fact is not None and not own.isdisjoint((str(entry.subject_id), *ID.findall(entry.fact))),
    )


def _own(uow: UnitOfWork, lecture: Lecture) -> set[str]:
    """The ids of what belongs to a lecture, by which its chain speaks of it: what was corrected names the mark or the attempt."""
    photos = select(Photo.id).where(Photo.lecture_id == lecture.id)
    rows = union_all(
        select(AttendanceEvent.id).where(AttendanceEvent.lecture_id == lecture.id),
        select(Visitor.id).where(Visitor.lecture_id == lecture.id),
        select(Attempt.id).join(Quiz, Quiz.id == Attempt.quiz_id).where(Quiz.lecture_id == lecture.id),
        select(Certificate.id).where(Certificate.lecture_id == lecture.id),
        photos,
        select(PhotoMatch.id).where(PhotoMatch.photo_id.in_(photos) | PhotoMatch.earlier_id.in_(photos)),
    )
    return {str(lecture.id), *map(str, uow.session.scalars(rows))}


def _kept(uow: UnitOfWork, lecture: Lecture) -> Iterator[tuple[str, str]]:
    for certificate, department in _certificates(uow, lecture):
        if certificate.erased_at is None:
            yield _place(certificate, department), certificate.pdf_sha256
    for number, photo in enumerate(_photos(uow, lecture), 1):
        yield f"photos/{number:02}{Path(photo.file_name).suffix.lower()[:6]}", photo.sha256


def _certificates(uow: UnitOfWork, lecture: Lecture) -> list[tuple[Certificate, str]]:
    """With the department that each holder was in when the list was frozen."""
    rows = uow.session.execute(
        select(Certificate, Attendee.department_name)
        .outerjoin(Attendee, (Attendee.lecture_id == Certificate.lecture_id) & (Attendee.person_id == Certificate.person_id))
        .where(Certificate.lecture_id == lecture.id)
        .order_by(Certificate.serial)
    )
    return [(certificate, department or ELSEWHERE) for certificate, department in rows]


def _place(certificate: Certificate, department: str) -> str:
    """The name of its file in the archive: a folder for each department. What a file system refuses in a name is left out."""
    return f"certificates/{NOT_IN_NAMES.sub('_', department).strip('. ') or ELSEWHERE}/{certificate.serial}.pdf"


def _photos(uow: UnitOfWork, lecture: Lecture) -> list[Photo]:
    wanted = select(Photo).where(Photo.lecture_id == lecture.id, Photo.withdrawn_at.is_(None)).order_by(Photo.received_at)
    return list(uow.session.scalars(wanted))


def lecture_book(uow: UnitOfWork, lecture: Lecture) -> Book:
    """一期一档: the same on paper and as a workbook."""
    sitting, certificates = lecture.sitting, columns("编号 姓名 部门 学时 签发 有效至 撤销或换发 原因 文件 PDF的SHA-256")
    when = clock.local(sitting.started_at or sitting.planned_starts_at)
    about = (
        ("单位名称", lecture.enterprise.name), ("授课人", _lecturer(uow, lecture)),
        ("时间地点", f"{when:%Y-%m-%d %H:%M}，{sitting.place}"), ("出档时间", f"{clock.local(uow.now):%Y-%m-%d %H:%M}"),
    )  # fmt: skip
    chapters = (
        Sheet("应到与合格", columns("姓名 工号 部门 签到 签退 分钟 可信等级 成绩 合格 依据 学时"), _people(uow, lecture)),
        Sheet("签到记录", columns("姓名 时间 类型 方式 可信等级 登记人 原因 更正"), _events(uow, lecture)),
        Sheet("请假", columns("姓名 登记还是取消 原因 登记人 时间"), _leave(uow, lecture)),
        Sheet("考核", columns("姓名 第几次 方式 交卷 成绩 通过"), _attempts(uow, lecture)),
        Sheet("证书", certificates, _issued(uow, lecture)),
        Sheet("认定更正", columns("姓名 时间 经手 变化 原来 现在"), _changes(uow, lecture)),
        Sheet("通知", columns("时间 标题 人数 已读"), _told(uow, lecture)),
        Sheet("课件和照片", columns("种类 文件 字节 SHA-256 时间"), _files(uow, lecture)),
    )
    return Book(f"{lecture.year} 年第 {lecture.number} 期 {lecture.title}", about, chapters, uow.now)


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
        select(AttendanceEvent, Person.name, struck.reason)
        .join(Person, Person.id == AttendanceEvent.person_id)
        .outerjoin(struck, struck.event_id == AttendanceEvent.id)
        .where(AttendanceEvent.lecture_id == lecture.id)
        .order_by(AttendanceEvent.scanned_at, AttendanceEvent.id)
    )
    for event, name, why in rows:
        yield [
            name, event.scanned_at, in_words("mark", event.mark), in_words("method", event.method),
            in_words("trust", event.trust), event.entered_by, event.reason, why,
        ]  # fmt: skip


def _leave(uow: UnitOfWork, lecture: Lecture) -> Iterator[list[Cell]]:
    lines = select(LeaveLine, Person.name).join(Person, Person.id == LeaveLine.person_id)
    for line, name in uow.session.execute(lines.where(LeaveLine.lecture_id == lecture.id).order_by(LeaveLine.id)):
        yield [name, "登记" if line.given else "取消", line.reason, line.signed_by, line.signed_at]


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
    for row, department in _certificates(uow, lecture):
        yield [
            row.serial, row.data["holder_name"], department, row.data["hours"], row.issued_at, row.valid_until,
            row.revoked_at or row.superseded_at, row.revoked_reason or row.superseded_reason,
            None if row.erased_at else _place(row, department),
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
        yield [one.sent_at, one.title, one.people, one.read]


def _files(uow: UnitOfWork, lecture: Lecture) -> Iterator[list[Cell]]:
    for file in uow.session.scalars(select(Material).where(Material.lecture_id == lecture.id).order_by(Material.added_at)):
        yield ["课件", file.file_name, file.size, file.sha256, file.added_at]
    for photo in _photos(uow, lecture):
        yield ["照片", photo.file_name, photo.size, photo.sha256, photo.taken_at or photo.received_at]
