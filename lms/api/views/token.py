"""One's own tokens: made, listed, revoked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access import tokens
from lms.access.actor import Actor
from lms.access.door import may
from lms.access.models import ApiToken, Role
from lms.access.reach import find, may_at_all
from lms.access.words import ROLES
from lms.api.token_forms import TokenForm
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork

bp = Blueprint("tokens", __name__)


@bp.route("/tokens", methods=["GET", "POST"])
@may("token.change")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    actor: Actor = uow.actor
    if actor.user_id is None:
        raise NotFound
    form, text = _form(actor), None
    if form.validate_on_submit():
        role = Role(form.role.data)
        _token, text = tokens.create(uow, actor, form.name.data, days=form.days.data, role=role, writes=form.writes.data)
        form = _form(actor, formdata=None, role=role.value)
    page = render_template(
        "api/tokens.html", form=form, text=text, rows=tokens.own(uow), roles=ROLES, now=uow.now,
        may_be_told=may_at_all(actor, "webhook.change"),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _form(actor: Actor, **given: Any) -> TokenForm:
    """The form, offering the roles that the actor holds."""
    form = TokenForm(**given)
    form.role.choices = [(role.value, label) for role, label in ROLES.items() if actor.holds(role)]
    return form


@bp.route("/tokens/<uuid:token_id>/revoke", methods=["POST"])
@may("token.change")
def revoke(uow: UnitOfWork, token_id: UUID) -> ResponseReturnValue:
    tokens.revoke(uow, find(uow, ApiToken, token_id))
    flash(_("已撤销，用这个令牌的程序马上失效。"), "ok")
    return redirect(url_for(".index"), 303)
