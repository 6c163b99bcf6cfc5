"""One's own tokens: made, listed, revoked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from lms.access import tokens
from lms.access.actor import Actor
from lms.access.door import may
from lms.access.models import ApiToken, Role
from lms.access.reach import find, may_at_all
from lms.access.words import ROLES
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork

bp = Blueprint("tokens", __name__)


class TokenForm(FlaskForm):
    name = StringField(_l("用途"), [DataRequired(_l("请写明用在哪里，比如 门禁系统")), Length(max=60, message=_l("最多 60 字"))])
    role = SelectField(_l("身份"))
    days = SelectField(_l("有效期"), coerce=int, default=90, choices=[(30, _l("30 天")), (90, _l("90 天")), (365, _l("365 天"))])
    writes = BooleanField(_l("可以写入：导入人员，安排讲课，送签到，结束和取消讲课"))


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
