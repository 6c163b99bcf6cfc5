"""A theme of the plan does not apply to this enterprise, or does again."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import own_enterprise
from lms.campaigns.themes import Theme, theme_named
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.lectures import service
from lms.lectures.forms import WaiveForm
from lms.lectures.views import bp


@bp.route("/lectures/themes/<code>", methods=["GET", "POST"])
@may("theme.change")
def waive_theme(uow: UnitOfWork, code: str) -> ResponseReturnValue:
    theme, form = theme_called(code), WaiveForm()
    if form.validate_on_submit():
        service.waive_theme(uow, own_enterprise(uow), theme, form.reason.data)
        flash(_("已标为不适用，以后不再提醒；随时可以改回来。"), "ok")
        return _to_plan()
    return render_template("lectures/waive.html", theme=theme, form=form), 422 if form.errors else 200


@bp.route("/lectures/themes/<code>/restore", methods=["POST"])
@may("theme.change")
def restore_theme(uow: UnitOfWork, code: str) -> ResponseReturnValue:
    service.restore_theme(uow, own_enterprise(uow), theme_called(code))
    flash(_("已改回适用。"), "ok")
    return _to_plan()


def theme_called(code: str) -> Theme:
    """The theme of the plan with this code. Raises NotFound."""
    found = theme_named(code)
    if found is None:
        raise NotFound
    return found


def _to_plan() -> ResponseReturnValue:
    return redirect(url_for("lectures.index", _anchor="themes"), 303)
