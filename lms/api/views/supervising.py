"""Sitting in, what was seen there, what stands out in a lecture, and the messages somebody got."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from lms.access.reach import find
from lms.api.operations import Listed, Wanted, WantedOn, listed, operation, within
from lms.api.shapes import shown, told
from lms.api.views.steps import Number
from lms.compliance.signals import queries as signals
from lms.compliance.signals import service as signalling
from lms.compliance.signals.forms import LookForm, WordForm
from lms.core import clock
from lms.core.db import new_id
from lms.core.given import asked_day
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.notices.models import Notice
from lms.notices.queries import own_unread
from lms.registry.queries import own_jurisdiction, reach_on
from lms.supervision import service
from lms.supervision.forms import DrawForm, ReplyForm
from lms.supervision.models import Observation, ObservationDraw, Replied


@dataclass(frozen=True, slots=True)
class VisitIn:
    announced: Annotated[bool, told(_l("告诉企业要来"))] = False


@dataclass(frozen=True, slots=True)
class VisitOut:
    """One officer, one lecture, one visit, however often it is planned."""

    id: UUID
    lecture_id: UUID
    officer: str
    announced: Annotated[bool, told(_l("已告诉企业要来"))]
    planned_at: datetime
    missed_at: Annotated[datetime | None, told(_l("本人说没去成的时间"))]


@dataclass(frozen=True, slots=True)
class ObserveIn:
    """sent_id: the sender's own, so that the same observation is written once. sure: that most came, also where the product
    counted fewer than four fifths; without it such an observation is refused.
    """

    remark: Annotated[str, told(_l("一句话点评"), minLength=1, maxLength=500)]
    facts: Annotated[tuple[str, ...], told(_l("符合哪几条"), maxItems=40)] = ()
    sent_id: UUID | None = None
    sure: Annotated[bool, told(_l("系统统计不到八成，看过了仍写八成以上"))] = False


@dataclass(frozen=True, slots=True)
class ObservationOut:
    id: UUID
    enterprise_id: UUID
    lecture_id: UUID
    officer: str
    announced: bool | None
    facts: tuple[str, ...]
    remark: str
    submitted_at: datetime
    replaces_id: UUID | None


@dataclass(frozen=True, slots=True)
class ObservationsWanted(WantedOn):
    lecture_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class DrawOut:
    """Drawn by chance, so that anybody can draw it again from the seed."""

    id: UUID
    jurisdiction_id: UUID
    seed: str
    pool: tuple[str, ...]
    number: int
    drawn_by: str
    drawn_at: datetime


@dataclass(frozen=True, slots=True)
class SaidOut:
    said: str
    text: str
    said_by: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class SignalsWanted:
    as_of: Annotated[date | None, told(_l("哪一天的情况，不填为今天"))] = None


@dataclass(frozen=True, slots=True)
class SignalOut:
    """What stands out in a lecture that was held. open: serious, and no officer has looked."""

    code: str
    level: str
    sentence: str
    raised_at: datetime
    open: bool
    said: tuple[SaidOut, ...]


@dataclass(frozen=True, slots=True)
class NoticeOut:
    id: UUID
    kind: str
    urgent: bool
    about_id: UUID | None
    title: str
    body: str
    sent_at: datetime
    read_at: datetime | None


@operation(
    "GET", "/observations", "observation.write", _l("旁听点评"), answer=ObservationOut, query=ObservationsWanted, many=True
)
def observations(uow: UnitOfWork, wanted: ObservationsWanted) -> Listed:
    day = asked_day(uow, wanted.as_of)
    of = [Observation.lecture_id == wanted.lecture_id] if wanted.lecture_id else []
    made = select(Observation).where(reach_on(uow, Observation, day), Observation.submitted_at < clock.end_of(day), *of)
    return listed(uow, made, Observation.id, wanted, lambda row: shown(ObservationOut, row))


@operation(
    "POST", "/lectures/<uuid:lecture_id>/visit", "observation.write", _l("记下要去旁听"),
    answer=VisitOut, body=VisitIn, pages="supervision.visit",
)  # fmt: skip
def plan_visit(uow: UnitOfWork, lecture_id: UUID, given: Callable[[], VisitIn]) -> VisitOut:
    lecture = find(uow, Lecture, lecture_id)
    return shown(VisitOut, service.plan_visit(uow, lecture, announced=given().announced))


@operation(
    "POST", "/lectures/<uuid:lecture_id>/visit/missed", "observation.write", _l("没去成，不再欠点评"),
    answer=VisitOut, pages="supervision.missed",
)  # fmt: skip
def miss_visit(uow: UnitOfWork, lecture_id: UUID) -> VisitOut:
    return shown(VisitOut, service.miss_visit(uow, find(uow, Lecture, lecture_id)))


@operation(
    "POST", "/lectures/<uuid:lecture_id>/observe", "observation.write", _l("旁听点评一堂课"),
    answer=ObservationOut, body=ObserveIn, status=201, pages="supervision.observe",
)  # fmt: skip
def observe(uow: UnitOfWork, lecture_id: UUID, given: Callable[[], ObserveIn]) -> ObservationOut:
    lecture, typed = find(uow, Lecture, lecture_id), given()
    sent_id = typed.sent_id or new_id()
    made, _faults = service.submit(uow, lecture, typed.facts, typed.remark.strip(), sent_id, sure=typed.sure)
    uow.session.flush()
    return shown(ObservationOut, made)


@operation(
    "POST", "/observations/<uuid:observation_id>/reply", "observation.reply", _l("企业答复点评"),
    answer=ObservationOut, form=ReplyForm, pages="supervision.reply",
)  # fmt: skip
def reply_to_observation(uow: UnitOfWork, observation_id: UUID, given: Callable[..., Any]) -> ObservationOut:
    found = find(uow, Observation, observation_id)
    form = given()
    service.reply(uow, found, Replied(form.kind.data), form.text.data.strip())
    return shown(ObservationOut, found)


@operation(
    "POST", "/observation-draws", "observation.write", _l("随机抽几堂课去旁听"),
    answer=DrawOut, form=DrawForm, status=201, pages="supervision.index",
)  # fmt: skip
def draw_lectures(uow: UnitOfWork, given: Callable[..., Any]) -> DrawOut:
    made = service.draw(uow, own_jurisdiction(uow), given().number.data)
    uow.session.flush()
    return _draw(made)


@operation("GET", "/observation-draws/<uuid:draw_id>", "observation.write", _l("一次抽取"), answer=DrawOut)
def observation_draw(uow: UnitOfWork, draw_id: UUID) -> DrawOut:
    return _draw(find(uow, ObservationDraw, draw_id))


@operation(
    "GET", "/lectures/<uuid:lecture_id>/signals", "trail.read", _l("一堂课的可信度提示"),
    answer=SignalOut, query=SignalsWanted, many=True,
)  # fmt: skip
def signals_of(uow: UnitOfWork, lecture_id: UUID, wanted: SignalsWanted) -> Listed:
    return _signals(uow, find(uow, Lecture, lecture_id), asked_day(uow, wanted.as_of))


@operation(
    "POST", "/lectures/<uuid:lecture_id>/signals/<signal>/explain", "signal.explain", _l("企业说明一条提示"),
    answer=SignalOut, many=True, form=WordForm, pages="signals.explain",
)  # fmt: skip
def explain_signal(uow: UnitOfWork, lecture_id: UUID, signal: str, given: Callable[..., Any]) -> Listed:
    lecture = find(uow, Lecture, lecture_id)
    signalling.explain(uow, lecture, signal, given().text.data.strip())
    return _signals(uow, lecture)


@operation(
    "POST", "/lectures/<uuid:lecture_id>/signals/<signal>/look", "signal.look", _l("监管人员看过一条提示"),
    answer=SignalOut, many=True, form=LookForm, pages="signals.look",
)  # fmt: skip
def look_at_signal(uow: UnitOfWork, lecture_id: UUID, signal: str, given: Callable[..., Any]) -> Listed:
    lecture, form = find(uow, Lecture, lecture_id), given()
    say = signalling.keep_open if form.keep.data else signalling.look
    say(uow, lecture, signal, form.text.data.strip())
    return _signals(uow, lecture)


@operation("GET", "/inbox", "inbox.read", _l("收到的通知"), answer=NoticeOut, query=Wanted, many=True)
def inbox(uow: UnitOfWork, wanted: Wanted) -> Listed:
    return within(uow, Notice, wanted, lambda row: shown(NoticeOut, row))


@operation("POST", "/inbox/read", "inbox.read", _l("全部标为已读"), answer=Number, pages="notices.read_all")
def read_inbox(uow: UnitOfWork) -> Number:
    """How many were unread."""
    unread = update(Notice).where(*own_unread(uow)).values(read_at=uow.now)
    done: Any = uow.session.execute(unread.execution_options(synchronize_session=False))
    return Number(done.rowcount)


def _signals(uow: UnitOfWork, lecture: Lecture, day: date | None = None) -> Listed:
    uow.session.flush()
    rows = signals.signals_of(uow, lecture.id, day) if lecture.is_held else []
    return Listed(
        [
            SignalOut(
                one.line.code, str(one.line.level), one.sentence, one.line.raised_at, one.open,
                tuple(shown(SaidOut, word, said=str(word.said)) for word in one.said),
            )
            for one in rows
        ],
        None,
    )  # fmt: skip


def _draw(row: ObservationDraw) -> DrawOut:
    return shown(DrawOut, row, pool=tuple(str(one) for one in row.pool))
