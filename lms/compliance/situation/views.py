"""The situation of a month, the events behind each number, and entering one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.compliance import queries as standings
from lms.compliance.situation import queries, rules, service
from lms.compliance.situation.forms import IncidentForm, VoidForm
from lms.compliance.situation.listings import events_listing
from lms.compliance.situation.models import Incident, IncidentKind, Sphere
from lms.compliance.situation.words import told
from lms.core.clock import end_of
from lms.core.errors import NotFound
from lms.core.exports import exported, file_asked, page_asked
from lms.core.given import asked_day
from lms.core.uow import UnitOfWork
from lms.registry.models import Jurisdiction
from lms.registry.queries import own_jurisdiction

bp = Blueprint("situation", __name__)
MONTHS = 13  # of the chart: this one, and the same one a year ago at its other end


@bp.route("/situation")
@may("incident.read")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    area, first = _asked(uow)
    last = min(rules.month_of(first)[1], uow.today)
    campaign = queries.standing_campaign(uow, last)
    month = queries.tallies(uow, area, first, last)
    months = queries.by_month(uow, area, [rules.months_before(first, back) for back in range(MONTHS - 1, -1, -1)], last)
    at = dict(months)
    before, year_ago = at[rules.months_before(first, 1)], at[rules.months_before(first, 12)]
    by_place, by_industry = queries.lines(uow, area, campaign, month, last)
    now = queries.whole(month)
    shared = {"jurisdiction": area.code, "month": f"{first:%Y-%m}"}
    found = queries.page(uow, area, first, last, 1)
    return render_template(
        "situation/index.html",
        area=area,
        first=first,
        last=last,
        complete=last == rules.month_of(first)[1],
        now=now,
        before=before,
        year_ago=year_ago,
        sentences=told(area.name, now, before, year_ago),
        months=months,
        most=rules.series(months),
        by_place=by_place,
        by_industry=by_industry,
        campaign=campaign,
        happened=queries.stood_before(uow, campaign, found.rows[:10]),
        total=found.total,
        areas=standings.areas(uow, own_jurisdiction(uow)),
        shared=shared,
        compared=[f"{month:%Y-%m}" for month in (first, rules.months_before(first, 1), rules.months_before(first, 12))],
        earlier=f"{rules.months_before(first, 1):%Y-%m}",
        later=f"{rules.months_before(first, -1):%Y-%m}" if rules.months_before(first, -1) <= uow.today else None,
        url_of=lambda **other: url_for(".events", **(shared | other)),
    )


@bp.route("/situation/events")
@may("incident.read")
def events(uow: UnitOfWork) -> ResponseReturnValue:
    """The events behind a number; as of a day that is over, those that had happened and were on record then."""
    area, first = _asked(uow)
    kept: dict[str, Any] = {name: request.args[name] for name in ("sphere", "kind", "industry") if name in request.args}
    day = asked_day(uow)
    last = min(rules.month_of(first)[1], day)
    found = queries.page(uow, area, first, last, page_asked(), day, **kept)
    if file := file_asked():
        until = uow.now if day == uow.today else end_of(day) - timedelta(minutes=1)
        return exported(file, events_listing(until, area, first, kept, found.rows))
    shared = {"jurisdiction": area.code, "month": f"{first:%Y-%m}"} | kept
    return render_template(
        "situation/events.html",
        area=area,
        first=first,
        found=found,
        rows=queries.stood_before(uow, queries.standing_campaign(uow, last), found.rows),
        day=day if day < uow.today else None,
        void_form=VoidForm(formdata=None),
        shared=shared,
    )


@bp.route("/situation/enter", methods=["GET", "POST"])
@may("incident.change")
def enter(uow: UnitOfWork) -> ResponseReturnValue:
    area, form = own_jurisdiction(uow), IncidentForm()
    form.street.choices = queries.streets_of(uow, area)
    if request.method == "GET":
        form.happened_on.data = uow.today
    if form.validate_on_submit():
        named = (form.enterprise.data or "").strip()
        enterprise = queries.enterprise_named(uow, named) if named else None
        if named and enterprise is None:
            form.enterprise.errors = [_("没有找到这家企业。请写全称或代码；不在名册里的，名称写在经过里。")]
        else:
            made = service.enter(
                uow, standings.find_jurisdiction(uow, form.street.data), enterprise, IncidentKind(form.kind.data),
                Sphere(form.sphere.data), form.happened_on.data, category=form.category.data, industry="",
                deaths=form.deaths.data, injured=form.injured.data, loss=form.loss.data, text=form.text.data.strip(),
            )  # fmt: skip
            flash(_("已登记，%(grade)s。", grade=made.grade) if made.grade else _("已登记。"), "ok")
            return redirect(url_for(".index", month=f"{made.happened_on:%Y-%m}"), 303)
    return render_template("situation/enter.html", form=form), 422 if form.errors else 200


@bp.route("/situation/events/<uuid:incident_id>/void", methods=["POST"])
@may("incident.change")
def void(uow: UnitOfWork, incident_id: UUID) -> ResponseReturnValue:
    incident, form = find(uow, Incident, incident_id), VoidForm()
    if form.validate_on_submit():
        service.void(uow, incident, form.reason.data.strip())
        flash(_("已作废，不再计入。要改的请重新登记。"), "ok")
    else:
        flash(" ".join(str(error) for errors in form.errors.values() for error in errors), "warn")
    return redirect(url_for(".events", month=f"{incident.happened_on:%Y-%m}"), 303)


def _asked(uow: UnitOfWork) -> tuple[Jurisdiction, date]:
    """The place and the first day of the month asked for; this month where none is, or none that has begun."""
    code = request.args.get("jurisdiction")
    area = queries.find_area(uow, code) if code else own_jurisdiction(uow)
    try:
        first = date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        first = uow.today.replace(day=1)
    if first.year < 2000:
        raise NotFound
    return area, min(first, uow.today.replace(day=1))
