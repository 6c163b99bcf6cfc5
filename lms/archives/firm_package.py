"""一企一档 as a file: lectures, hours and certificates of an enterprise over some years, signed and checked like a lecture's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from sqlalchemy import select

from lms.archives.packing import columns, packed
from lms.archives.queries import counted, hours_of_enterprise
from lms.core.sheets import Cell, Sheet, xlsx
from lms.core.uow import UnitOfWork
from lms.credentials.models import Certificate, EnteredTraining, HoursLine
from lms.lectures.models import Lecture, LectureState
from lms.registry.models import Enterprise, Person

FORMAT = "anke-enterprise-1"
YEARS = 3  # what an inspection asks for


def enterprise_package(uow: UnitOfWork, enterprise: Enterprise, years: int = YEARS) -> BinaryIO:
    """The archive of an enterprise for this calendar year and those before it, as an open file on disk.

    Certificates are in it by number and hash; each lecture has an archive of its own with their PDFs.
    """
    years_of = [uow.today.year - n for n in reversed(range(years))]
    index = _index(uow, enterprise, years_of)
    return packed(uow, enterprise.id, {"format": FORMAT, "years": years_of}, index, (), lambda _entry: False)


def _index(uow: UnitOfWork, enterprise: Enterprise, years: list[int]) -> bytes:
    title = f"{enterprise.name}（{enterprise.uscc}）{years[0]}–{years[-1]} 年一企一档"
    sheets = [
        Sheet("讲课", columns("年 期 标题 时间 状态 应到 合格 证书"), _lectures(uow, enterprise, years), (title,)),
        Sheet("学时", columns("年 姓名 工号 部门 人员类别 要求 已记 其中现场 还差 依据"), _hours(uow, enterprise, years)),
        Sheet("学时明细", columns("姓名 日期 类型 学时 可信等级 口径 依据 记入时间"), _lines(uow, enterprise, years)),
        Sheet("证书", columns("编号 姓名 讲课 签发 有效至 撤销或换发 原因 PDF的SHA-256"), _certificates(uow, enterprise, years)),
        Sheet(
            "外部培训和补录",
            columns("姓名 来源 标题 培训单位 开始 结束 学时 登记人 审核人 结果"),
            _entered(uow, enterprise, years),
        ),
    ]
    return xlsx(sheets, title=title, author="安课", created_at=uow.now)


def _lectures(uow: UnitOfWork, enterprise: Enterprise, years: list[int]) -> Iterator[list[Cell]]:
    wanted = select(Lecture).where(Lecture.enterprise_id == enterprise.id, Lecture.year.in_(years))
    lectures = uow.session.scalars(wanted.where(Lecture.state != LectureState.DRAFT).order_by(Lecture.year, Lecture.number)).all()
    for held in counted(uow, lectures):
        one = held.lecture
        when = one.sitting.started_at or one.sitting.planned_starts_at
        yield [one.year, one.number, one.title, when, one.state.value, held.expected, held.completed, held.certificates]


def _hours(uow: UnitOfWork, enterprise: Enterprise, years: list[int]) -> Iterator[list[Cell]]:
    for year in years:
        for one in hours_of_enterprise(uow, enterprise, year).people:
            yield [
                year, one.line.name, one.line.work_no, one.line.department_name, one.category, one.required, one.earned,
                one.first_hand, one.missing if one.required is not None else None, one.article,
            ]  # fmt: skip


def _lines(uow: UnitOfWork, enterprise: Enterprise, years: list[int]) -> Iterator[list[Cell]]:
    rows = uow.session.execute(
        select(HoursLine, Person.name)
        .join(Person, Person.id == HoursLine.person_id)
        .where(HoursLine.enterprise_id == enterprise.id)
        .where(HoursLine.earned_on.between(date(years[0], 1, 1), date(years[-1], 12, 31)))
        .order_by(HoursLine.earned_on, HoursLine.recorded_at, HoursLine.id)
    )
    for line, name in rows:
        yield [name, line.earned_on, line.kind.value, line.hours, line.trust, line.rule, line.reason, line.recorded_at]


def _certificates(uow: UnitOfWork, enterprise: Enterprise, years: list[int]) -> Iterator[list[Cell]]:
    wanted = select(Certificate).where(Certificate.enterprise_id == enterprise.id).order_by(Certificate.serial)
    for row in uow.session.scalars(wanted):
        if row.issued_at.year >= years[0]:
            yield [
                row.serial, row.data.get("holder_name"), row.data.get("lecture_title"), row.issued_at, row.valid_until,
                row.revoked_at or row.superseded_at, row.revoked_reason or row.superseded_reason, row.pdf_sha256,
            ]  # fmt: skip


def _entered(uow: UnitOfWork, enterprise: Enterprise, years: list[int]) -> Iterator[list[Cell]]:
    rows = uow.session.execute(
        select(EnteredTraining, Person.name)
        .join(Person, Person.id == EnteredTraining.person_id)
        .where(EnteredTraining.enterprise_id == enterprise.id, EnteredTraining.ends_on >= date(years[0], 1, 1))
        .order_by(EnteredTraining.entered_at, EnteredTraining.id)
    )
    for one, name in rows:
        result = "已计入" if one.counts else "已作废" if one.voided_at else "待审核" if one.checked_at is None else "已退回"
        yield [
            name, "外部培训" if one.kind == "outside" else "补录", one.title, one.organizer, one.starts_on, one.ends_on,
            Decimal(one.hours), one.entered_by, one.checked_by, result,
        ]  # fmt: skip
