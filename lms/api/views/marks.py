"""Who came and went, as another system saw it; and the second person who says that it is so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.access.reach import find
from lms.api import queries
from lms.api.operations import operation
from lms.api.shapes import Unfit, told
from lms.attendance import service
from lms.attendance.models import Mark
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture, Sitting

MOST = 500


class Seen(StrEnum):
    """What another system can have seen."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class MarkIn:
    """One person coming or going. Exactly one of person_id and work_no says who."""

    mark: Seen
    at: Annotated[datetime, told(_l("刷卡的时间，不能晚于现在"))]
    person_id: UUID | None = None
    work_no: Annotated[str, told(_l("工号，不知道 person_id 时填"), maxLength=30)] = ""


@dataclass(frozen=True, slots=True)
class MarksIn:
    marks: Annotated[tuple[MarkIn, ...], told(minItems=1, maxItems=MOST)]


@dataclass(frozen=True, slots=True)
class MarksTaken:
    recorded: Annotated[int, told(_l("记下了几条，方式为导入，记着令牌是谁的"))]
    waiting: Annotated[int, told(_l("其中几条要第二个人确认后才算数：超过应到人数的十分之一"))]


@dataclass(frozen=True, slots=True)
class ConfirmMarksIn:
    hand_mark_ids: Annotated[
        tuple[UUID, ...], told(_l("看过的人工登记的 id，从 hand-marks 读来；没有列出的不会确认"), minItems=1, maxItems=MOST)
    ]


@dataclass(frozen=True, slots=True)
class Confirmed:
    confirmed: Annotated[int, told(_l("确认了几条"))]


@operation(
    "POST", "/sittings/<uuid:sitting_id>/marks", "attendance.enter", _l("别的系统记下的签到、签退"),
    answer=MarksTaken, body=MarksIn,
)  # fmt: skip
def send_marks(uow: UnitOfWork, sitting_id: UUID, given: Callable[[], MarksIn]) -> MarksTaken:
    sitting, sent = find(uow, Sitting, sitting_id), given().marks
    listed = queries.listed_people(uow, sitting.lecture_id)
    by_no = {work_no: person_id for person_id, work_no in listed.items() if work_no}
    people = [one.person_id or by_no.get(one.work_no) for one in sent]
    if wrong := list(_wrong(sent, people, listed.keys())):
        raise Unfit(wrong)
    marks = [(who, Mark(one.mark), one.at) for one, who in zip(sent, people, strict=True) if who]
    noted = service.take_in(uow, sitting, marks, f"接口令牌“{g.bearer.name}”送来")
    return MarksTaken(len(noted), sum(one.waits for one in noted))


@operation(
    "POST", "/lectures/<uuid:lecture_id>/marks/confirm", "attendance.confirm", _l("第二个人确认人工登记和导入的签到"),
    answer=Confirmed, body=ConfirmMarksIn, pages="attendance.hand_marks",
)  # fmt: skip
def confirm_marks(uow: UnitOfWork, lecture_id: UUID, given: Callable[[], ConfirmMarksIn]) -> Confirmed:
    lecture = find(uow, Lecture, lecture_id)
    return Confirmed(service.confirm_hand_marks(uow, lecture, given().hand_mark_ids))


def _wrong(sent: tuple[MarkIn, ...], people: list[UUID | None], listed: object) -> Iterator[dict[str, str]]:
    for n, (one, who) in enumerate(zip(sent, people, strict=True)):
        if bool(one.person_id) == bool(one.work_no):
            yield {"pointer": f"/marks/{n}", "detail": _("person_id 和 work_no 要填一个，只填一个")}
        elif who not in listed:  # type: ignore[operator]
            field = "person_id" if one.person_id else "work_no"
            yield {"pointer": f"/marks/{n}/{field}", "detail": _("不在这堂课的应到名单上")}
