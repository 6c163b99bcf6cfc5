"""Lectures, who was there, and how the quiz went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, BinaryIO
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.access.reach import find
from lms.api import queries
from lms.api.operations import Listed, Wanted, listed, operation
from lms.api.shapes import told
from lms.archives.cartridge import cartridge_of, write_cartridge
from lms.archives.official.brought import brought_form
from lms.archives.official.printing import form_pdf
from lms.attendance.models import Method, Presence, PresenceStatus, Trust
from lms.core.documents.apart import print_apart
from lms.core.settings import settings
from lms.core.uow import UnitOfWork
from lms.credentials.models import Completion
from lms.lectures.models import Attendee, Lecture, LectureState, Sitting
from lms.lectures.rules import levels
from lms.quizzes.models import Attempt


class Level(StrEnum):
    """Of 三级教育, and 四新: what a lecture or a training gives."""

    NONE = ""
    FACTORY = levels.FACTORY
    WORKSHOP = levels.WORKSHOP
    TEAM = levels.TEAM
    SPECIAL = levels.SPECIAL


@dataclass(frozen=True, slots=True)
class SittingOut:
    """A holding of a lecture. started_at, ended_at: as it was; None before."""

    id: UUID
    name: Annotated[str, told(_l("班次，只有一场时为空"))]
    place: str
    planned_starts_at: datetime
    planned_ends_at: datetime
    opened_at: Annotated[datetime | None, told(_l("签到开放"))]
    started_at: datetime | None
    ended_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class LectureOut:
    id: UUID
    enterprise_id: UUID
    enterprise: str
    campaign_id: UUID | None
    title: str
    year: int
    number: Annotated[int, told(_l("期，按年计"))]
    state: LectureState
    lecturer_id: UUID
    lecturer: str
    lecturer_is_head: Annotated[bool, told(_l("主讲是主要负责人"))]
    min_presence: Annotated[int, told(_l("至少到课百分之几"))]
    level: Annotated[Level, told(_l("三级教育的级别或四新，空字符串：都不是"))]
    recheck: Annotated[bool, told(_l("在场复核：中途随机自动问一次"))]
    sittings: tuple[SittingOut, ...]
    created_at: datetime
    notified_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class LecturesWanted(Wanted):
    state: LectureState | None = None
    enterprise_id: UUID | None = None
    campaign_id: UUID | None = None
    year: Annotated[int | None, told(minimum=2000, maximum=2100)] = None


@dataclass(frozen=True, slots=True)
class AttendanceOut:
    """Somebody expected, or who came all the same. status None: nothing known yet. minutes: those proven, None while unknown."""

    id: UUID
    person_id: UUID
    name: str
    department: str
    status: PresenceStatus | None
    first_in_at: datetime | None
    last_out_at: datetime | None
    minutes: Annotated[int | None, told(_l("有据可查的分钟数"))]
    method: Method | None
    trust: Annotated[Trust | None, told(_l("可信等级"))]
    excused_reason: str | None


@dataclass(frozen=True, slots=True)
class AttendanceWanted(Wanted):
    status: PresenceStatus | None = None


@dataclass(frozen=True, slots=True)
class ResultOut:
    """What a lecture came to for one person. score: points of 100, None without a quiz or an attempt."""

    id: UUID
    person_id: UUID
    name: str
    completed: Annotated[bool, told(_l("合格"))]
    attended: bool
    examined: bool
    passed: bool
    score: int | None
    reasons: Annotated[tuple[str, ...], told(_l("认定的理由"))]
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class ResultsWanted(Wanted):
    completed: bool | None = None


@dataclass(frozen=True, slots=True)
class AttemptOut:
    """One go at the quiz. score: points of 100; None until handed in, and while somebody has still to mark its texts."""

    id: UUID
    person_id: UUID
    name: str
    number: Annotated[int, told(_l("第几次"))]
    started_at: datetime
    submitted_at: datetime | None
    score: int | None
    passed: bool | None


@dataclass(frozen=True, slots=True)
class AttemptsWanted(Wanted):
    passed: bool | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A question that a format has no place for."""

    stem: str
    reason: str


@operation("GET", "/lectures", "lecture.read", _l("讲课"), answer=LectureOut, query=LecturesWanted, many=True)
def lectures(uow: UnitOfWork, wanted: LecturesWanted) -> Listed:
    rows = queries.lectures(uow, wanted.state, wanted.enterprise_id, wanted.campaign_id, wanted.year)
    return listed(uow, rows, Lecture.id, wanted, _lecture)


@operation("GET", "/lectures/<uuid:lecture_id>", "lecture.read", _l("一堂讲课"), answer=LectureOut)
def lecture(uow: UnitOfWork, lecture_id: UUID) -> LectureOut:
    return lecture_shown(uow, find(uow, Lecture, lecture_id).id)


@operation(
    "GET", "/lectures/<uuid:lecture_id>/attendance", "attendance.read", _l("一堂讲课的到课情况"),
    answer=AttendanceOut, query=AttendanceWanted, many=True,
)  # fmt: skip
def attendance(uow: UnitOfWork, lecture_id: UUID, wanted: AttendanceWanted) -> Listed:
    rows = queries.attendance(uow, find(uow, Lecture, lecture_id), wanted.status)
    return listed(uow, rows, Attendee.id, wanted, _attendance)


@operation(
    "GET", "/lectures/<uuid:lecture_id>/results", "quiz.read", _l("一堂讲课的考核和合格认定"),
    answer=ResultOut, query=ResultsWanted, many=True,
)  # fmt: skip
def results(uow: UnitOfWork, lecture_id: UUID, wanted: ResultsWanted) -> Listed:
    rows = queries.results(uow, find(uow, Lecture, lecture_id), wanted.completed)
    return listed(uow, rows, Completion.id, wanted, _result)


@operation(
    "GET", "/lectures/<uuid:lecture_id>/attempts", "quiz.read", _l("一堂讲课的答卷和成绩"),
    answer=AttemptOut, query=AttemptsWanted, many=True,
)  # fmt: skip
def attempts(uow: UnitOfWork, lecture_id: UUID, wanted: AttemptsWanted) -> Listed:
    return listed(uow, queries.attempts(uow, find(uow, Lecture, lecture_id), wanted.passed), Attempt.id, wanted, _attempt)


@operation(
    "GET", "/lectures/<uuid:lecture_id>/documents/<document>", "lecture.list", _l("插件带来的一份文件，PDF"),
    answer=bytes, media="application/pdf",
)  # fmt: skip
def lecture_document(uow: UnitOfWork, lecture_id: UUID, document: str) -> bytes:
    return print_apart(form_pdf, brought_form(uow, find(uow, Lecture, lecture_id), document))


@operation(
    "GET", "/lectures/<uuid:lecture_id>/cartridge", "lecture.change",
    _l("一堂课和考核，给教学平台的课程（Common Cartridge 1.3）"), answer=bytes, media="application/zip",
)  # fmt: skip
def cartridge(uow: UnitOfWork, lecture_id: UUID) -> BinaryIO:
    made = cartridge_of(uow, find(uow, Lecture, lecture_id))
    return write_cartridge(made, f"{settings().base_url}/lectures/{lecture_id}")


@operation(
    "GET", "/lectures/<uuid:lecture_id>/cartridge/left", "lecture.change", _l("放不进 Common Cartridge 的题，为什么"),
    answer=LeftOut, many=True,
)  # fmt: skip
def left_out(uow: UnitOfWork, lecture_id: UUID) -> Listed:
    made = cartridge_of(uow, find(uow, Lecture, lecture_id))
    return Listed([LeftOut(one.question.stem, one.reason) for one in made.left], None)


def lecture_shown(uow: UnitOfWork, lecture_id: UUID) -> LectureOut:
    """A lecture that is known to be within reach."""
    return _lecture(*uow.session.execute(queries.lecture_rows().where(Lecture.id == lecture_id)).one())


def _lecture(row: Lecture, enterprise: str) -> LectureOut:
    return LectureOut(
        id=row.id, enterprise_id=row.enterprise_id, enterprise=enterprise, campaign_id=row.campaign_id, title=row.title,
        year=row.year, number=row.number, state=row.state, lecturer_id=row.lecturer_id, lecturer=row.lecturer.name,
        lecturer_is_head=row.lecturer_is_head, min_presence=row.min_presence, level=Level(row.level or ""),
        recheck=row.recheck,
        sittings=tuple(_sitting(one) for one in row.sittings), created_at=row.created_at, notified_at=row.notified_at,
        closed_at=row.closed_at,
    )  # fmt: skip


def _sitting(row: Sitting) -> SittingOut:
    return SittingOut(
        row.id, row.name, row.place, row.planned_starts_at, row.planned_ends_at, row.opened_at, row.started_at, row.ended_at,
        row.closed_at,
    )  # fmt: skip


def _attendance(row: Attendee, name: str, found: Presence | None) -> AttendanceOut:
    return AttendanceOut(
        id=row.id, person_id=row.person_id, name=name, department=row.department_name,
        status=found.status if found else None, first_in_at=found.first_in_at if found else None,
        last_out_at=found.last_out_at if found else None, minutes=found.minutes if found else None,
        method=found.method if found else None, trust=found.trust if found else None, excused_reason=row.excused_reason,
    )  # fmt: skip


def _result(row: Completion, name: str) -> ResultOut:
    return ResultOut(
        row.id, row.person_id, name, row.completed, row.attended, row.examined, row.passed, row.score, tuple(row.reasons),
        row.decided_at,
    )  # fmt: skip


def _attempt(row: Attempt, name: str) -> AttemptOut:
    return AttemptOut(row.id, row.person_id, name, row.number, row.started_at, row.submitted_at, row.score, row.passed)
