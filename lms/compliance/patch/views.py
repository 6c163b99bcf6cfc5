"""The worklists of a patch, each with its names, and handing it over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import reached
from lms.compliance.patch import queries, service
from lms.compliance.patch.forms import NOBODY, PatchForm, TickedForm
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
ADDRESS = ("gap", "officer", "page", "as_of", "as")  # of a worklist


@bp.route("/patch", methods=["GET", "POST"])
@may("patch.change")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    gap, officer = _asked()
    day = asked_day(uow)
    if kind := file_asked():
        rows = queries.page(uow, gap, page_asked(), officer, day).rows
        what = officer or str(WORDS[gap])
        return exported(kind, patch_listing(clock.cut_off(day, uow.now), _("辖区底数"), what, rows, (what,)))
    form = PatchForm(data={"name": officer})
    if form.validate_on_submit():
        name = "" if form.name.data == NOBODY else form.name.data
        try:
            given = service.hand_over(uow, name, form.given_to, sure=form.sure)
        except service.UnknownSuccessor as problem:
            form.ask(str(problem))
        except service.ToOneself as problem:
            form.successor.errors = [str(problem)]
        except Problem as problem:
            form.name.errors = [str(problem)]
        else:
            _done(given, form.given_to)
            return redirect(url_for(".index", gap=gap), 303)
    return _page(uow, day, form, TickedForm(formdata=None)), 422 if form.errors else 200


@bp.route("/patch/enterprises", methods=["GET", "POST"])
@may("patch.change")
def give(uow: UnitOfWork) -> ResponseReturnValue:
    """The enterprises that were ticked in a worklist are somebody's from today on. What is read here is the worklist."""
    asked: dict[str, Any] = {name: request.args[name] for name in ADDRESS if name in request.args}
    here = url_for(".index", **asked)
    if request.method == "GET":
        return redirect(here, 303)
    form, ticked = TickedForm(), ids_given(request.form.getlist("enterprise_id"))
    if form.validate_on_submit():
        try:
            given = service.hand_over_ticked(uow, ticked, form.given_to, sure=form.sure)
        except service.UnknownSuccessor as problem:
            form.ask(str(problem))
        except Problem as problem:
            form.successor.errors = [str(problem)]
        else:
            _done(given, form.given_to)
            return redirect(here, 303)
    return _page(uow, uow.today, PatchForm(formdata=None, data={"name": _asked()[1]}), form, ticked), 422


def _asked() -> tuple[str, str]:
    """Which worklist, or whose. Raises NotFound."""
    gap = request.args.get("gap", "nobody")
    if gap not in queries.GAPS:
        raise NotFound
    return gap, request.args.get("officer", "")


def _page(uow: UnitOfWork, day: date, form: PatchForm, ticked_form: TickedForm, ticked: Collection[UUID] = ()) -> str:
    (gap, officer), past, people = _asked(), day < uow.today, queries.in_charge(uow, day)
    form.name.choices = [
        ("", _("请选择")),
        (NOBODY, _("没有人管的企业")),
        *((one.name, _("%(name)s（%(n)s 家）", name=one.name, n=one.enterprises)) for one in people),
    ]
    found = queries.page(uow, gap, page_asked(), officer, day)
    return render_template(
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
        ticked_form=ticked_form,
        ticked=ticked,
        people=people,
        names=[] if past else queries.names_here(uow),
        namesakes=[] if past else queries.namesakes_over(uow),
        claims_waiting=claims.waiting(uow),
    )


def _done(given: service.Given, name: str) -> None:
    flash(_("%(n)s 家企业从今天起由%(name)s负责，以前的记录不变。", n=given.enterprises, name=name), "ok")
    if given.unseen:
        told = _(
            "其中 %(n)s 家，%(name)s登录以后看不到：没有叫这个名字的账号管那里。写错了的，再移交一次。", n=given.unseen, name=name
        )
        flash(told, "warn")
