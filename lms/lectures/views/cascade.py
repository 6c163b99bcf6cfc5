"""Who has to pass a lecture on, and by when."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.core.errors import Problem
from lms.core.uow import UnitOfWork
from lms.lectures import queries, rules, service
from lms.lectures.forms import FollowUpForm
from lms.lectures.models import Lecture
from lms.lectures.views import bp

WITHIN = timedelta(days=14)


@bp.route("/lectures/<uuid:lecture_id>/cascade", methods=["GET", "POST"])
@may("lecture.change")
def cascade(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    lecture = find(uow, Lecture, lecture_id)
    there = {branch.key for branch in queries.cascade_of(uow, lecture).branches}
    places = queries.places_for(uow, lecture)
    everybody = [key for key, _name, _n in places if not rules.place_of(key)[1]]
    form = FollowUpForm(data={"departments": sorted(there) or everybody, "due_on": uow.today + WITHIN})
    form.departments.choices = [(key, name) for key, name, _n in places]
    if form.validate_on_submit():
        try:
            asked = service.require_follow_ups(uow, lecture, map(rules.place_of, form.departments.data), form.due_on.data)
        except service.NobodyToPassItOn as problem:
            form.departments.errors = [str(problem)]
        except Problem as problem:
            form.due_on.errors = [str(problem)]
        else:
            flash(
                _("已要求 %(n)s 个部门、班次在 %(day)s 前传达。", n=asked, day=form.due_on.data.isoformat())
                if asked else _("不再要求部门、班次传达。"), "ok",
            )  # fmt: skip
            return redirect(url_for("archives.lecture", lecture_id=lecture.id), 303)
    counts = {key: number for key, _name, number in places}
    page = render_template("lectures/cascade.html", lecture=lecture, form=form, counts=counts)
    return page, 422 if form.errors else 200
