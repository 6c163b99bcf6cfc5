"""The worklists of a patch, each with its names, and handing it over."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import reached
from lms.compliance.patch import queries, service
from lms.compliance.patch.forms import HandOverForm, TickedForm
from lms.compliance.patch.words import WORDS
from lms.core import clock
from lms.core.errors import NotFound, Problem
from lms.core.exports import exported, file_asked, page_asked
from lms.core.given import asked_day, ids_given
from lms.core.uow import UnitOfWork
from lms.registry.claims import queries as claims
from lms.registry.listings import patch_listing
from lms.registry.models import Enterprise

bp = Blueprint("patch", __name__)


@bp.route("/patch", methods=["GET", "POST"])
@may("patch.change")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    gap, officer = request.args.get("gap", "nobody"), request.args.get("officer", "")
    if gap not in queries.GAPS:
        raise NotFound
    day = asked_day(uow)
    past = day < uow.today
    if kind := file_asked():
        rows = queries.page(uow, gap, page_asked(), officer, day).rows
        what = officer or str(WORDS[gap])
        return exported(kind, patch_listing(clock.cut_off(day, uow.now), _("辖区底数"), what, rows, (what,)))
    form = HandOverForm()
    people = queries.in_charge(uow, day)
    form.name.choices = [
        ("", _("没有人管的企业")),
        *((one.name, _("%(name)s（%(n)s 家）", name=one.name, n=one.enterprises)) for one in people),
    ]
    if form.validate_on_submit():
        name, successor = form.name.data or "", form.successor.data.strip()
        try:
            number = service.hand_over(uow, name, successor)
        except Problem as problem:
            form.successor.errors = [str(problem)]
        else:
            flash(_done(number, successor), "ok")
            return redirect(url_for(".index", gap=gap), 303)
    found = queries.page(uow, gap, page_asked(), officer, day)
    page = render_template(
        "compliance/patch.html",
        gap=gap,
        officer=officer,
        words=WORDS,
        counts=queries.counts(uow, day),
        found=found,
        left=queries.who_left(uow, found.rows, day),
        day=day,
        past=past,
        today=uow.today,
        kept={"as_of": day.isoformat()} if past else {},
        within=reached(uow, Enterprise, [firm.id for firm in found.rows]),
        form=form,
        ticked_form=TickedForm(formdata=None),
        people=people,
        namesakes=[] if past else queries.namesakes_over(uow),
        claims_waiting=claims.waiting(uow),
    )
    return page, 422 if form.errors else 200


@bp.route("/patch/enterprises", methods=["POST"])
@may("patch.change")
def give(uow: UnitOfWork) -> ResponseReturnValue:
    """The enterprises that were ticked in a worklist are somebody's from today on."""
    form = TickedForm()
    if form.validate_on_submit():
        successor = form.successor.data.strip()
        try:
            number = service.hand_over_ticked(uow, ids_given(request.form.getlist("enterprise_id")), successor)
        except Problem as problem:
            flash(str(problem), "warn")
        else:
            flash(_done(number, successor), "ok")
    for errors in form.errors.values():
        flash(" ".join(str(error) for error in errors), "warn")
    gap = request.args.get("gap") if request.args.get("gap") in queries.GAPS else None
    return redirect(url_for(".index", gap=gap, officer=request.args.get("officer"), page=request.args.get("page", type=int)), 303)


def _done(number: int, successor: str) -> str:
    return _("%(n)s 家企业从今天起由%(name)s负责，以前的记录不变。", n=number, name=successor)
