"""Planning a lecture, telling its people, opening and closing its sittings: by the same rules as on the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from lms.access.reach import find, own_enterprise
from lms.api.operations import operation
from lms.api.reasons import said
from lms.api.shapes import Unfit, told
from lms.api.typed import unfit
from lms.api.views.lectures import LectureOut, Level, lecture_shown
from lms.core import clock
from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.lectures import rules, service
from lms.lectures.forms import PlanForm
from lms.lectures.models import Lecture, LectureState, Sitting
from lms.lectures.views.plan_form import Asked, plan_form, plan_of
from lms.lectures.views.planning import files_of, is_explained

# Fields of the form whose name is another one here.
POINTERS = {"topics": "/quiz/topics", "questions": "/quiz/questions", "pass_mark": "/quiz/pass_mark"}


class Clashing(Conflict):
    code = "clash"
    sentence = _l("和已安排的讲课有 %(n)s 处冲突（同一时间的主讲人、地点或人员）。确实要这样安排，请带上 anyway: true。")


@dataclass(frozen=True, slots=True)
class SlotIn:
    starts_at: datetime
    ends_at: Annotated[datetime, told(_l("晚于开始，不到一天；过了半夜的，最多 12 小时"))]
    place: Annotated[str, told(minLength=1, maxLength=60)]
    name: Annotated[str, told(_l("班次，只有一场时为空"), maxLength=20)] = ""
    sitting_id: Annotated[UUID | None, told(_l("修改时：原来的那一场"))] = None


@dataclass(frozen=True, slots=True)
class MoveIn:
    """Another time or place for a sitting that is still to come, and why."""

    starts_at: datetime
    ends_at: datetime
    place: Annotated[str, told(minLength=1, maxLength=60)]
    reason: Annotated[str, told(_l("别人会看到的原因"), minLength=1, maxLength=200)]
    anyway: Annotated[bool, told(_l("有冲突也安排"))] = False


@dataclass(frozen=True, slots=True)
class QuizIn:
    topics: Annotated[tuple[str, ...], told(_l("题库里的题目范围"), minItems=1, maxItems=50)]
    questions: Annotated[int, told(_l("每人抽几题"), minimum=1, maximum=100)]
    pass_mark: Annotated[int, told(_l("合格分，满分 100"), minimum=1, maximum=100)]


@dataclass(frozen=True, slots=True)
class PlanIn:
    """A lecture to be planned. departments: ids, or "none" for people of no department; quiz None: no quiz."""

    title: Annotated[str, told(minLength=1, maxLength=120)]
    lecturer_id: UUID
    sittings: Annotated[tuple[SlotIn, ...], told(minItems=1, maxItems=rules.MOST)]
    departments: Annotated[tuple[str, ...], told(_l("部门的 id，未分部门的写 none"), maxItems=500)] = ()
    posts: Annotated[tuple[str, ...], told(_l("岗位"), maxItems=500)] = ()
    shifts: Annotated[tuple[str, ...], told(_l("班次"), maxItems=50)] = ()
    people: Annotated[tuple[UUID, ...], told(_l("点名的人"), maxItems=500)] = ()
    campaign_id: Annotated[UUID | None, told(_l("计入哪个专项活动"))] = None
    theme: Annotated[str | None, told(_l("算计划里的哪个主题，空字符串：不算；修改时不写就不变"), maxLength=40)] = None
    level: Annotated[Level | None, told(_l("三级教育的级别或四新，空字符串：都不是；学时按它记；修改时不写就不变"))] = None
    quiz: Annotated[QuizIn | None, told(_l("不填就不考核"))] = None
    recheck: Annotated[bool | None, told(_l("在场复核：中途随机自动问一次；修改时不写就不变"))] = None
    after: Annotated[UUID | None, told(_l("再讲一次：照哪一堂，连课件一起"))] = None
    passes_on: Annotated[UUID | None, told(_l("传达哪一堂"))] = None
    reason: Annotated[str, told(_l("修改时：为什么改时间、地点或讲课人，会写进通知"), maxLength=200)] = ""
    notify: Annotated[bool, told(_l("马上通知，否则存为草稿"))] = False
    anyway: Annotated[bool, told(_l("有冲突也安排"))] = False


@dataclass(frozen=True, slots=True)
class CloseIn:
    """As it really was. check_out_rest: whoever is still in is checked out at ended_at."""

    started_at: datetime
    ended_at: datetime
    check_out_rest: Annotated[bool, told(_l("没签退的人按结束时间签退"))] = False


@operation(
    "POST", "/lectures", "lecture.create", _l("安排一堂讲课"), answer=LectureOut, body=PlanIn, status=201, pages="lectures.new"
)
def plan_lecture(uow: UnitOfWork, given: Callable[[], PlanIn]) -> LectureOut:
    enterprise_id, wanted = own_enterprise(uow), given()
    again = wanted.passes_on or wanted.after
    model = find(uow, Lecture, again) if again else None
    asked = Asked(enterprise_id, model, passes_on=wanted.passes_on is not None)
    form = _judged(uow, asked, wanted)
    plan = plan_of(form, files_of(uow, model) if model else [], asked)
    _check_clashes(uow, plan, asked, wanted)
    return after(uow, service.schedule(uow, enterprise_id, plan, notify=wanted.notify))


@operation(
    "PUT", "/lectures/<uuid:lecture_id>", "lecture.change", _l("修改、改期一堂讲课；通知过的人会再收到通知"),
    answer=LectureOut, body=PlanIn, pages="lectures.edit",
)  # fmt: skip
def revise_lecture(uow: UnitOfWork, lecture_id: UUID, given: Callable[[], PlanIn]) -> LectureOut:
    """Of a lecture that people were told of, what does not belong to time, place and lecturer stays as it is."""
    found = find(uow, Lecture, lecture_id)
    rules.check_changeable(found.state)
    wanted, asked = given(), Asked(found.enterprise_id, found, same=True)
    form = _judged(uow, asked, wanted)
    if not is_explained(form, found):
        raise unfit({"reason": form.reason.errors})
    plan = plan_of(form, [], asked)
    _check_clashes(uow, plan, asked, wanted)
    service.revise(uow, found, plan, wanted.reason)
    if found.state == LectureState.DRAFT and wanted.notify:
        service.publish(uow, found)
    return after(uow, found)


@operation(
    "POST",
    "/lectures/<uuid:lecture_id>/notify",
    "lecture.change",
    _l("通知一堂讲课的人"),
    answer=LectureOut,
    pages="lectures.notify",
)
def notify_lecture(uow: UnitOfWork, lecture_id: UUID) -> LectureOut:
    found = find(uow, Lecture, lecture_id)
    service.publish(uow, found)
    return after(uow, found)


@operation(
    "POST",
    "/sittings/<uuid:sitting_id>/open",
    "lecture.change",
    _l("开放一场的签到"),
    answer=LectureOut,
    pages="lectures.open_check_in",
)
def open_sitting(uow: UnitOfWork, sitting_id: UUID) -> LectureOut:
    found = find(uow, Sitting, sitting_id)
    service.open_check_in(uow, found.lecture, found)
    return after(uow, found.lecture)


@operation(
    "POST",
    "/sittings/<uuid:sitting_id>/move",
    "lecture.change",
    _l("给还没讲的一场改时间或地点"),
    answer=LectureOut,
    body=MoveIn,
    pages="lectures.move",
)
def move_sitting(uow: UnitOfWork, sitting_id: UUID, given: Callable[[], MoveIn]) -> LectureOut:
    found, to = find(uow, Sitting, sitting_id), given()
    if clock.local_date(to.starts_at) < uow.today:
        raise Unfit([{"pointer": "/starts_at", "detail": _("日期已经过了")}])
    if not timedelta(0) < to.ends_at - to.starts_at <= timedelta(days=1):
        raise Unfit([{"pointer": "/ends_at", "detail": _("结束时间应晚于开始时间")}])
    rules.check_open(found.lecture.state)
    rules.check_sitting(found.lecture.state, found, "planned")
    slot = rules.Slot(to.starts_at, to.ends_at, to.place.strip(), found.name)
    _refuse(service.clashes_of_move(uow, found, slot), anyway=to.anyway)
    service.put_off(uow, found, slot, said(to.reason))
    return after(uow, found.lecture)


@operation(
    "POST",
    "/sittings/<uuid:sitting_id>/close",
    "lecture.change",
    _l("结束一场"),
    answer=LectureOut,
    body=CloseIn,
    pages="lectures.close",
)
def close_sitting(uow: UnitOfWork, sitting_id: UUID, given: Callable[[], CloseIn]) -> LectureOut:
    found = find(uow, Sitting, sitting_id)
    held = given()
    service.close(uow, found.lecture, held.started_at, held.ended_at, sitting=found, check_out_rest=held.check_out_rest)
    return after(uow, found.lecture)


def after(uow: UnitOfWork, lecture: Lecture) -> LectureOut:
    """A lecture as it is now."""
    uow.session.flush()
    return lecture_shown(uow, lecture.id)


def _judged(uow: UnitOfWork, asked: Asked, wanted: PlanIn) -> PlanForm:
    """The form of the page, filled in and valid. Raises Unfit."""
    typed = _typed(wanted)
    kept = asked.model is not None and asked.model.recheck
    if kept if wanted.recheck is None else wanted.recheck:
        typed["recheck"] = "y"
    form = plan_form(uow, asked, typed, csrf=False)
    if not form.validate():
        raise unfit(form.errors, POINTERS)
    return form


def _check_clashes(uow: UnitOfWork, plan: service.Plan, asked: Asked, wanted: PlanIn) -> None:
    but = asked.model if asked.same else None
    _refuse(service.clashes(uow, asked.enterprise_id, plan.slots, plan.lecturer_id, plan.audience, but), anyway=wanted.anyway)


def _refuse(clashes: list[rules.Clash], *, anyway: bool) -> None:
    if clashes and not anyway:
        raise Clashing(n=len(clashes))


def _typed(given: PlanIn) -> MultiDict[str, str]:
    """The plan as the page would send it, so that the page's form judges it."""
    typed: MultiDict[str, str] = MultiDict({"title": given.title, "lecturer_id": str(given.lecturer_id)})
    typed.update({"campaign_id": str(given.campaign_id or ""), "reason": given.reason})
    typed.update({name: text for name in ("theme", "level") if (text := getattr(given, name)) is not None})
    for n, slot in enumerate(given.sittings):
        starts, ends = clock.local(slot.starts_at), clock.local(slot.ends_at)
        if not timedelta(0) < slot.ends_at - slot.starts_at < timedelta(days=1):  # the page takes the end by its hour alone
            raise Unfit([{"pointer": f"/sittings/{n}/ends_at", "detail": _("结束要晚于开始，不到一天")}])
        parts = {"day": f"{starts:%Y-%m-%d}", "starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"}
        typed.update(
            {
                f"sittings-{n}-{name}": str(text)
                for name, text in {**parts, "place": slot.place, "shift": slot.name, "sitting_id": slot.sitting_id or ""}.items()
            }
        )
    for name in ("departments", "posts", "shifts"):
        typed.setlist(name, list(getattr(given, name)))
    typed.setlist("people", [str(one) for one in given.people])
    if given.quiz:
        typed.setlist("topics", list(given.quiz.topics))
        typed.update({"questions": str(given.quiz.questions), "pass_mark": str(given.quiz.pass_mark)})
    else:
        typed["no_quiz"] = "y"
    return typed
