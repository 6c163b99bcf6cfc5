"""一企一档 as a file: lectures, hours, certificates and major hazards of an enterprise over some years, signed and checked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import BinaryIO
from uuid import UUID

from flask_babel import force_locale
from sqlalchemy import select

from lms.archives.books import Book, book_xlsx
from lms.archives.packing import columns, packed
from lms.archives.queries import counted, hours_of_enterprise
from lms.archives.queries.enterprise import Held
from lms.archives.queries.hours import PersonHours
from lms.archives.stored import in_words
from lms.core import clock
from lms.core.sheets import Cell, Column, Sheet
from lms.core.uow import UnitOfWork
from lms.credentials.models import Certificate, EnteredTraining, HoursLine
from lms.hazards.queries import of_enterprise
from lms.hazards.words import RUNGS, clause_words
from lms.lectures.models import HELD, Lecture, LectureState
from lms.ledger import queries as chains
from lms.registry.models import Enterprise, Person

FORMAT = "anke-enterprise-1"
YEARS = 3  # what an inspection asks for
ENTERED = "姓名 来源 标题 培训单位 开始 结束 学时 登记人 审核人 结果"


def enterprise_package(uow: UnitOfWork, enterprise: Enterprise, years: int = YEARS) -> BinaryIO:
    """The archive of an enterprise for this calendar year and those before it, as an open file on disk.

    Certificates are in it by number and hash; each lecture has an archive of its own with their PDFs.
    """
    years_of = _years(uow, years)
    index = book_xlsx(enterprise_book(uow, enterprise, years))
    return packed(uow, enterprise.id, {"format": FORMAT, "years": years_of}, index, (), lambda _entry: False)


def enterprise_book(uow: UnitOfWork, enterprise: Enterprise, years: int = YEARS) -> Book:
    """一企一档 with every line of the ledger and every certificate, for the workbook."""
    of = _years(uow, years)
    chapters = (
        Sheet("讲课", columns("年 期 标题 时间 状态 应到 合格 证书"), _lectures(uow, enterprise, of)),
        Sheet("学时", columns("年 姓名 工号 部门 人员类别 要求 已记 其中现场 还差 依据"), _hours(uow, enterprise, of)),
        Sheet("学时明细", columns("姓名 日期 类型 学时 可信等级 口径 依据 记入时间"), _lines(uow, enterprise, of)),
        Sheet("证书", columns("编号 姓名 讲课 签发 有效至 撤销或换发 原因 PDF的SHA-256"), _certificates(uow, enterprise, of)),
        Sheet("外部培训和补录", columns(ENTERED), _entered(uow, enterprise, of)),
        Sheet("重大隐患", columns("判定条目 行业和条号 地点 发现 走到哪一步 期限 关闭"), _hazards(uow, enterprise, of)),
    )
    return Book(_title(enterprise, of), (), chapters, uow.now)


def enterprise_print(uow: UnitOfWork, enterprise: Enterprise, years: int = YEARS) -> Book:
    """一企一档 on paper: a person a line with all years beside each other, by department; certificates counted by lecture,
    those that ended by name. Every line of the ledger and every certificate is in the workbook.
    """
    of = _years(uow, years)
    head, receipt = chains.head(uow, enterprise.id), chains.last_receipt(uow, enterprise.id)
    told = {year: hours_of_enterprise(uow, enterprise, year) for year in of}
    about = (
        ("单位名称", enterprise.name), ("统一社会信用代码", enterprise.uscc), ("属地", enterprise.jurisdiction.name),
        ("行业", enterprise.industry), ("年份", f"{of[0]} 至 {of[-1]}"), ("在册人数", f"{told[of[-1]].total.people} 人"),
        ("记录链", f"{head.seq} 条，链头 {head.hash}" if head else "还没有记录"),
        ("最近一次存证", f"{receipt.said['anchored_on']}，第 {receipt.said['seq']} 条" if receipt else "还没有"),
        ("出档时间", clock.moment(uow.now)), ("出档人", uow.actor.name),
    )  # fmt: skip
    groups: dict[str, list[list[Cell]]] = {}
    earned = {year: {one.line.person_id: one.earned for one in told[year].people} for year in of}
    last: dict[UUID, PersonHours] = {}  # everybody who was here at the end of one of the years, as of the last of them
    for one in (one for year in reversed(of) for one in told[year].people):
        last.setdefault(one.line.person_id, one)
    here = {one.line.person_id for one in told[of[-1]].people}
    for person_id, one in last.items():
        asked = (one.required, one.missing if one.required is not None else None) if person_id in here else (None, None)
        groups.setdefault(one.line.department_name or "没有部门", []).append([
            one.line.name, one.line.work_no, one.category, *(earned[year].get(person_id) for year in of), *asked,
        ])  # fmt: skip
    people = [Column("姓名", 24), Column("工号", 18), Column("人员类别", 34), *(Column(f"{year}", 14) for year in of),
              Column("要求", 14), Column("还差", 14)]  # fmt: skip
    by_category: list[list[Cell]] = [
        [year, one.name, one.people, one.enough, one.asked, one.earned, one.first_hand, one.missing]
        for year in of
        for one in told[year].categories
    ]
    chapters = (
        Sheet("讲课和证书", [Column("年", 12), Column("期", 10), Column("标题", 62), Column("时间", 32), Column("应到", 14),
                         Column("合格", 14), Column("证书", 14)], _held(uow, enterprise, of)),
        Sheet("按人员类别的学时", columns("年 人员类别 人数 达到要求 有要求的人 已记 其中现场 还差"), by_category),
        *(Sheet(f"各人学时 · {name}", people, rows) for name, rows in sorted(groups.items())),
        Sheet("外部培训和补录", columns(ENTERED), _entered(uow, enterprise, of)),
        Sheet("撤销和换发的证书", [Column("编号", 40), Column("姓名", 20), Column("时间", 30), Column("原因", 80)],
              (row for row in _ended(uow, enterprise, of))),
        Sheet("重大隐患", [Column("判定条目", 50), Column("行业和条号", 26), Column("地点", 26), Column("发现", 16),
                       Column("走到哪一步", 16), Column("期限", 16), Column("关闭", 16)], _hazards(uow, enterprise, of)),
    )  # fmt: skip
    return Book(_title(enterprise, of), about, chapters, uow.now)


def _years(uow: UnitOfWork, years: int) -> list[int]:
    return [uow.today.year - n for n in reversed(range(years))]


def _title(enterprise: Enterprise, years: list[int]) -> str:
    return f"{enterprise.name}（{enterprise.uscc}）{years[0]}–{years[-1]} 年一企一档"


def _held(uow: UnitOfWork, enterprise: Enterprise, years: list[int]) -> Iterator[list[Cell]]:
    for one in _counted(uow, enterprise, years):
        if one.lecture.state in HELD:
            yield [*_about(one.lecture), one.expected, one.completed, one.certificates]


def _ended(uow: UnitOfWork, enterprise: Enterprise, years: list[int]) -> Iterator[list[Cell]]:
    for serial, name, _title, _issued, _until, ended, why, _sha256 in _certificates(uow, enterprise, years):
        if ended:
            yield [serial, name, ended, why]


def _lectures(uow: UnitOfWork, enterprise: Enterprise, years: list[int]) -> Iterator[list[Cell]]:
    for one in _counted(uow, enterprise, years):
        yield [*_about(one.lecture), in_words("state", one.lecture.state), one.expected, one.completed, one.certificates]


def _counted(uow: UnitOfWork, enterprise: Enterprise, years: list[int]) -> list[Held]:
    wanted = select(Lecture).where(Lecture.enterprise_id == enterprise.id, Lecture.year.in_(years))
    wanted = wanted.where(Lecture.state != LectureState.DRAFT).order_by(Lecture.year, Lecture.number)
    return counted(uow, uow.session.scalars(wanted).all())


def _about(lecture: Lecture) -> list[Cell]:
    return [lecture.year, lecture.number, lecture.title, lecture.sitting.started_at or lecture.sitting.planned_starts_at]


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
        kind, trust = in_words("hours", line.kind), in_words("trust", line.trust)
        yield [name, line.earned_on, kind, line.hours, trust, line.rule, line.reason, line.recorded_at]


def _certificates(uow: UnitOfWork, enterprise: Enterprise, years: list[int]) -> Iterator[list[Cell]]:
    wanted = select(Certificate).where(Certificate.enterprise_id == enterprise.id).order_by(Certificate.serial)
    for row in uow.session.scalars(wanted):
        if clock.local_date(row.issued_at).year >= years[0]:
            yield [
                row.serial, row.data.get("holder_name"), row.data.get("lecture_title"), row.issued_at, row.valid_until,
                row.revoked_at or row.superseded_at, row.revoked_reason or row.superseded_reason, row.pdf_sha256,
            ]  # fmt: skip


def _hazards(uow: UnitOfWork, enterprise: Enterprise, years: list[int]) -> Iterator[list[Cell]]:
    """Those that were open in one of the years."""
    with force_locale("zh"):
        rungs = {rung: str(name) for rung, name in RUNGS.items()}
    for one in of_enterprise(uow, enterprise.id):
        if one.closed_on is None or one.closed_on.year >= years[0]:
            yield [
                one.clause_text, clause_words(one), one.place, one.found_on, rungs[one.rung], one.due_on, one.closed_on,
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
