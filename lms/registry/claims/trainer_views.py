"""The head or a trainer says who else is a trainer of their enterprise, and who no longer."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.core.errors import Problem
from lms.core.uow import UnitOfWork
from lms.registry.claims import trainers
from lms.registry.models import Enterprise, Person

bp = Blueprint("trainers", __name__)


@bp.route("/people/<uuid:person_id>/trainer", methods=["POST"])
@may("trainer.change")
def name(uow: UnitOfWork, person_id: UUID) -> ResponseReturnValue:
    """The words that open a new account are on this answer only."""
    person = find(uow, Person, person_id)
    try:
        words = trainers.name(uow, person)
    except Problem as problem:
        flash(str(problem), "warn")
        return redirect(url_for("registry.person", person_id=person.id), 303)
    if words is None:
        flash(_("%(name)s现在是培训管理员，用原来的账号登录。", name=person.name), "ok")
        return redirect(url_for("archives.enterprise", enterprise_id=person.enterprise_id, _anchor="trainers"), 303)
    response = make_response(render_template("claims/trainer.html", person=person, words=words))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route("/enterprises/<uuid:enterprise_id>/trainers/<uuid:user_id>/end", methods=["POST"])
@may("trainer.change")
def end(uow: UnitOfWork, enterprise_id: UUID, user_id: UUID) -> ResponseReturnValue:
    firm = find(uow, Enterprise, enterprise_id)
    try:
        ended = trainers.end(uow, firm.id, user_id)
    except trainers.LastTrainer as problem:
        flash(str(problem), "warn")
    else:
        flash(_("%(name)s的培训管理员权限已停止，登录着的也已失效。", name=ended), "ok")
    return redirect(url_for("archives.enterprise", enterprise_id=firm.id, _anchor="trainers"), 303)
