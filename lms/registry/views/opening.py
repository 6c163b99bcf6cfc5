"""An officer takes a newly introduced enterprise or a construction project into the patch."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.core.errors import NotFound, Problem
from lms.core.uow import UnitOfWork
from lms.registry.opening_forms import OpeningForm, opening_of
from lms.registry.queries import trees
from lms.registry.service import openings

bp = Blueprint("openings", __name__)


@bp.route("/enterprises/new", methods=["GET", "POST"])
@may("enterprise.import")
def new(uow: UnitOfWork) -> ResponseReturnValue:
    form = OpeningForm()
    places = trees.below(uow)
    form.street.choices = [("", _("请选")), *trees.labelled(places)]
    if form.validate_on_submit():
        place = next((row for row in places if str(row.id) == form.street.data), None)
        if place is None:
            raise NotFound
        try:
            made = openings.register(uow, place, opening_of(form))
        except Problem as problem:
            (form.ends_on if isinstance(problem, openings.EndsBefore) else form.code).errors = [str(problem)]
        else:
            if made.created_at < uow.now:
                flash(_("这个项目以前登记过，那时只留下了代码的前 18 位，现在已经补全；其他内容没有改。"), "ok")
            else:
                flash(_("已登记。正在进行的专项活动从开业、开工那天起也会下达给它，有自己的截止日期。"), "ok")
                if name := openings.begins_alike(uow, made):
                    flash(
                        _(
                            "以前登记过「%(name)s」，代码只有这个项目代码的前 18 位。是同一个项目的，请把其中一个停业或注销。",
                            name=name,
                        ),
                        "warn",
                    )
            return redirect(url_for("archives.enterprise", enterprise_id=made.id), 303)
    return render_template("registry/opening.html", form=form), 422 if form.errors else 200
