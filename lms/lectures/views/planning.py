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
from lms.access.reach import find, may_at_all, own_enterprise
from lms.campaigns.themes import theme_named
from lms.core import clock
from lms.core.exports import exported, narrowed_by, page_asked, table_asked
from lms.core.uow import UnitOfWork
from lms.lectures import queries, rules, service
from lms.lectures.events import DisputesAsked, MakesHoursAsked
from lms.lectures.forms import PlanForm
from lms.lectures.listings import lectures_listing
from lms.lectures.models import Lecture, LectureState, Material
from lms.lectures.rules import Clash
from lms.lectures.views import bp
from lms.lectures.views.files import received, sealed
from lms.lectures.views.plan_form import (
    ATTEMPTS,
    Asked,
    about_theme,
    about_topics,
    audience_counts,
    audience_of,
    plan_form,
    plan_of,
    with_slots,
)
from lms.lectures.views.uploads import token_of
from lms.registry.models import Enterprise
from lms.registry.queries import head_on, roster_on, streets_with_enterprises

COMING = "coming"  # the second list of the page
YEARS = 4  # that can be chosen


@bp.route("/lectures")
@may("lecture.list")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    actor: Actor = uow.actor
    across = actor.holds(Role.OFFICER)
    year, street_id = request.args.get("year", 0, _year), request.args.get("street", type=UUID) if across else None
    streets = streets_with_enterprises(uow) if across else []
    if asked := table_asked(COMING):
        kind, past = asked[0], asked[1] != COMING
        found = queries.listed(uow, past=past, page=None, year=year if past else None, street_id=street_id)
        street = next((name for each, name in streets if each == street_id), None)
        filters = {_("年份"): str(year) if year and past else None, _("街道"): street}
        what = _("已结束") if past else _("正在进行和接下来")
        told = lectures_listing(uow.now, found.rows, [what, *narrowed_by(filters)], past=past, across=across)
        return exported(kind, told)

    coming = queries.listed(uow, past=False, street_id=street_id)
    return render_template(
        "lectures/index.html",
        running=[row for row in coming.rows if row.state == LectureState.OPEN],
        coming=[row for row in coming.rows if row.state != LectureState.OPEN],
        coming_total=coming.total,
        past=queries.listed(uow, past=True, page=page_asked(COMING), year=year, street_id=street_id),
        narrowed=bool(year or street_id),
        years=[
            (_("全部"), None, url_for(".index", street=street_id), not year),
            *(
                (str(one), None, url_for(".index", year=one, street=street_id), one == year)
                for one in range(uow.today.year, uow.today.year - YEARS, -1)
            ),
        ],
        chosen_year=year or None,
        streets=streets,
        street_id=street_id,
        may_create=may_at_all(actor, "lecture.create"),
        may_subscribe=may_at_all(actor, "calendar.subscribe"),
        across=across,
        disputes=uow.ask(DisputesAsked()) or (0, 0),
        plan=_theme_plan(uow),
        year=uow.today.year,
        state_words=rules.STATE_WORDS,
        state_kinds=rules.STATE_KINDS,
    )


@bp.route("/lectures/new", methods=["GET", "POST"])
@may("lecture.create")
def new(uow: UnitOfWork) -> ResponseReturnValue:
    """after: the lecture that is given again (再讲一次); passes_on: the one that is passed on in a department (传达).

    Without either the last lecture lends its defaults. theme: the theme of the plan that it is to be about. topic: of the bank,
    what was not understood last time.
    """
    enterprise_id = own_enterprise(uow)
    passed = request.values.get("passes_on", type=UUID)
    again = passed or request.values.get("after", type=UUID)
    model = find(uow, Lecture, again) if again else queries.last_lecture(uow, enterprise_id)
    asked = Asked(enterprise_id, model, passes_on=passed is not None, again=bool(again))
    if _reshaping():
        return _reshaped(uow, asked)
    form = plan_form(uow, asked)
    if again and model and request.method == "GET":
        form.title.data = _("传达：%(title)s", title=model.title)[:120] if passed else model.title
        if passed and (department := request.args.get("department")):
            form.departments.data = [department]
            form.shifts.data = request.args.getlist("shift")
            form.posts.data = request.args.getlist("post")
    theme = theme_named(request.args.get("theme"))
    if theme and request.method == "GET":
        about_theme(form, theme, uow.today)
    if request.method == "GET":
        about_topics(form, request.args.getlist("topic"))
    files, faults = received(enterprise_id) if request.method == "POST" else (files_of(uow, model) if again else [], [])
    if form.validate_on_submit() and not faults and not _unconfirmed(uow, form, asked):
        notify = _wanted() != "draft"
        plan = plan_of(form, files, asked)
        if form.repeat.data:
            made = service.schedule_series(uow, enterprise_id, plan, form.repeat.data, form.times.data, notify=notify)
            flash(_("另外建了 %(n)s 堂草稿，到时候看一眼再通知。", n=len(made) - 1), "ok")
        else:
            made = [service.schedule(uow, enterprise_id, plan, notify=notify)]
        flash(_("已创建，通知已发出。") if notify else _("已存为草稿，还没有通知任何人。"), "ok")
        return redirect(url_for("archives.lecture", lecture_id=made[0].id), 303)
    return _page(uow, form, asked, files, faults)


@bp.route("/lectures/<uuid:lecture_id>/edit", methods=["GET", "POST"])
@may("lecture.change")
def edit(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """Everything of a draft; once people were told, what, when, where, by whom, and the materials."""
    lecture = find(uow, Lecture, lecture_id)
    rules.check_changeable(lecture.state)
    asked = Asked(lecture.enterprise_id, lecture, same=True)
    if _reshaping():
        return _reshaped(uow, asked)
    form = plan_form(uow, asked)
    files, faults = received(lecture.enterprise_id) if request.method == "POST" else ([], [])
    valid = form.validate_on_submit() and is_explained(form, lecture)
    if valid and not faults and not _unconfirmed(uow, form, asked):
        for material_id in request.form.getlist("remove", type=UUID):
            material = uow.session.get(Material, material_id)
            if material is not None and material.lecture_id == lecture.id:
                service.remove_material(uow, lecture, material)
        try:
            service.revise(uow, lecture, plan_of(form, files, asked), form.reason.data if form.reason else "")
        except service.SittingPrepared as problem:
            flash(str(problem), "bad")
            return _page(uow, form, asked, files, faults)[0], problem.status
        if lecture.state == LectureState.DRAFT and _wanted() == "notify":
            service.publish(uow, lecture)
        flash(_("已保存。"), "ok")
        return redirect(url_for("archives.lecture", lecture_id=lecture.id), 303)
    return _page(uow, form, asked, files, faults)


@bp.route("/lectures/new/slots", methods=["POST"])
@may("lecture.create")
def slots(uow: UnitOfWork) -> ResponseReturnValue:
    """The sittings of the form with one more or one less."""
    typed = with_slots(request.form, request.form.get("do", ""))
    form = plan_form(uow, Asked(own_enterprise(uow)), typed, csrf=False)
    return render_template("lectures/_slots.html", form=form, fresh="do" in request.form)


@bp.route("/lectures/new/promise")
@may("lecture.create")
def promise(uow: UnitOfWork) -> ResponseReturnValue:
    """The right column anew, for what is chosen at the moment."""
    enterprise_id = own_enterprise(uow)
    changed = request.args.get("lecture", type=UUID)
    lecture = find(uow, Lecture, changed) if changed else None
    asked = Asked(enterprise_id, lecture, same=lecture is not None)
    form = plan_form(uow, asked, request.args, csrf=False)
    return render_template(
        "lectures/_promise.html", lecture=lecture, form=form, whole="departments" in form,
        promise=_promise(uow, form, asked), clashes=_clashes(uow, form, asked),
    )  # fmt: skip


def _year(typed: str) -> int:
    """A year that lectures can have. Raises ValueError for any other."""
    if not 2000 <= int(typed) <= 2100:
        raise ValueError(typed)
    return int(typed)


def _theme_plan(uow: UnitOfWork) -> queries.ThemePlan | None:
    """The themes of the one enterprise whose trainer or head is looking."""
    actor: Actor = uow.actor
    enterprise = uow.session.get(Enterprise, actor.enterprise_id) if actor.holds(Role.TRAINER, Role.HEAD) else None
    return queries.theme_plan(uow, enterprise) if enterprise else None


def _wanted() -> str:
    """notify or draft; the button that saves in spite of a clash says it too."""
    return request.form.get("anyway") or request.form.get("do") or ""


def is_explained(form: PlanForm, lecture: Lecture) -> bool:
    """People who were told when and where to come, and to whom, are told why that is another now."""
    planned = [(row.planned_starts_at, row.planned_ends_at, row.place, row.name) for row in lecture.sittings]
    typed = [(row.starts_at(), row.ends_at(), row.place.data, row.shift.data or "") for row in form.slots()]
    same = planned == sorted(typed) and form.lecturer_id.data == str(lecture.lecturer_id)
    if not form.reason or form.reason.data or same:
        return True
    form.reason.errors = [_("时间、地点或讲课人改了，请写明原因，会写进通知")]
    return False


def _reshaping() -> bool:
    """Whether a button asks for one sitting more or less, and not for saving."""
    return request.method == "POST" and request.form.get("do", "").partition("-")[0] in ("add", "drop")


def _reshaped(uow: UnitOfWork, asked: Asked) -> ResponseReturnValue:
    form = plan_form(uow, asked, with_slots(request.form, request.form["do"]), csrf=False)
    files, faults = received(asked.enterprise_id)
    return _page(uow, form, asked, files, faults)


def _unconfirmed(uow: UnitOfWork, form: PlanForm, asked: Asked) -> list[Clash]:
    """What the plan clashes with, unless somebody said to save it all the same."""
    return [] if "anyway" in request.form else _clashes(uow, form, asked)


def _clashes(uow: UnitOfWork, form: PlanForm, asked: Asked) -> list[Clash]:
    """What the plan as typed clashes with, and which lecture of it is very long; nothing while its times cannot be read."""
    rows = [row for row in form.slots() if row.is_timed]
    if not rows or len(rows) != len(form.slots()) or not form.lecturer_id.data:
        return []
    timed = [rules.Slot(row.starts_at(), row.ends_at(), row.place.data or "") for row in rows]
    try:
        lecturer_id = UUID(form.lecturer_id.data)
    except ValueError:
        return []
    lecture = asked.model if asked.same else None
    found = service.clashes(uow, asked.enterprise_id, timed, lecturer_id, audience_of(form, lecture), lecture)
    return rules.very_long(timed) + found


def files_of(uow: UnitOfWork, model: Lecture | None) -> list[service.Stored]:
    """The files of the lecture that is given again."""
    rows = uow.session.scalars(select(Material).where(Material.lecture_id == model.id)).all() if model else []
    return [service.Stored(row.file_name, row.media_type, row.size, row.sha256, row.pages) for row in rows]


def _promise(uow: UnitOfWork, form: PlanForm, asked: Asked) -> dict[str, Any]:
    """What will happen by itself, in numbers and times; lenient with a half-filled form."""
    whole = "departments" in form
    lecture = asked.model if asked.same else None
    nobody = whole and form.asks_nobody
    lines = [] if nobody else service.invited(uow, asked.enterprise_id, uow.today, audience_of(form, lecture))
    rows = [row for row in form.slots() if row.is_timed]
    first = min(rows, key=lambda row: row.starts_at(), default=None)
    lengths = [(row.ends_at() - row.starts_at()) // timedelta(minutes=1) for row in rows]
    shortest, longest = min(lengths, default=None), max(lengths, default=0)
    least = _least_minutes(form, lecture)
    return {
        "too_short": (shortest, least) if shortest is not None and shortest < least else None,
        "people": len(lines),
        "roster": len(form.lecturer_id.choices) if whole else 0,  # anybody on it can be chosen to speak
        "names": lines,
        "opens_at": rules.opens_from(first.starts_at()) if first else None,
        "minutes": (first.ends_at() - first.starts_at()) // timedelta(minutes=1) if first else None,
        "quiz": whole and not form.no_quiz.data,
        "no_hours": first and not uow.ask(MakesHoursAsked(clock.local_date(first.ends_at()), longest)),
    }


def _least_minutes(form: PlanForm, lecture: Lecture | None) -> int:
    """How long the chosen campaign asks a lecture to be; 0 without one."""
    if "campaign_id" in form:
        return form.campaign_minutes.get(form.campaign_id.data or "", 0)
    return (lecture.minutes_asked if lecture else None) or 0


def _page(uow: UnitOfWork, form: PlanForm, asked: Asked, files: list[service.Stored], faults: list[str]) -> tuple[str, int]:
    if faults:
        form.materials.errors = faults
    lecture = asked.model if asked.same else None
    due: dict[str, date] = {
        str(campaign.id): due_on for campaign, due_on in queries.open_duties(uow, asked.enterprise_id, uow.today)
    }
    clashes = _clashes(uow, form, asked) if request.method == "POST" else []
    page = render_template(
        "lectures/plan.html",
        form=form,
        lecture=lecture,
        after=request.values.get("after", type=UUID),
        passes_on=asked.model if asked.passes_on else None,
        like=asked.model if not (asked.same or asked.again) else None,
        whole="departments" in form,
        head=head_on(uow, asked.enterprise_id, uow.today),
        due=due,
        today=uow.today,
        attempts=ATTEMPTS,
        counts=audience_counts(roster_on(uow, asked.enterprise_id, uow.today)),
        uploads=service.uploads_of(uow),
        token_of=token_of,
        kept=[(file, sealed(asked.enterprise_id, file)) for file in files],
        there=uow.session.scalars(select(Material).where(Material.lecture_id == lecture.id)).all() if lecture else [],
        promise=_promise(uow, form, asked),
        clashes=clashes,
    )
    return page, 422 if form.errors or faults or (clashes and not _reshaping()) else 200
