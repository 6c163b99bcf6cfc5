"""Signals: what somebody should look at, what the firm says to it, and that an officer has looked."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find, reached
from lms.compliance.signals import queries, service
from lms.compliance.signals.forms import LookForm, WordForm
from lms.compliance.signals.listings import signals_listing
from lms.core import clock
from lms.core.exports import exported, file_asked, page_asked
from lms.core.given import asked_day
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.registry.words import AS_THEY_LAY

bp = Blueprint("signals", __name__)


@bp.route("/signals")
@may("signal.list")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    day = asked_day(uow)
    found = queries.page_of_signals(uow, page_asked(), day)
    told = [str(AS_THEY_LAY)] if day != uow.today else []
    if kind := file_asked():
        return exported(kind, signals_listing(clock.cut_off(day, uow.now), found.rows, told))
    within = reached(uow, Lecture, [line.lecture_id for line, _signals in found.rows])
    return render_template("compliance/signals.html", found=found, day=day, today=uow.today, told=told, within=within)


@bp.route("/lectures/<uuid:lecture_id>/signals/<signal>/explain", methods=["POST"])
@may("signal.explain")
def explain(uow: UnitOfWork, lecture_id: UUID, signal: str) -> ResponseReturnValue:
    """The firm says what was behind it."""
    lecture, form = find(uow, Lecture, lecture_id), WordForm()
    if form.validate_on_submit():
        service.explain(uow, lecture, signal, form.text.data.strip())
        flash(_("说明已记下，监管部门看得到。"), "ok")
    return _back(lecture, form)


@bp.route("/lectures/<uuid:lecture_id>/signals/<signal>/look", methods=["POST"])
@may("signal.look")
def look(uow: UnitOfWork, lecture_id: UUID, signal: str) -> ResponseReturnValue:
    """An officer has looked, and is content or keeps it open; either way with a text."""
    lecture, form = find(uow, Lecture, lecture_id), LookForm()
    if form.validate_on_submit():
        if form.keep.data:
            service.keep_open(uow, lecture, signal, form.text.data.strip())
            flash(_("已记下，企业会收到；这条继续列在待看里。"), "ok")
        else:
            service.look(uow, lecture, signal, form.text.data.strip())
            flash(_("已记下，这条不再列在待看里。"), "ok")
        if request.form.get("from") == "list":
            return redirect(url_for(".index"), 303)
    return _back(lecture, form)


def _back(lecture: Lecture, form: WordForm) -> ResponseReturnValue:
    for errors in form.errors.values():
        flash(" ".join(str(error) for error in errors), "warn")
    return redirect(url_for("archives.lecture", lecture_id=lecture.id, _anchor="signals"), 303)
