"""The list of lectures, and the one page on which one is planned."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import find, may_at_all
from lms.core import clock
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.lectures import queries, rules, service
from lms.lectures.events import QuizPlan, TopicsAsked
from lms.lectures.forms import NO_CAMPAIGN, PlanForm
from lms.lectures.models import Lecture, LectureState, Material
from lms.lectures.views import bp
from lms.lectures.views.files import received, sealed
from lms.lectures.views.uploads import token_of
from lms.registry.queries import RosterLine, departments_on, head_on, roster_on

ATTEMPTS = 2
QUESTIONS, PASS_MARK = 10, 80
OFFER_EARLY = timedelta(minutes=30)


@bp.route("/lectures")
@may("lecture.list")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    coming = queries.listed(uow, past=False)
    actor: Actor = uow.actor
    return render_template(
        "lectures/index.html",
        running=[row for row in coming.rows if row.lecture.state == LectureState.OPEN],
        coming=[row for row in coming.rows if row.lecture.state != LectureState.OPEN],
        coming_total=coming.total,
        past=queries.listed(uow, past=True, page=request.args.get("page", 1, int)),
        page_url=lambda number: url_for(".index", page=number),
        may_create=may_at_all(actor, "lecture.create"),
        across=actor.holds(Role.OFFICER),
        state_words=rules.STATE_WORDS,
        state_kinds=rules.STATE_KINDS,
    )


@bp.route("/lectures/new", methods=["GET", "POST"])
@may("lecture.create")
def new(uow: UnitOfWork) -> ResponseReturnValue:
    enterprise_id = own_enterprise(uow)
    form = _form(uow, enterprise_id, queries.last_lecture(uow, enterprise_id))
    files, faults = received(enterprise_id) if request.method == "POST" else ([], [])
    if form.validate_on_submit() and not faults:
        notify = request.form.get("do") != "draft"
        lecture = service.schedule(uow, enterprise_id, _plan(form, files), notify=notify)
        _warn_of_clash(uow, lecture)
        flash(_("已创建，通知已发出。") if notify else _("已存为草稿，还没有通知任何人。"), "ok")
        return redirect(url_for("archives.lecture", lecture_id=lecture.id), 303)
    return _page(uow, form, enterprise_id, None, files, faults)


@bp.route("/lectures/<uuid:lecture_id>/edit", methods=["GET", "POST"])
@may("lecture.change")
def edit(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """Everything of a draft; once people were told, what, when, where, by whom, and the materials."""
    lecture = find(uow, Lecture, lecture_id)
    rules.check_changeable(lecture.state)
    form = _form(uow, lecture.enterprise_id, lecture, same=True)
    if lecture.state != LectureState.DRAFT:
        for name in ("campaign_id", "departments", "topics", "no_quiz", "questions", "pass_mark"):
            delattr(form, name)
    files, faults = received(lecture.enterprise_id) if request.method == "POST" else ([], [])
    if form.validate_on_submit() and not faults:
        for material_id in request.form.getlist("remove", type=UUID):
            material = uow.session.get(Material, material_id)
            if material is not None and material.lecture_id == lecture.id:
                service.remove_material(uow, lecture, material)
        service.revise(uow, lecture, _plan(form, files, lecture))
        if lecture.state == LectureState.DRAFT and request.form.get("do") == "notify":
            service.publish(uow, lecture)
        _warn_of_clash(uow, lecture)
        flash(_("已保存。"), "ok")
        return redirect(url_for("archives.lecture", lecture_id=lecture.id), 303)
    return _page(uow, form, lecture.enterprise_id, lecture, files, faults)


@bp.route("/lectures/new/promise")
@may("lecture.create")
def promise(uow: UnitOfWork) -> ResponseReturnValue:
    """The right column anew, for what is chosen at the moment."""
    enterprise_id = own_enterprise(uow)
    form = _form(uow, enterprise_id, None, formdata=request.args)
    return render_template(
        "lectures/_promise.html", lecture="changing" in request.args, form=form, promise=_promise(uow, form, enterprise_id)
    )


def own_enterprise(uow: UnitOfWork) -> UUID:
    """The enterprise whose trainer is acting."""
    actor: Actor = uow.actor
    found = next((held.enterprise_id for held in actor.held if held.role is Role.TRAINER and held.enterprise_id), None)
    if found is None:
        raise NotFound
    return found


def _form(uow: UnitOfWork, enterprise_id: UUID, model: Lecture | None, *, same: bool = False, formdata: Any = None) -> PlanForm:
    """The form with its choices. model: the lecture its values are copied from; same: it is that lecture being changed."""
    duties = queries.open_duties(uow, enterprise_id, uow.today)
    topics = uow.ask(TopicsAsked(enterprise_id)) or []
    roster = roster_on(uow, enterprise_id, uow.today)
    head = head_on(uow, enterprise_id, uow.today)
    given = {} if formdata is None else {"formdata": formdata, "meta": {"csrf": False}}
    form = PlanForm(data=_defaults(uow, model, roster, head.person_id if head else None, duties, topics, same), **given)
    form.today = min(uow.today, form.day.object_data) if same else uow.today
    form.topic_counts = {topic.name: topic.questions for topic in topics}
    form.campaign_marks = {str(campaign.id): campaign.pass_mark for campaign, _due in duties}
    form.campaign_id.choices = [(str(campaign.id), _("计入「%(title)s」", title=campaign.title)) for campaign, _due in duties]
    form.campaign_id.choices.append((NO_CAMPAIGN, _("不计入专项活动，只作本单位培训")))
    if same and model and model.campaign_id and str(model.campaign_id) not in form.campaign_marks and model.campaign:
        form.campaign_id.choices.insert(0, (str(model.campaign_id), _("计入「%(title)s」", title=model.campaign.title)))
    form.lecturer_id.choices = [
        (str(line.person_id), " · ".join(filter(None, (line.name, line.department_name, line.post)))) for line in roster
    ]
    form.departments.choices = [
        (str(department.id), department.name) for department, _n in departments_on(uow, enterprise_id, uow.today)
    ]
    if any(line.department_id is None for line in roster):
        form.departments.choices.append((queries.NO_DEPARTMENT, _("未分部门")))
    form.topics.choices = [(topic.name, topic.name) for topic in topics]
    return form


def _defaults(
    uow: UnitOfWork,
    model: Lecture | None,
    roster: list[RosterLine],
    head_id: UUID | None,
    duties: list[Any],
    topics: list[Any],
    same: bool,
) -> dict[str, Any]:
    """What is filled in before anybody types: as last time, on the next day, by the head."""
    everybody = {str(line.department_id) if line.department_id else queries.NO_DEPARTMENT for line in roster}
    sitting = model.sitting if model else None
    quiz = service.quiz_plan(model.quiz_plan) if model else None
    names = {topic.name for topic in topics}
    chosen = [topic for topic in quiz.topics if topic in names] if quiz else []
    campaign_ids = {str(campaign.id) for campaign, _due in duties}
    campaign_id = str(duties[0][0].id) if duties else NO_CAMPAIGN
    lecturer_id = head_id or (model.lecturer_id if model else None)
    if same and model:
        campaign_id, lecturer_id = str(model.campaign_id or NO_CAMPAIGN), model.lecturer_id
    elif model and str(model.campaign_id) in campaign_ids:
        campaign_id = str(model.campaign_id)
    kept = [department for department in model.departments if department in everybody] if model else []
    asks = next((campaign for campaign, _due in duties if str(campaign.id) == campaign_id), None)
    floor = asks.pass_mark if asks else 0
    starts = clock.local(sitting.planned_starts_at) if sitting else clock.local(uow.now).replace(hour=9, minute=0)
    ends = clock.local(sitting.planned_ends_at) if sitting else clock.local(uow.now).replace(hour=10, minute=0)
    if asks and not same:  # as long as last time, but never too short to count
        ends = max(ends, starts + timedelta(minutes=asks.min_minutes))
    return {
        "title": model.title if same and model else "",
        "campaign_id": campaign_id,
        "lecturer_id": str(lecturer_id) if lecturer_id else None,
        "day": clock.local_date(sitting.planned_starts_at) if same and sitting else uow.today + timedelta(days=1),
        "starts": starts.time(),
        "ends": ends.time(),
        "place": sitting.place if sitting else "",
        "departments": kept or sorted(everybody),
        "topics": chosen,
        "no_quiz": (model is not None and quiz is None) or not topics,
        "questions": quiz.questions if quiz else QUESTIONS,
        "pass_mark": max(quiz.pass_mark if quiz else PASS_MARK, floor),
    }


def _plan(form: PlanForm, files: list[service.Stored], lecture: Lecture | None = None) -> service.Plan:
    """What was decided; what the form does not ask any more stays as it is on the lecture."""
    whole = "departments" in form
    if whole:
        asked = None if form.no_quiz.data else QuizPlan(
            tuple(form.topics.data), form.questions.data, form.pass_mark.data, attempts=ATTEMPTS
        )  # fmt: skip
        campaign_id = UUID(form.campaign_id.data) if form.campaign_id.data else None
        departments = tuple(form.departments.data)
    else:
        assert lecture is not None
        asked, campaign_id = service.quiz_plan(lecture.quiz_plan), lecture.campaign_id
        departments = tuple(lecture.departments)
    return service.Plan(
        title=form.title.data,
        campaign_id=campaign_id,
        lecturer_id=UUID(form.lecturer_id.data),
        starts_at=form.starts_at(),
        ends_at=form.ends_at(),
        place=form.place.data,
        departments=departments,
        quiz=asked,
        materials=tuple(files),
        min_presence=lecture.min_presence if lecture else service.MIN_PRESENCE,
    )


def _promise(uow: UnitOfWork, form: PlanForm, enterprise_id: UUID) -> dict[str, Any]:
    """What will happen by itself, in numbers and times; lenient with a half-filled form."""
    whole = "departments" in form
    chosen = set(form.departments.data or []) if whole else set()
    lines = roster_on(uow, enterprise_id, uow.today)
    people = sum((str(line.department_id) if line.department_id else queries.NO_DEPARTMENT) in chosen for line in lines)
    timed = form.day.data and form.starts.data and form.ends.data and form.starts.data < form.ends.data
    return {
        "people": people,
        "everybody": len(lines),
        "opens_at": form.starts_at() - OFFER_EARLY if timed else None,
        "ends_at": form.ends_at() if timed else None,
        "minutes": (form.ends_at() - form.starts_at()) // timedelta(minutes=1) if timed else None,
        "quiz": whole and not form.no_quiz.data,
    }


def _page(
    uow: UnitOfWork,
    form: PlanForm,
    enterprise_id: UUID,
    lecture: Lecture | None,
    files: list[service.Stored],
    faults: list[str],
) -> ResponseReturnValue:
    if faults:
        form.materials.errors = faults
    head = head_on(uow, enterprise_id, uow.today)
    due: dict[str, date] = {str(campaign.id): due_on for campaign, due_on in queries.open_duties(uow, enterprise_id, uow.today)}
    departments = {str(department.id): number for department, number in departments_on(uow, enterprise_id, uow.today)}
    page = render_template(
        "lectures/plan.html",
        form=form,
        lecture=lecture,
        whole="departments" in form,
        head=head,
        due=due,
        today=uow.today,
        department_counts=departments,
        uploads=service.uploads_of(uow),
        token_of=token_of,
        kept=[(file, sealed(enterprise_id, file)) for file in files],
        there=uow.session.scalars(select(Material).where(Material.lecture_id == lecture.id)).all() if lecture else [],
        promise=_promise(uow, form, enterprise_id),
    )
    return page, 422 if form.errors or faults else 200


def _warn_of_clash(uow: UnitOfWork, lecture: Lecture) -> None:
    sitting = lecture.sitting
    other = queries.clashing(uow, lecture.id, lecture.lecturer_id, sitting.planned_starts_at, sitting.planned_ends_at)
    if other:
        flash(_("请留意：讲课人这个时间还有一堂课「%(title)s」。", title=other), "warn")
